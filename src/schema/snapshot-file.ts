import { type AttributeValue, objectKey, type SchemaObject } from "./object.ts";
import { environmentFingerprint, fingerprint, hashOf, type Snapshot, snapshotVersion } from "./snapshot.ts";

/** A snapshot, and of what kind of server it is. */
export interface SnapshotFile {
  /** The engine's name: `postgres`. */
  readonly engine: string;
  /** `15.18`. */
  readonly serverVersion: string;
  readonly snapshot: Snapshot;
}

/** What came of reading a snapshot's document. A `problem` completes the sentence "The file cannot be used: ...". */
export type SnapshotReading =
  | { readonly outcome: "read"; readonly file: SnapshotFile }
  | { readonly outcome: "no-snapshot" | "damaged"; readonly problem: string }
  | { readonly outcome: "other-version"; readonly version: number; readonly known: number };

/** UTF-16 units; an object alone would be a system call each. */
const pieceLength = 1 << 16;

/**
 * Writes a snapshot as one JSON document, with an object on each line, in pieces: a large one is never one text.
 *
 * @example
 * for (const piece of snapshotDocument({ engine: "postgres", serverVersion: "15.18", snapshot })) stream.write(piece);
 */
export function* snapshotDocument({ engine, serverVersion, snapshot }: SnapshotFile): Generator<string> {
  const head = {
    godwit: 1,
    snapshotVersion,
    engine,
    serverVersion,
    fingerprint: fingerprint(snapshot),
    environmentFingerprint: environmentFingerprint(snapshot),
    unreadable: snapshot.unreadable,
  };
  let piece = `${JSON.stringify(head).slice(0, -1)},"objects":[`;
  let separator = "\n";
  for (const object of snapshot.objects.values()) {
    piece += separator + JSON.stringify(plainObject(object));
    separator = ",\n";
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}\n]}\n`;
}

/** An object with all that it has as properties of its own, for JSON: a snapshot's may compute some. */
export function plainObject(object: SchemaObject): SchemaObject {
  const { kind, identity, schema, relation, name, attributes, environment } = object;
  const { definition, hash, dependsOn, shared, environmental, unreadable } = object;
  return {
    kind,
    identity,
    schema,
    ...(relation !== undefined && { relation }),
    name,
    attributes,
    environment,
    ...(definition !== undefined && { definition }),
    hash,
    dependsOn,
    shared,
    ...(environmental && { environmental }),
    ...(unreadable && { unreadable }),
  };
}

/** Whether a text that begins like this may be a snapshot's document: what is not, must not be overwritten by one. */
export function beginsLikeSnapshot(beginning: string): boolean {
  return /^\s*\{\s*"godwit"\s*:\s*1\s*,\s*"snapshotVersion"\s*:\s*\d/.test(beginning);
}

/**
 * Reads what {@link snapshotDocument} wrote, and believes nothing of it: the form of every object, the hashes and both
 * fingerprints must be right.
 *
 * @param text may be anything
 */
export function readSnapshotDocument(text: string): SnapshotReading {
  if (text.trim() === "") return noSnapshot("it is empty");
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return beginsLikeSnapshot(text)
      ? { outcome: "damaged", problem: "it ends too early, or was changed: it is no longer JSON" }
      : noSnapshot("it is no JSON");
  }
  return snapshotFrom(document);
}

/**
 * As {@link readSnapshotDocument}, for a document that was parsed already.
 *
 * @param document may be anything
 */
export function snapshotFrom(document: unknown): SnapshotReading {
  if (!isRecord(document) || document["godwit"] !== 1 || !("snapshotVersion" in document))
    return noSnapshot("it is JSON, but no snapshot of Godwit's");
  const version = document["snapshotVersion"];
  if (typeof version !== "number") return damaged("its version is no number");
  if (version !== snapshotVersion) return { outcome: "other-version", version, known: snapshotVersion };
  const { engine, serverVersion, unreadable = [], objects } = document;
  if (typeof engine !== "string" || typeof serverVersion !== "string" || !isTexts(unreadable))
    return damaged("what it says of its server is incomplete");
  if (!Array.isArray(objects)) return damaged("it has no objects");
  return verified(document, { engine, serverVersion, unreadable, objects });
}

function verified(
  document: Readonly<Record<string, unknown>>,
  parts: { engine: string; serverVersion: string; unreadable: readonly string[]; objects: unknown[] },
): SnapshotReading {
  const { engine, serverVersion, unreadable, objects } = parts;
  const read = new Map<string, SchemaObject>();
  let last = "";
  for (const [index, object] of objects.entries()) {
    if (!isObject(object)) return damaged(`its object ${index + 1} is incomplete`);
    const key = objectKey(object);
    if (hashOf(object) !== object.hash) return damaged(`${key} does not match its hash`);
    if (key <= last) return damaged(`${key} is not at its place`);
    last = key;
    read.set(key, object);
  }
  const snapshot: Snapshot = { objects: read, unreadable };
  if (fingerprint(snapshot) !== document["fingerprint"])
    return damaged("its objects do not match its fingerprint");
  if (environmentFingerprint(snapshot) !== document["environmentFingerprint"])
    return damaged("owners, grants, comments or the like do not match its fingerprint of them");
  return { outcome: "read", file: { engine, serverVersion, snapshot } };
}

/** Whether it has the form of an object; it is used as it was parsed then, since there may be very many. */
function isObject(value: unknown): value is SchemaObject {
  if (!isRecord(value)) return false;
  // Any word may be a kind: kinds are compared, and none is asked for that is not known.
  for (const name of ["kind", "identity", "schema", "name", "hash"])
    if (typeof value[name] !== "string") return false;
  const { attributes, environment, dependsOn, shared } = value;
  if (!isAttributes(attributes) || !isAttributes(environment)) return false;
  if (!isTexts(dependsOn) || typeof shared !== "boolean") return false;
  const { relation, definition, environmental, unreadable } = value;
  return (
    isOptionalText(relation) && isOptionalText(definition) && isMark(environmental) && isMark(unreadable)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isAttributes(value: unknown): value is Readonly<Record<string, AttributeValue>> {
  if (!isRecord(value)) return false;
  for (const name in value) if (!isAttribute(value[name])) return false;
  return true;
}

function isAttribute(value: unknown): boolean {
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" || isTexts(value);
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isMark(value: unknown): value is true | undefined {
  return value === undefined || value === true;
}

function noSnapshot(problem: string): SnapshotReading {
  return { outcome: "no-snapshot", problem };
}

function damaged(problem: string): SnapshotReading {
  return { outcome: "damaged", problem };
}
