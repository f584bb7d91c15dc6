import { type AttributeValue, objectKey, type SchemaObject } from "../schema/object.ts";
import type { ObjectChange, Snapshot } from "../schema/snapshot.ts";

/**
 * Facts are what migrations set and what a database is explained by: that an object exists, and each of its semantic
 * attributes. They are finer than objects, so that one changed attribute does not hide the others.
 *
 * The key is the object's key, a line feed, and the attribute; the attribute of existence is empty. A value is text.
 */
export type Facts = ReadonlyMap<string, string>;

/** What the fact of existence says. */
export const exists = "exists";

/**
 * The attribute of what a table or column is called, where a timeline is told by the names which things have in a database:
 * see `locate/renamed.ts`.
 */
export const called = "called";

/** An index which the server could not finish: it is there, but it neither guards nor serves, so it never counts as made. */
export const invalid = "exists, but INVALID";

/**
 * The facts of a snapshot.
 *
 * @param leaveOut objects which are none of the migrations' business (the history table)
 */
export function factsOf(
  snapshot: Snapshot,
  leaveOut: (object: SchemaObject) => boolean = () => false,
): Map<string, string> {
  const facts = new Map<string, string>();
  for (const object of snapshot.objects.values()) if (!leaveOut(object)) addFacts(object, facts);
  return facts;
}

function addFacts(object: SchemaObject, facts: Map<string, string>): void {
  if (object.environmental === true) return;
  const key = objectKey(object);
  const broken = object.attributes["valid"] === false;
  facts.set(factKey(key, ""), broken ? invalid : exists);
  for (const [attribute, value] of Object.entries(object.attributes)) {
    if (attribute !== "valid") facts.set(factKey(key, attribute), valueText(value));
  }
}

function valueText(value: AttributeValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** @param attribute empty for existence */
export function factKey(object: string, attribute: string): string {
  return `${object}\n${attribute}`;
}

/** Takes a key apart: `["column public.users.email", "type"]`. */
export function factParts(key: string): readonly [object: string, attribute: string] {
  const at = key.lastIndexOf("\n");
  return [key.slice(0, at), key.slice(at + 1)];
}

/** Preconditions that several applications share: that one is there proves nothing, that it is not does: extensions and schemas. */
export function isShared(key: string): boolean {
  return key.startsWith("extension ") || key.startsWith("schema ");
}

/**
 * The place of an enum's value among the others is shown where it differs, but is no evidence: later values, and
 * values added in another order, move it.
 */
export function isEvidence(key: string): boolean {
  return !isShared(key) && !(key.startsWith("enum-value ") && key.endsWith("\nafter"));
}

/** How much a mismatch counts when explanations are compared. The sizes hardly matter; that they are integers does. */
export function weightOf(key: string): number {
  if (!isEvidence(key)) return 1;
  return key.endsWith("\n") ? 16 : 4;
}

/** What became different from one moment to the next; undefined: it is gone. */
export type Change = readonly [key: string, value: string | undefined];

/** The facts which differ between two moments. */
export function changesBetween(before: Facts, after: Facts): Change[] {
  const changes: Change[] = [];
  for (const [key, value] of after) if (before.get(key) !== value) changes.push([key, value]);
  for (const key of before.keys()) if (!after.has(key)) changes.push([key, undefined]);
  return changes;
}

/** As {@link changesBetween}, where it is known which objects became different. */
export function changesOf(
  objects: readonly ObjectChange[],
  leaveOut: (object: SchemaObject) => boolean,
): Change[] {
  const [former, now] = [new Map<string, string>(), new Map<string, string>()];
  for (const { before, after } of objects) {
    if (before !== undefined && !leaveOut(before)) addFacts(before, former);
    if (after !== undefined && !leaveOut(after)) addFacts(after, now);
  }
  return changesBetween(former, now);
}

/** Applies changes to facts. */
export function applyChanges(changes: readonly Change[], facts: Map<string, string>): void {
  for (const [key, value] of changes) {
    if (value === undefined) facts.delete(key);
    else facts.set(key, value);
  }
}
