import { ownersOf } from "../../sql/identifier.ts";
import { type Change, type Facts, factKey, factParts } from "../facts.ts";
import type { Timeline } from "../timeline.ts";

/**
 * Columns of partitions (and of tables that inherit) which are not there, and which they have from their parent: written to both
 * by one statement, or taken over when the table was made. They say nothing of whether that statement ran, where the table is
 * not there, or its parent has no such column either: the parent says it.
 */
export function echoesIn({ migrations }: Timeline, actual: Facts): ReadonlySet<string> {
  const steps = migrations.flatMap((migration) => migration.steps.map(({ changes }) => changes));
  const parents = parentsIn(steps.flat());
  if (parents.size === 0) return new Set();
  const echoes = new Map<string, boolean>();
  /** Columns that there are on the timeline by then. */
  const made = new Set<string>();
  for (const changes of steps) {
    for (const [key, value] of changes) {
      const [object, attribute] = factParts(key);
      if (attribute !== "") continue;
      if (value === undefined) made.delete(object);
      else made.add(object);
    }
    const written = new Set(changes.map(([key]) => factParts(key)[0]));
    for (const object of written) {
      const [table = "", column] = columnOf(object) ?? [];
      const of = parents.get(table);
      if (column === undefined || of === undefined || actual.has(factKey(object, ""))) continue;
      const above = [...of].map((parent) => `column ${parent}.${column}`);
      const isThere = actual.has(factKey(`table ${table}`, ""));
      const isEcho =
        !(isThere && above.some((one) => actual.has(factKey(one, "")))) &&
        above.some((one) => written.has(one) || (isThere && written.has(`table ${table}`) && made.has(one)));
      echoes.set(object, isEcho && echoes.get(object) !== false);
    }
  }
  return new Set([...echoes].flatMap(([object, isEcho]) => (isEcho ? [object] : [])));
}

/** Of each table that has parents on the timeline, their names. */
function parentsIn(changes: readonly Change[]): Map<string, Set<string>> {
  const parents = new Map<string, Set<string>>();
  for (const [key, value] of changes) {
    const [object, attribute] = factParts(key);
    if (attribute !== "parents" || value === undefined || !object.startsWith("table ")) continue;
    const known = parents.get(tableOf(object)) ?? new Set();
    for (const name of JSON.parse(value) as string[]) known.add(name);
    parents.set(tableOf(object), known);
  }
  return parents;
}

function tableOf(object: string): string {
  return object.slice(object.indexOf(" ") + 1);
}

/** `column public.item."a.b"`: its table, and its name as it is written. */
function columnOf(object: string): readonly [table: string, column: string] | undefined {
  if (!object.startsWith("column ")) return undefined;
  const identity = tableOf(object);
  const table = ownersOf(identity)[1] ?? "";
  return [table, identity.slice(table.length + 1)];
}
