import type { Rows } from "../../engine.ts";

const shortNames: Readonly<Record<string, string>> = {
  pg_class: "class",
  pg_proc: "proc",
  pg_type: "type",
  pg_constraint: "constraint",
  pg_trigger: "trigger",
  pg_policy: "policy",
  pg_extension: "extension",
  pg_namespace: "namespace",
};

/**
 * Resolves rows of pg_depend to keys of the snapshot's objects. What depends through its parts (a view through its
 * rule, a column through its default) depends itself; a part of a table that is no object of ours stands for the table.
 *
 * @param keys object keys by catalog address, see {@link address}
 */
export function dependenciesOf(rows: Rows, keys: ReadonlyMap<string, string>): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const row of rows) {
    const from =
      row["carrier"] === null
        ? keyAt(keys, row["catalog"], row["oid"], row["column"])
        : keyAt(keys, "pg_class", row["carrier"], row["carrierColumn"]);
    const to = keyAt(keys, row["onCatalog"], row["onOid"], row["onColumn"]);
    if (from === undefined || to === undefined || from === to) continue;
    const on = found.get(from) ?? new Set();
    found.set(from, on.add(to));
  }
  return new Map([...found].map(([key, on]) => [key, [...on].sort()]));
}

/** Where an object is in the catalogs: `class/16385/2` is the second column of relation 16385. */
export function address(catalog: string, oid: unknown, column: unknown = 0): string {
  return `${catalog}/${String(oid)}/${String(column)}`;
}

function keyAt(
  keys: ReadonlyMap<string, string>,
  catalog: unknown,
  oid: unknown,
  column: unknown,
): string | undefined {
  // regclass prints the schema where pg_catalog is not on the search path.
  const short = shortNames[String(catalog).replace("pg_catalog.", "")];
  if (short === undefined) return undefined;
  return keys.get(address(short, oid, column)) ?? keys.get(address(short, oid));
}
