import type { AttributeDifference } from "../schema/compare.ts";
import { hunks, lineDiff } from "./line-diff.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** Common lines that are shown around a difference in a text of many. */
const context = 2;
/** Of one side of a long line, so much is shown; all of it is in the JSON. */
const longest = 400;

/**
 * The attributes in which an object differs: side by side where both values fit, else one above the other; of long texts
 * what differs, with something around it.
 *
 * @param width in characters, the indent included
 */
export function attributesText(
  differences: readonly AttributeDifference[],
  { width, indent, style }: { readonly width: number; readonly indent: string; readonly style: Style },
): string[] {
  const label = Math.max(0, ...differences.map(({ attribute }) => lengthOf(printable(attribute))));
  const room = Math.floor((width - indent.length - label - 5) / 2);
  const told = differences.map(({ attribute, a, b }) => {
    const [left, right] = [linesOf(a), linesOf(b)];
    const [one, two] = [left.join(", "), right.join(", ")];
    const fits = isOneLine(a) && isOneLine(b) && lengthOf(one) <= room && lengthOf(two) <= room;
    return { name: printable(attribute), left, right, one, two, fits };
  });
  const column = Math.max(0, ...told.map(({ one, fits }) => (fits ? lengthOf(one) : 0)));
  return told.flatMap(({ name, left, right, one, two, fits }) => {
    if (fits) {
      const gap = " ".repeat(column - lengthOf(one));
      return [
        `${indent}${padded(name, label)}  ${style.red(one)}${gap} ${style.dim("│")} ${style.green(two)}`,
      ];
    }
    const inner = `${indent}  `;
    const body =
      left.length === 1 && right.length === 1
        ? longLines(one, two, width - inner.length - 2, style)
        : manyLines(left, right, width - inner.length - 2, style);
    return [`${indent}${name}`, ...body.map((line) => inner + line)];
  });
}

/** A value in one line, cut to a length. */
export function briefValue(value: AttributeDifference["a"], length: number): string {
  return cut(linesOf(value).join(isOneLine(value) ? ", " : " "), length);
}

/** Cuts a text which is too long, and marks that. */
export function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}

export function padded(text: string, length: number): string {
  return text + " ".repeat(Math.max(0, length - lengthOf(text)));
}

export function lengthOf(text: string): number {
  return [...text].length;
}

function isOneLine(value: AttributeDifference["a"]): boolean {
  return typeof value !== "string" || !value.includes("\n");
}

function linesOf(value: AttributeDifference["a"]): string[] {
  if (value === undefined || value === "") return ["(none)"];
  if (Array.isArray(value)) return value.length === 0 ? ["(none)"] : value.map(printable);
  return String(value)
    .split(/\r?\n/)
    .map((line) => printable(line.replaceAll("\t", "  ")));
}

function manyLines(a: readonly string[], b: readonly string[], width: number, style: Style): string[] {
  const marks = { both: "  ", a: "- ", b: "+ " };
  const paint = { both: style.dim, a: style.red, b: style.green };
  return hunks(lineDiff(a, b), context).flatMap((hunk, index) => [
    ...(index > 0 ? [style.dim("…")] : []),
    ...hunk.flatMap((line) =>
      folded(line.text, width).map((text) => paint[line.in](`${marks[line.in]}${text}`.trimEnd())),
    ),
  ]);
}

/** Two long lines one above the other: what they have in common at their ends is cut short. */
function longLines(one: string, two: string, width: number, style: Style): string[] {
  const [a, b] = [[...one], [...two]];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const around = 30;
  const shown = (text: readonly string[]) => {
    const from = Math.max(0, start - around);
    const to = Math.min(text.length, text.length - end + around);
    const middle = cut(text.slice(from, to).join(""), longest);
    return `${from > 0 ? "…" : ""}${middle}${to < text.length ? "…" : ""}`;
  };
  return [
    ...folded(shown(a), width).map((line, i) => style.red(`${i === 0 ? "- " : "  "}${line}`)),
    ...folded(shown(b), width).map((line, i) => style.green(`${i === 0 ? "+ " : "  "}${line}`)),
  ];
}

/** Broken where the line ends: a definition's spaces mean something. */
function folded(text: string, width: number): string[] {
  const room = Math.max(20, width);
  const characters = [...text];
  if (characters.length <= room) return [text];
  const lines: string[] = [];
  for (let at = 0; at < characters.length; at += room) lines.push(characters.slice(at, at + room).join(""));
  return lines;
}
