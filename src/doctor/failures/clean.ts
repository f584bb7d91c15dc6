import { unfold } from "./unfold.ts";

/** What one line of a log says, freed of what the tools around the program have added. */
export interface CleanLine {
  /** The service which docker compose or kubectl names before the text; empty where none is named. */
  readonly service: string;
  /** One or several: a JSON line holds a message, a stack, a code. Control characters and escapes are gone. */
  readonly texts: readonly string[];
}

const esc = String.fromCharCode(27);
const bell = String.fromCharCode(7);
// https://invisible-island.net/xterm/ctlseqs/ctlseqs.html: CSI, OSC, and the two-character escapes.
const escapes = new RegExp(
  `${esc}(?:\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\\][^${bell}${esc}]{0,2000}(?:${bell}|${esc}\\\\)?|[@-Z\\\\-_])`,
  "g",
);
const controls = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

const compose = /^([A-Za-z0-9][\w.-]{0,63}) {0,40}\| ?/;
const kubectl = /^\[pod\/([\w./-]{1,200})\] /;
const clock =
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|GMT|[A-Z]{3,4}|[+-]\d\d:?\d\d))?\]?(?:: ?| )/;
const syslog = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,80} [\w./-]{1,80}(?:\[\d{1,10}\])?: /;

/**
 * Frees a line of the prefixes of docker compose and kubectl, of times, of terminal escapes and control characters,
 * and unfolds it where it is JSON.
 *
 * @example
 * cleanLine("app-1  | \u001b[31mError: P3009\u001b[0m\r"); // { service: "app-1", texts: ["Error: P3009"] }
 */
export function cleanLine(raw: string): CleanLine {
  const line = raw.includes(esc) ? raw.replace(escapes, "") : raw;
  return frameOf(line, 0);
}

function frameOf(line: string, depth: number): CleanLine {
  const bare = plain(line.endsWith("\r") ? line.slice(0, -1) : line);
  const prefix = compose.exec(bare) ?? kubectl.exec(bare);
  let rest = prefix === null ? bare : bare.slice(prefix[0].length);
  // Twice: docker's own time comes before the program's.
  for (let times = 0; times < 2; times += 1) {
    const stamp = clock.exec(rest) ?? syslog.exec(rest);
    if (stamp !== null) rest = rest.slice(stamp[0].length);
  }
  const service = prefix?.[1] ?? "";
  const unfolded = depth < 3 && rest.startsWith("{") ? unfold(rest) : undefined;
  if (unfolded === undefined) return { service, texts: partsOf(rest) };
  // What is inside may have frames of its own: docker's json-file driver wraps whatever the program wrote.
  const inner = unfolded
    .flatMap((text) => text.split("\n", 400))
    .map((text) => frameOf(text.includes(esc) ? text.replace(escapes, "") : text, depth + 1));
  return {
    service: service || (inner.find((part) => part.service !== "")?.service ?? ""),
    texts: inner.flatMap(({ texts }) => texts),
  };
}

/** A lone carriage return overwrites the line on a terminal: what is before and after it are two texts. */
function partsOf(text: string): string[] {
  return text.includes("\r") ? text.split("\r", 400) : [text];
}

function plain(text: string): string {
  return text.replace(controls, (character) =>
    character === "\t" ? " " : character === "\r" ? character : "",
  );
}
