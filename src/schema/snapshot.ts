import { createHash } from "node:crypto";
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
export const snapshotVersion = 3;

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
  return createHash("sha256")
    .update(stable([object.kind, object.identity, object.attributes]))
    .digest("hex")
    .slice(0, 32);
}

/**
 * The fingerprint of a snapshot: the hash of its objects. Databases with equal semantics have equal fingerprints,
 * whatever their owners, column positions and extension versions.
 */
export function fingerprint(snapshot: Snapshot): string {
  const hash = createHash("sha256");
  for (const [key, object] of snapshot.objects) {
    if (object.environmental !== true) hash.update(`${key}\n${object.hash}\n`);
  }
  return hash.digest("hex");
}

/**
 * The hash of everything that is environmental: owners, grants, comments, positions, versions, and the objects which
 * are so as a whole. Databases with this and {@link fingerprint} equal are equal in all that DDL can change.
 */
export function environmentFingerprint(snapshot: Snapshot): string {
  const hash = createHash("sha256");
  for (const [key, { environment, environmental, attributes }] of snapshot.objects) {
    hash.update(`${key}\n${stable([environment, environmental === true ? attributes : {}])}\n`);
  }
  return hash.digest("hex");
}

function stable(value: AttributeValue | readonly unknown[] | Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
