import { ownersOf } from "../../sql/identifier.ts";
import { type Facts, factKey, factParts } from "../facts.ts";
import type { Timeline } from "../timeline.ts";

/**
 * Columns of partitions (and of tables that inherit) which are not there, and which every statement that writes them writes
 * to the parent too. Such a statement did so to the partition only if there was one, so that the partition says nothing of
 * whether it ran: the parent does.
 */
export function echoesIn({ migrations }: Timeline, actual: Facts): ReadonlySet<string> {
  const steps = migrations.flatMap((migration) => migration.steps.map(({ changes }) => changes));
  const parents = new Map<string, Set<string>>();
  for (const [key, value] of steps.flat()) {
    const [object, attribute] = factParts(key);
    if (attribute !== "parents" || value === undefined || !object.startsWith("table ")) continue;
    if (actual.has(factKey(object, ""))) continue;
    const known = parents.get(tableOf(object)) ?? new Set();
    for (const name of JSON.parse(value) as string[]) known.add(name);
    parents.set(tableOf(object), known);
  }
  if (parents.size === 0) return new Set();
  const echoes = new Map<string, boolean>();
  for (const changes of steps) {
    const written = new Set(changes.map(([key]) => factParts(key)[0]));
    for (const object of written) {
      const [table = "", column] = columnOf(object) ?? [];
      const of = parents.get(table);
      if (column === undefined || of === undefined) continue;
      const isEcho = [...of].some((parent) => written.has(`column ${parent}.${column}`));
      echoes.set(object, isEcho && echoes.get(object) !== false);
    }
  }
  return new Set([...echoes].flatMap(([object, isEcho]) => (isEcho ? [object] : [])));
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
