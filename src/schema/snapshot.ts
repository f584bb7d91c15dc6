import { createHash, hash } from "node:crypto";
import { type AttributeValue, objectKey, type SchemaObject } from "./object.ts";

/** Everything that DDL can change in one database, at one moment. */
export interface Snapshot {
  /** By {@link objectKey}, sorted by it. */
  readonly objects: ReadonlyMap<string, SchemaObject>;
  /** Relations (quoted identities) behind another session's lock: what is said of them is incomplete. */
  readonly unreadable: readonly string[];
}

/** What became of one object between two moments: it was made, it is gone, or it is another. */
export interface ObjectChange {
  readonly key: string;
  readonly before?: SchemaObject;
  readonly after?: SchemaObject;
}

/** Raise it when the same database would give other objects, attributes or texts than before: caches depend on it. */
export const snapshotVersion = 4;

/** Collects objects into a snapshot. */
export function snapshotOf(objects: Iterable<SchemaObject>, unreadable: readonly string[] = []): Snapshot {
  return snapshotOfKeyed(
    new Map([...objects].map((object) => [objectKey(object), object] as const)),
    unreadable,
  );
}

/** As {@link snapshotOf}, of objects which are known by their keys already. */
export function snapshotOfKeyed(
  objects: ReadonlyMap<string, SchemaObject>,
  unreadable: readonly string[] = [],
): Snapshot {
  const sorted = new Map<string, SchemaObject>();
  for (const key of [...objects.keys()].sort()) sorted.set(key, objects.get(key) as SchemaObject);
  return { objects: sorted, unreadable };
}

/** The hash of an object's semantics: equal for the same object after dump and restore. */
export function hashOf(object: Pick<SchemaObject, "kind" | "identity" | "attributes">): string {
  const { kind, identity, attributes } = object;
  return hash("sha256", `[${JSON.stringify(kind)},${JSON.stringify(identity)},${stable(attributes)}]`).slice(
    0,
    32,
  );
}

/**
 * The fingerprint of a snapshot: the hash of its objects. Databases with equal semantics have equal fingerprints,
 * whatever their owners, column positions and extension versions.
 */
export function fingerprint(snapshot: Snapshot): string {
  return digest(snapshot, ({ environmental, attributes }) =>
    environmental === true ? undefined : stable(attributes),
  );
}

/**
 * The hash of everything that is environmental: owners, grants, comments, positions, versions, and the objects which
 * are so as a whole. Databases with this and {@link fingerprint} equal are equal in all that DDL can change.
 */
export function environmentFingerprint(snapshot: Snapshot): string {
  return digest(
    snapshot,
    ({ environment, environmental, attributes }) =>
      `[${stable(environment)},${environmental === true ? stable(attributes) : "{}"}]`,
  );
}

/** UTF-16 units: what is hashed at once. */
const pieceLength = 1 << 16;

/** Hashes what is told of each object; one of which nothing is told is left out. */
function digest({ objects }: Snapshot, tell: (object: SchemaObject) => string | undefined): string {
  const whole = createHash("sha256");
  let piece = "";
  for (const [key, object] of objects) {
    const told = tell(object);
    if (told === undefined) continue;
    piece += `${JSON.stringify(key)}${told}\n`;
    if (piece.length < pieceLength) continue;
    whole.update(piece);
    piece = "";
  }
  return whole.update(piece).digest("hex");
}

/** Content is shared by all objects that have it, and printed once for them. */
const printed = new WeakMap<Readonly<Record<string, AttributeValue>>, string>();

/** JSON in which the order of the names does not matter. */
function stable(values: Readonly<Record<string, AttributeValue>>): string {
  const known = printed.get(values);
  if (known !== undefined) return known;
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  printed.set(values, text);
  return text;
}
