import { nameObject, nameObjects } from "../doctor/cite.ts";
import { carrierOf, inOrder } from "../engines/object-order.ts";
import type { ObjectSql, Objects } from "../engines/object-sql.ts";
import type { PlanStep } from "../plan/plan.ts";
import { isPart, objectKey, type SchemaObject } from "../schema/object.ts";
import { type Change, factParts } from "../timeline/facts.ts";
import { droppedBy } from "./emptied.ts";
import type { PlanWishes } from "./planning.ts";
import { runsAlone, type Task } from "./task.ts";

/** Kinds for whose sake the server refuses to drop what they stand on (2BP01). */
const reacting: ReadonlySet<string> = new Set([
  "view",
  "materialized-view",
  "rule",
  "policy",
  "trigger",
  "function",
]);

/** Kinds which the server itself makes again when a column gets another type, or which do not mind. */
const adapting: ReadonlySet<string> = new Set([
  "index",
  "constraint",
  "column",
  "sequence",
  "statistics",
  "publication-table",
]);

/** What stands on columns that get another type: the server refuses that (0A000) while it is there. */
export interface Standing {
  /** Removed before, in this order. */
  readonly before: readonly PlanStep[];
  /** Made again afterwards, with owners, rights and comments. */
  readonly after: readonly PlanStep[];
  /** All that is made again, by the keys, parts included. */
  readonly objects: ReadonlySet<string>;
}

/** Why what stands in the way cannot be made again. */
export interface CannotRemake {
  readonly reason: string;
}

/**
 * By migration, what stands on columns to which it gives another type.
 *
 * @returns why there can be no plan, where that is so
 */
export function standingInTheWay(
  tasks: readonly Task[],
  { evidence, objectSql, role }: PlanWishes,
): Map<string, Standing> | string {
  const found = new Map<string, Standing>();
  const { objects } = evidence.snapshot;
  const own = new Set<string>();
  for (const task of tasks) {
    const { name } = task.migration;
    const changes = task.steps.flatMap((step) => step.changes);
    for (const [key] of changes) if (key.endsWith("\n")) own.add(factParts(key)[0]);
    // By the statements' words: what is only renamed takes along what stands on it.
    const dropped = new Set(droppedBy(task.statements, evidence.schema, objects));
    const lost = standingOnDropped(dropped, own, objects);
    if (lost !== undefined)
      return `${name} drops ${nameObject(lost.dropped, evidence.schema)}, and ${nameObjects(lost.standing, evidence.schema)} stands on that, which no migration that runs now removes: change it or remove it first (${shownDefinition(lost.standing, objects)})`;
    const standing = standingOn(changes, own, objects, { sql: objectSql, role });
    if (standing === undefined) continue;
    if ("reason" in standing) return `${name}: ${standing.reason}`;
    if (runsAlone(task))
      return `${name} gives a column another type on which ${nameObjects([...standing.objects], evidence.schema)} stands, and cannot run in one transaction with removing and making that again: remove it before, and make it again afterwards`;
    found.set(name, standing);
  }
  return found;
}

/**
 * Views, rules, policies, triggers and functions of somebody else which stand on columns that a migration gives another
 * type. What the migration itself removes or makes is its own business.
 *
 * @param changes what the migration's steps do
 * @param own what the migrations that run make and remove themselves
 * @see https://www.postgresql.org/docs/current/sql-altertable.html
 */
function standingOn(
  changes: readonly Change[],
  own: ReadonlySet<string>,
  objects: Objects,
  { sql, role }: { readonly sql: ObjectSql; readonly role: string },
): Standing | CannotRemake | undefined {
  const retyped = new Set(
    changes.flatMap(([key, value]) => {
      const [object, attribute] = factParts(key);
      return attribute === "type" && value !== undefined && objects.get(object)?.kind === "column"
        ? [object]
        : [];
    }),
  );
  if (retyped.size === 0) return undefined;
  const going = withTheirs(retyped, own, objects);
  if (going.size === 0) return undefined;
  const all = [...going].flatMap((key) => objects.get(key) ?? []);
  const ordered = inOrder(all, objects);
  const wholes = ordered.filter((object) => !going.has(carrierOf(object, objects) ?? ""));
  const steps = { before: [] as PlanStep[], after: [] as PlanStep[] };
  for (const object of wholes.toReversed()) {
    const text = sql.drop([object], objects);
    if (text === undefined)
      return {
        reason: `${objectKey(object)} stands on a column which gets another type, and cannot be removed for that time`,
      };
    steps.before.push({
      kind: "remove",
      object: objectKey(object),
      sql: text,
      why: "it stands on a column which gets another type, and is made again as it is",
      hazards: [],
    });
  }
  for (const object of ordered) {
    // The columns of a view come with it, but for what is said of them and who may read them.
    const isColumn = isPart(object) && object.kind === "column";
    const made = isColumn ? [] : sql.make(object, objects);
    if (made === undefined)
      return {
        reason: `${objectKey(object)} stands on a column which gets another type, and Godwit does not know how to make it again`,
      };
    const statements = [...made, ...sql.dress(object, role)];
    if (statements.length > 0)
      steps.after.push({
        kind: "restore",
        object: objectKey(object),
        statements,
        why: "as it was",
        hazards: [],
      });
  }
  return { ...steps, objects: going };
}

/** What of somebody else stands on a column or a table that goes for good: nobody can make it again. */
function standingOnDropped(
  dropped: ReadonlySet<string>,
  own: ReadonlySet<string>,
  objects: Objects,
): { readonly dropped: string; readonly standing: readonly string[] } | undefined {
  const isGoing = (key: string) => {
    const object = objects.get(key);
    return dropped.has(key) || (object !== undefined && dropped.has(carrierOf(object, objects) ?? ""));
  };
  const found = [...objects].flatMap(([key, object]) => {
    if (!reacting.has(object.kind) || own.has(key) || isGoing(key)) return [];
    const on = object.dependsOn.find(isGoing);
    const whole = on === undefined ? undefined : carrierOf(objects.get(on) as SchemaObject, objects);
    return on === undefined ? [] : [{ key, on: whole !== undefined && dropped.has(whole) ? whole : on }];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  return { dropped: first.on, standing: found.flatMap(({ key, on }) => (on === first.on ? [key] : [])) };
}

function shownDefinition([key = ""]: readonly string[], objects: Objects): string {
  const line = (objects.get(key)?.definition ?? key).replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** What stands on the columns, and on that, and all parts of it. */
function withTheirs(retyped: ReadonlySet<string>, own: ReadonlySet<string>, objects: Objects): Set<string> {
  const going = new Set<string>();
  const stands = (key: string, object: SchemaObject) => {
    const carrier = carrierOf(object, objects);
    if (carrier !== undefined && going.has(carrier)) return true;
    if (adapting.has(object.kind) || own.has(key) || (carrier !== undefined && own.has(carrier)))
      return false;
    return object.dependsOn.some((on) => {
      const there = objects.get(on);
      const around = there === undefined ? undefined : carrierOf(there, objects);
      return retyped.has(on) || going.has(on) || (around !== undefined && going.has(around));
    });
  };
  for (let grown = true; grown; ) {
    grown = false;
    for (const [key, object] of objects) {
      if (going.has(key) || !stands(key, object)) continue;
      going.add(key);
      grown = true;
    }
  }
  return going;
}
