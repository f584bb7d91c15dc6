import { redact } from "./redact.ts";
import type { Evidence } from "./sighting.ts";

/** What a framework's own listing says of one migration. */
export interface Listed extends Evidence {
  readonly state: "applied" | "pending" | "no-file";
}

/** Listings longer than this are cut: only their order matters. */
const atMost = 5000;
const longestRow = 400;

/** Rails, Laravel before 9, Laravel since 9, TypeORM: how a status is printed. */
const rows: readonly (readonly [RegExp, Listed["state"]])[] = [
  [/^ {1,6}up {2,8}(?<name>\d{1,17}) {1,6}\*{5,12} NO FILE/, "no-file"],
  [/^ {1,6}up {2,8}(?<name>\d{1,17}) {2}/, "applied"],
  [/^ {1,6}down {2,8}(?<name>\d{1,17}) {2}/, "pending"],
  [/^ {0,2}\| Yes {1,4}\| (?<name>\d{4}_[\w]{1,160}) /, "applied"],
  [/^ {0,2}\| No {1,4}\| (?<name>\d{4}_[\w]{1,160}) /, "pending"],
  [/^ {0,4}(?<name>\d{4}_\d\d_\d\d_\d{6}_\w{1,150}) \.{2,200} (?:\[\d{1,6}\] )?Ran\s*$/, "applied"],
  [/^ {0,4}(?<name>\d{4}_\d\d_\d\d_\d{6}_\w{1,150}) \.{2,200} Pending\s*$/, "pending"],
  [/^ ?\[X\] (?:\d{1,9} )?(?<name>\w{1,120}\d{12,13})\s*$/, "applied"],
  [/^ ?\[ \] (?:\d{1,9} )?(?<name>\w{1,120}\d{12,13})\s*$/, "pending"],
];

/** Headings of Prisma's lists; the names follow, one on each line or after a colon. */
const lists: readonly (readonly [string, Listed["state"]])[] = [
  ["have not yet been applied:", "pending"],
  ["has not yet been applied:", "pending"],
  ["not found locally in prisma/migrations:", "no-file"],
  ["missing from the local migrations directory:", "no-file"],
];
const listName = /^\s{0,8}(?:[-•*└─├│]{1,3} )?(?<name>\d[\w.-]{1,200})\s*$/;

/** What a log tells besides failures: listings of migrations, restarts. */
export class Notes {
  readonly listed = new Map<string, Listed>();
  readonly restarts: Evidence[] = [];
  readonly #open = new Map<string, Listed["state"]>();

  /** Reads one text. Cheap for those which are no part of a listing. */
  read(line: number, service: string, text: string): void {
    if (text.length > longestRow) return;
    if (/restarting|Restarting|CrashLoopBackOff/.test(text) && this.restarts.length < 5) {
      if (/\(restarting\)|Restarting \(\d|CrashLoopBackOff|restarting failed container/.test(text)) {
        this.restarts.push({ line, text: redact(text.trim()) });
      }
    }
    const heading = lists.find(([words]) => text.includes(words));
    if (heading !== undefined) {
      this.#open.set(service, heading[1]);
      const same = text.slice(text.indexOf(heading[0]) + heading[0].length);
      for (const name of same.split(",")) this.#list(line, name, heading[1]);
      return;
    }
    const state = this.#open.get(service);
    if (state !== undefined && text.trim() !== "" && !this.#list(line, text, state))
      this.#open.delete(service);
    for (const [pattern, of] of rows) {
      const name = pattern.exec(text)?.groups?.["name"];
      if (name === undefined) continue;
      this.#add(name, { line, text: redact(text.trim()), state: of });
      return;
    }
  }

  /** The names in that state, in the order in which they were listed. */
  names(state: Listed["state"]): string[] {
    return [...this.listed].filter(([, listed]) => listed.state === state).map(([name]) => name);
  }

  #list(line: number, text: string, state: Listed["state"]): boolean {
    const name = listName.exec(text)?.groups?.["name"];
    if (name === undefined) return false;
    this.#add(name, { line, text: redact(text.trim()), state });
    return true;
  }

  #add(name: string, listed: Listed): void {
    if (this.listed.size < atMost || this.listed.has(name)) this.listed.set(name, listed);
  }
}
