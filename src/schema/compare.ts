import { type AttributeValue, isPart, type ObjectKind, objectKey, type SchemaObject } from "./object.ts";
import { type Rename, suggestRenames } from "./renames.ts";
import type { Snapshot } from "./snapshot.ts";

export type { Rename };

/** What differs between two snapshots, object by object. */
export interface Comparison {
  /** Sorted by their keys. */
  readonly onlyInA: readonly OnlyObject[];
  readonly onlyInB: readonly OnlyObject[];
  readonly changed: readonly ChangedObject[];
  /** What may be one object with two names. Both are in the lists above all the same: nothing proves it. */
  readonly renames: readonly Rename[];
  /** Keys of objects whose definition was behind a lock on a side: what differs of them is not known in full. */
  readonly undecided: readonly string[];
}

/** An object that only one side has. */
export interface OnlyObject {
  readonly object: SchemaObject;
  /** The key of the table, view or type with which it comes and goes, where only this side has that too. */
  readonly within?: string;
}

/** An object that both sides have, and not alike. */
export interface ChangedObject {
  readonly key: string;
  /** As side a has it. */
  readonly object: SchemaObject;
  readonly semantic: readonly AttributeDifference[];
  readonly environmental: readonly AttributeDifference[];
}

/** An attribute's value on each side; absent where that side does not have the attribute. */
export interface AttributeDifference {
  readonly attribute: string;
  readonly a?: AttributeValue;
  readonly b?: AttributeValue;
}

/**
 * Compares two snapshots. Without objects behind a lock, nothing semantic differs exactly where the fingerprints are
 * equal, and nothing at all where the fingerprints of the environment are equal too.
 *
 * @example
 * compareSnapshots(staging, production).changed[0]?.semantic; // [{ attribute: "type", a: "integer", b: "bigint" }]
 */
export function compareSnapshots(a: Snapshot, b: Snapshot): Comparison {
  const changed: ChangedObject[] = [];
  const undecided: string[] = [];
  const inA: SchemaObject[] = [];
  for (const [key, object] of a.objects) {
    const other = b.objects.get(key);
    if (other === undefined) {
      inA.push(object);
      continue;
    }
    if (object.unreadable || other.unreadable) undecided.push(key);
    const change = changeBetween(key, object, other);
    if (change !== undefined) changed.push(change);
  }
  const inB: SchemaObject[] = [];
  for (const [key, object] of b.objects) if (!a.objects.has(key)) inB.push(object);
  const onlyInA = withOwners(inA);
  const onlyInB = withOwners(inB);
  return { onlyInA, onlyInB, changed, renames: suggestRenames(onlyInA, onlyInB), undecided };
}

function changeBetween(key: string, a: SchemaObject, b: SchemaObject): ChangedObject | undefined {
  // Most objects are equal: nothing is made for them.
  const semantic = same(a.attributes, b.attributes);
  if (semantic && same(a.environment, b.environment) && a.environmental === b.environmental) return undefined;
  const attributes = semantic ? [] : differencesIn(a, b, "attributes");
  const environment = differencesIn(a, b, "environment");
  // Whether an object counts at all is a difference by which it does.
  const counts = { attribute: "environmental", a: a.environmental === true, b: b.environmental === true };
  const change = {
    key,
    object: a,
    semantic: counts.a !== counts.b ? [...attributes, counts] : counts.a ? [] : attributes,
    environmental: counts.a && counts.b ? [...attributes, ...environment] : environment,
  };
  return change.semantic.length + change.environmental.length > 0 ? change : undefined;
}

function differencesIn(a: SchemaObject, b: SchemaObject, of: "attributes" | "environment") {
  const differences: AttributeDifference[] = [];
  for (const attribute of new Set([...Object.keys(a[of]), ...Object.keys(b[of])])) {
    const left = own(a[of], attribute);
    const right = own(b[of], attribute);
    if (sameValue(left, right)) continue;
    // Behind a lock, what is not there is what was not told.
    if ((a.unreadable && isNothing(left)) || (b.unreadable && isNothing(right))) continue;
    differences.push({
      attribute,
      ...(left !== undefined && { a: left }),
      ...(right !== undefined && { b: right }),
    });
  }
  return differences;
}

type Values = SchemaObject["attributes"];

function own(values: Values, name: string): AttributeValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function isNothing(value: AttributeValue | undefined): boolean {
  return value === undefined || value === "";
}

function same(a: Values, b: Values): boolean {
  let count = 0;
  for (const name in a) {
    if (!sameValue(a[name], b[name])) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

function sameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b)) return false;
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

/** What has parts that come and go with it. */
const ownerKinds: ReadonlySet<ObjectKind> = new Set([
  "table",
  "view",
  "materialized-view",
  "enum",
  "domain",
  "type",
  "publication",
]);

function withOwners(objects: readonly SchemaObject[]): OnlyObject[] {
  const owners = new Map<string, string>();
  const identities = new Map<string, string>();
  for (const object of objects) {
    if (!ownerKinds.has(object.kind)) continue;
    const key = objectKey(object);
    owners.set(placeOf(object.schema, object.name), key);
    identities.set(object.identity, key);
  }
  return objects.map((object) => {
    const { kind, schema, relation, attributes } = object;
    // A column's own sequence is made with it.
    const owner = kind === "sequence" ? attributes["ownedBy"] : undefined;
    const within =
      isPart(object) && relation !== undefined
        ? owners.get(placeOf(schema, relation))
        : typeof owner === "string"
          ? identities.get(owner)
          : undefined;
    return { object, ...(within !== undefined && { within }) };
  });
}

function placeOf(schema: string, relation: string): string {
  return JSON.stringify([schema, relation]);
}
