import { stripVTControlCharacters } from "node:util";
import type { RunnerOutcome } from "../framework.ts";

/** How the command line ended. */
export interface Ended {
  /** Undefined where it did not end by itself. */
  readonly exit: number | undefined;
  /** Standard output and standard error, as they came. */
  readonly output: string;
  /** Why it did not start, or was ended. */
  readonly problem?: string;
}

/** What `prisma migrate deploy` did: it names every refusal by a code, and has none where it could not run. */
export function readMigrateOutcome(ended: Ended, url: string): RunnerOutcome {
  return outcomeOf(ended, url, false);
}

/** What `prisma migrate status` found: it reports what is pending or failed without a code. */
export function readStatusOutcome(ended: Ended, url: string): RunnerOutcome {
  // Written when it has read both sides, and before what it says of them.
  return outcomeOf(ended, url, /^(\d+ migrations?|No migration) found in /m.test(ended.output));
}

function outcomeOf({ exit, output, problem }: Ended, url: string, wasRead: boolean): RunnerOutcome {
  const said = redact(stripVTControlCharacters(output), url).trim();
  if (problem !== undefined) return { outcome: "cannot-run", reason: withLastWords(problem, said) };
  if (exit === 0) return { outcome: "done", output: said };
  const code = /^Error: (P\d{4})\b/m.exec(stripVTControlCharacters(output))?.[1];
  if (code !== undefined || wasRead) {
    return { outcome: "refused", ...(code !== undefined && { code }), output: said };
  }
  return { outcome: "cannot-run", reason: withLastWords(`it ended with ${exit}`, said) };
}

/** The end of what it said: a stack or a download's error, for a person. */
function withLastWords(problem: string, said: string): string {
  const words = said.split("\n").filter((line) => line.trim() !== "");
  return [problem, ...words.slice(-8)].join("\n");
}

/** Takes out every password of a URL, in each way in which it may have been written. */
function redact(text: string, url: string): string {
  const passwords = [
    ...(/^[^:/?#]+:\/\/[^:/?#@]*:([^/?#]*)@/.exec(url)?.slice(1) ?? []),
    // To the last @: people forget to encode it, and a slash.
    ...(/^[^:/?#]+:\/\/[^:@]*:(.*)@/.exec(url)?.slice(1) ?? []),
    ...[...url.matchAll(/[?&](?:ssl)?password=([^&#]*)/gi)].map(([, value = ""]) => value),
  ];
  const written = passwords.flatMap((password) => [password, decoded(password)]);
  const forms = new Set(written.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]));
  // The longest first: one may be a part of another.
  return [...forms]
    .filter((form) => form !== "")
    .sort((a, b) => b.length - a.length)
    .reduce((left, form) => left.replaceAll(form, "[redacted]"), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
