import type { Objects } from "../../engines/object-sql.ts";
import { dotted } from "../../sql/identifier.ts";

/** Tables in an order in which no row points to one that is not back yet, as far as there is one. */
export function parentsFirst<Table extends { readonly schema: string; readonly name: string }>(
  tables: readonly Table[],
  objects: Objects,
): Table[] {
  const nameOf = ({ schema, name }: { readonly schema: string; readonly name: string }) =>
    dotted(schema, name);
  const parents = new Map<string, Set<string>>();
  for (const { kind, schema, relation, attributes, dependsOn } of objects.values()) {
    if (kind !== "constraint" || attributes["type"] !== "foreign key" || relation === undefined) continue;
    const own = dotted(schema, relation);
    const columns = tables.filter((table) =>
      dependsOn.some((key) => key === `table ${nameOf(table)}` || key.startsWith(`column ${nameOf(table)}.`)),
    );
    const known = parents.get(own) ?? new Set();
    for (const table of columns) if (nameOf(table) !== own) known.add(nameOf(table));
    parents.set(own, known);
  }
  const placed: Table[] = [];
  const place = (table: Table, above: readonly string[]) => {
    if (placed.includes(table) || above.includes(nameOf(table))) return;
    for (const parent of parents.get(nameOf(table)) ?? []) {
      const found = tables.find((one) => nameOf(one) === parent);
      if (found !== undefined) place(found, [...above, nameOf(table)]);
    }
    placed.push(table);
  };
  for (const table of tables) place(table, []);
  return placed;
}
