import { isPart, type SchemaObject } from "../../schema/object.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import { dotted } from "../../sql/identifier.ts";
import { exists, type Facts, factKey, factParts } from "../facts.ts";
import type { Timeline } from "../timeline.ts";
import type { Executed } from "./fit.ts";
import type { Matcher, Model } from "./model.ts";

/** One attribute which is not as it was predicted. Undefined: not there. */
export interface Difference {
  /** Empty: the object's existence. */
  readonly attribute: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** An object which the best explanation does not explain. */
export interface ResidueObject {
  /** `column public.users.email`. */
  readonly object: string;
  readonly differences: readonly Difference[];
  /** The migration that last wrote it under the explanation. */
  readonly madeBy?: string;
}

/** What remains when a database has been explained as well as it can be. */
export interface Residue {
  /** Predicted, and not there. */
  readonly missing: readonly ResidueObject[];
  /** There, and not as predicted. */
  readonly different: readonly ResidueObject[];
  /** There, on our tables or dependent on them, and predicted by nothing. */
  readonly extra: readonly ResidueObject[];
  /** There, and nothing to do with ours: another application's, or somebody's own. Whole objects, not their parts. */
  readonly foreign: readonly string[];
}

/** Values by fact, and the migrations that set them. */
export type Predicted = Map<string, { value: string; migration: number }>;

/** What should be there if exactly these steps had been executed. */
export function predict(model: Model, executed: Executed): Predicted {
  const predicted: Predicted = new Map();
  for (const [index, step] of model.steps.entries()) {
    if (executed[index] !== 1) continue;
    for (const [key, value] of step.changes) {
      if (value === undefined) predicted.delete(key);
      else predicted.set(key, { value, migration: step.migration });
    }
  }
  return predicted;
}

/**
 * Sorts what is not explained by object.
 *
 * @param actual the database's facts, without obstacles and the history table
 */
export function residueOf(
  model: Model,
  predicted: Predicted,
  snapshot: Snapshot,
  actual: Facts,
  matches: Matcher,
): Residue {
  const { timeline } = model;
  const missing = new Map<string, Difference[]>();
  const different = new Map<string, Difference[]>();
  const add = (to: Map<string, Difference[]>, object: string, difference: Difference) =>
    to.set(object, [...(to.get(object) ?? []), difference]);

  for (const [key, { value }] of predicted) {
    if (matches(key, value)) continue;
    const [object, attribute] = factParts(key);
    const real = actual.get(key);
    const there = actual.has(factKey(object, ""));
    const difference = { attribute, expected: value, ...(real !== undefined && { actual: real }) };
    add(there ? different : missing, object, difference);
  }
  for (const [key, real] of actual) {
    const [object, attribute] = factParts(key);
    // An attribute that nothing sets, of an object that something makes.
    if (attribute === "" || predicted.has(key) || !predicted.has(factKey(object, ""))) continue;
    if (!matches(key, undefined)) add(different, object, { attribute, actual: real });
  }
  const { extra, foreign } = unpredicted(timeline, snapshot, actual, predicted);
  const named = (objects: Map<string, Difference[]>): ResidueObject[] =>
    [...objects].map(([object, differences]) => {
      const writer =
        predicted.get(factKey(object, differences[0]?.attribute ?? "")) ?? predicted.get(factKey(object, ""));
      const madeBy = timeline.migrations[writer?.migration ?? -1]?.name;
      return { object, differences, ...(madeBy !== undefined && { madeBy }) };
    });
  return {
    missing: named(missing).map((one) => ({ ...one, differences: one.differences.slice(0, 1) })),
    different: named(different),
    extra,
    foreign,
  };
}

/** Tells hand-made additions to our tables from objects which are nobody of ours. */
function unpredicted(
  timeline: Timeline,
  snapshot: Snapshot,
  actual: Facts,
  predicted: ReadonlyMap<string, unknown>,
): Pick<Residue, "extra" | "foreign"> {
  const everOurs = new Set<string>();
  for (const { steps } of timeline.migrations) {
    for (const { changes } of steps) for (const [key] of changes) everOurs.add(factParts(key)[0]);
  }
  const isPredicted = (key: string) => predicted.has(factKey(key, ""));
  const ourRelations = new Set<string>();
  const ourSchemas = new Set<string>();
  for (const [key, object] of snapshot.objects) {
    if (isPart(object) || object.shared || !isPredicted(key)) continue;
    ourRelations.add(dotted(object.schema, object.name));
    ourSchemas.add(object.schema);
  }
  const extra: ResidueObject[] = [];
  const foreign: string[] = [];
  for (const [key, object] of snapshot.objects) {
    if (!actual.has(factKey(key, "")) || isPredicted(key) || timeline.base.has(factKey(key, ""))) continue;
    const relation = object.relation === undefined ? undefined : dotted(object.schema, object.relation);
    const whole = !isPart(object);
    const onOurs = relation !== undefined && ourRelations.has(relation);
    const usesOurs = object.dependsOn.some((on) => ourTable(on, snapshot, ourRelations, isPredicted));
    if (object.shared || (isPublishedByOthers(object, isPredicted) && !everOurs.has(key))) continue;
    // In a schema of others, what uses ours is still theirs: a view for reports.
    const usesAsOurs = whole && usesOurs && ourSchemas.has(object.schema);
    if (onOurs || everOurs.has(key) || usesAsOurs) {
      extra.push({ object: key, differences: [{ attribute: "", actual: exists }] });
    } else if (whole) foreign.push(key);
  }
  return { extra: withoutParts(extra, snapshot), foreign };
}

/** What a publication of others takes along (for replication, a host's service) changes nothing of the table. */
function isPublishedByOthers(
  { kind, dependsOn }: SchemaObject,
  isPredicted: (key: string) => boolean,
): boolean {
  return (
    kind === "publication-table" &&
    !dependsOn.some((key) => key.startsWith("publication ") && isPredicted(key))
  );
}

function ourTable(
  key: string,
  snapshot: Snapshot,
  ourRelations: ReadonlySet<string>,
  isPredicted: (key: string) => boolean,
): boolean {
  const object: SchemaObject | undefined = snapshot.objects.get(key);
  if (object === undefined || object.shared) return false;
  return isPredicted(key) && ourRelations.has(dotted(object.schema, object.relation ?? object.name));
}

/** Of a table that is itself extra, its columns and keys go without saying. */
function withoutParts(objects: readonly ResidueObject[], snapshot: Snapshot): ResidueObject[] {
  const keys = new Set(objects.map(({ object }) => object));
  return objects.filter(({ object }) => {
    const found = snapshot.objects.get(object);
    if (found?.relation === undefined || !isPart(found)) return true;
    const whole = dotted(found.schema, found.relation);
    return !["table", "view", "materialized-view", "enum"].some((kind) => keys.has(`${kind} ${whole}`));
  });
}
