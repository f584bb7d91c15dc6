import type { Engine } from "../../engines/engine.ts";
import { objectDiffer } from "../../engines/object-differ.ts";
import { carrierOf } from "../../engines/object-order.ts";
import type { ObjectSql, Objects } from "../../engines/object-sql.ts";
import type { AttributeValue, ObjectKind, SchemaObject } from "../../schema/object.ts";
import { splitDotted } from "../../sql/identifier.ts";
import { factParts } from "../../timeline/facts.ts";
import type { Evidence } from "../evidence.ts";
import { type DriftObject, driftOf } from "./objects.ts";
import type { DriftWay } from "./way.ts";

/**
 * Adds to the evidence what can become of what a hand has changed, as far as the engine's statements decide it: whether
 * the rows agree, the rehearsal tells. Nothing is read.
 */
export async function withWays(evidence: Evidence, engine: Pick<Engine, "objectSql">): Promise<Evidence> {
  const drift = driftOf(evidence);
  if (drift.length === 0) return evidence;
  const { objects: now } = evidence.snapshot;
  const sql = await engine.objectSql();
  const differ = objectDiffer(sql);
  const former = formerly(drift, now);
  const reasons = (from: Objects, to: Objects) =>
    new Map(differ.propose(from, to).unproposed.map(({ key, why }) => [key, why]));
  // What is missing is made by its migration's own statement, or from what the migrations make of an empty database.
  const undoing = reasons(now, former.withoutMissing);
  const adopting = reasons(former.all, now);
  const standing = standingOn(drift, now);
  const ways = drift.map(({ key, kind, of }): DriftWay => {
    const cannotUndo =
      kind === "missing"
        ? cannotMake(of === undefined || now.has(of) ? key : of, evidence, sql)
        : (undoing.get(key) ?? standing.get(key));
    const cannotAdopt = isPlaceOfValue(key, kind)
      ? "its place among the values cannot be changed"
      : adopting.get(key);
    return { key, ...(cannotUndo && { cannotUndo }), ...(cannotAdopt && { cannotAdopt }) };
  });
  return { ...evidence, ways };
}

/** A table whose place among others (partitions, heirs) is a part of it is not made by what is known of it. */
function cannotMake(key: string, { replay }: Evidence, sql: ObjectSql): string | undefined {
  if (!key.startsWith("table ") || replay.outcome === "cannot-replay") return undefined;
  const attributes: Record<string, AttributeValue> = {};
  for (const [fact, value] of replay.timeline.migrations
    .flatMap(({ steps }) => steps)
    .flatMap(({ changes }) => changes)) {
    const [object, attribute] = factParts(fact);
    if (object !== key || attribute === "") continue;
    if (value === undefined) delete attributes[attribute];
    else attributes[attribute] = typedLike(value, undefined);
  }
  const made = sql.make({ ...stub(key), attributes }, new Map());
  return made === undefined ? "it stands among partitions or heirs, and is made again by hand" : undefined;
}

function isPlaceOfValue(key: string, kind: DriftObject["kind"]): boolean {
  return kind === "different" && key.startsWith("enum-value ");
}

/** For what was added: something that stands on it, is no part of it, and is not drift itself. */
function standingOn(drift: readonly DriftObject[], now: Objects): Map<string, string> {
  const own = new Set(drift.map(({ key }) => key));
  const added = new Set(drift.flatMap(({ key, kind }) => (kind === "extra" ? [key] : [])));
  const standing = new Map<string, string>();
  for (const [key, object] of now) {
    if (own.has(key) || goesWith(object, added, now)) continue;
    for (const on of object.dependsOn) if (added.has(on)) standing.set(on, `${key} stands on it`);
  }
  return standing;
}

/** Parts of what was added, and the sequences which count for it, are not named themselves. */
function goesWith(object: SchemaObject, added: ReadonlySet<string>, now: Objects): boolean {
  return (
    added.has(carrierOf(object, now) ?? "") ||
    (object.kind === "sequence" && object.dependsOn.some((on) => added.has(on)))
  );
}

/** The database as it was before the hand, as far as the facts tell: with and without what is missing now. */
function formerly(drift: readonly DriftObject[], now: Objects): { all: Objects; withoutMissing: Objects } {
  const before = new Map(now);
  const missing = new Map<string, SchemaObject>();
  const added = new Set(drift.flatMap(({ key, kind }) => (kind === "extra" ? [key] : [])));
  for (const [key, object] of now) if (added.has(key) || goesWith(object, added, now)) before.delete(key);
  for (const one of drift) {
    const object = now.get(one.key);
    if (one.kind === "missing") missing.set(one.key, stub(one.key));
    else if (one.kind === "different" && object !== undefined) before.set(one.key, withFormer(object, one));
  }
  return { withoutMissing: before, all: new Map([...before, ...missing]) };
}

function withFormer(object: SchemaObject, { differences }: DriftObject): SchemaObject {
  const attributes: Record<string, AttributeValue> = { ...object.attributes };
  for (const { attribute, expected } of differences) {
    if (expected === undefined) delete attributes[attribute];
    else attributes[attribute] = typedLike(expected, object.attributes[attribute]);
  }
  return { ...object, attributes, hash: "" };
}

/** Facts are text; of which type the value was, the present one shows. */
function typedLike(text: string, now: AttributeValue | undefined): AttributeValue {
  if (typeof now === "string") return text;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) || typeof value === "boolean" || typeof value === "number"
      ? (value as AttributeValue)
      : text;
  } catch {
    return text;
  }
}

/** As much of an object that is not there as its name tells: enough to know how it is removed elsewhere. */
function stub(key: string): SchemaObject {
  const space = key.indexOf(" ");
  const [kind, identity] = [key.slice(0, space) as ObjectKind, key.slice(space + 1)];
  // What is no dotted name is of a kind that is not removed by its name alone.
  const parts = /^["a-z_]/.test(identity) ? splitDotted(identity).parts : ["", identity];
  const [schema = "", relation = ""] = parts;
  return {
    kind,
    identity,
    schema,
    name: parts.at(-1) ?? "",
    ...(parts.length > 2 && { relation }),
    attributes: {},
    environment: {},
    hash: "missing",
    dependsOn: [],
    shared: false,
  };
}
