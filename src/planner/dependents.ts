import { carrierOf, inOrder } from "../engines/object-order.ts";
import type { ObjectSql, Objects } from "../engines/object-sql.ts";
import type { PlanStep } from "../plan/plan.ts";
import { isPart, objectKey, type SchemaObject } from "../schema/object.ts";
import { type Change, factParts } from "../timeline/facts.ts";

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
 * Views, rules, policies, triggers and functions of somebody else which stand on columns that a migration gives another
 * type. What the migration itself removes or makes is its own business.
 *
 * @param changes what the migration's steps do
 * @param role who carries it out
 * @see https://www.postgresql.org/docs/current/sql-altertable.html
 */
export function standingOn(
  changes: readonly Change[],
  objects: Objects,
  sql: ObjectSql,
  role: string,
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
  const own = new Set(changes.flatMap(([key]) => (key.endsWith("\n") ? [factParts(key)[0]] : [])));
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
    // The columns of a view come with it.
    if (isPart(object) && object.kind === "column") continue;
    const made = sql.make(object, objects);
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
