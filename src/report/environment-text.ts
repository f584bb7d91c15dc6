import type { DiffResult } from "../workflows/diff.ts";
import { briefValue, padded } from "./attribute-text.ts";
import { counted, keyText } from "./kind-text.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** An attribute with more different changes than this (positions) is told in one line. */
const mostChanges = 3;
/** An object is named where a change concerns no more than these. */
const named = 2;
const mostLines = 15;

/**
 * What differs in owners, grants, comments, positions and the like: the same change in many objects is one line, for it
 * is one decision.
 */
export function environmentText(
  { changed, onlyInA, onlyInB }: DiffResult,
  { style, width, strict }: { readonly style: Style; readonly width: number; readonly strict: boolean },
): string {
  const attributes = new Map<string, Map<string, string[]>>();
  const room = Math.max(10, Math.floor(width / 4));
  for (const { kind, identity, environmental } of changed)
    for (const { attribute, a, b } of environmental) {
      const changes = attributes.get(attribute) ?? new Map<string, string[]>();
      attributes.set(attribute, changes);
      const change = JSON.stringify([briefValue(a, room), briefValue(b, room), a, b]);
      const objects = changes.get(change);
      if (objects === undefined) changes.set(change, [keyText(kind, identity)]);
      else objects.push(keyText(kind, identity));
    }
  const lines: string[] = [];
  const label = Math.max(0, ...[...attributes.keys()].map((name) => printable(name).length));
  for (const [attribute, changes] of attributes) {
    const name = padded(printable(attribute), label);
    if (changes.size > mostChanges) {
      const objects = [...changes.values()].flat();
      lines.push(`${name}  in ${counted(objects.length, "object")}, such as ${objects[0]}`);
      continue;
    }
    for (const [change, objects] of changes) {
      const [a, b] = JSON.parse(change) as [string, string];
      const where = objects.length > named ? `in ${counted(objects.length, "object")}` : objects.join(", ");
      lines.push(`${name}  ${a} │ ${b}   ${where}`);
    }
  }
  for (const [side, all] of [["a", onlyInA] as const, ["b", onlyInB] as const])
    for (const { object } of all)
      if (object.environmental) lines.push(`only in ${side}: ${keyText(object.kind, object.identity)}`);
  if (lines.length === 0) return "";
  const paint = strict ? (text: string) => text : style.dim;
  const title = `Environmental: owners, grants, comments and the like${strict ? "" : ", which change nothing in what it does"}`;
  const rest = lines.length - mostLines;
  return [
    strict ? style.bold(title) : style.dim(title),
    ...lines.slice(0, mostLines).map((line) => paint(`  ${line}`)),
    ...(rest > 0 ? [paint(`  and ${rest} more; \`--json\` has all of them`)] : []),
  ].join("\n");
}
