import { quoteIdentifier } from "../../../sql/identifier.ts";
import type { Demand, RowFacts } from "../../demand.ts";
import { callsOthers, exclusionDefinition } from "./definition.ts";
import { type MisfitRows, ownRows } from "./own-rows.ts";

/** Rows of which each is looked at beside all others, where all beside all take too long. */
const beside = 100;

/**
 * Rows which another row excludes. They are compared by the constraint's own operators, and where something has no value in a
 * row, nothing excludes it: https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE
 *
 * @returns undefined where that is not known for sure: operators or functions of somebody's, collations
 */
export function excluded(
  { table, definition }: Extract<Demand, { definition: string }>,
  facts: RowFacts,
): MisfitRows | undefined {
  const exclusion = exclusionDefinition(definition);
  if (exclusion === undefined) return undefined;
  const { elements, where } = exclusion;
  if (
    [where ?? "", ...elements.flatMap(({ expression, operator }) => [expression, operator])].some(callsOthers)
  )
    return undefined;
  for (const { column } of elements) {
    const type = column === undefined ? undefined : facts.typeOf(table, column);
    if (column !== undefined && (type === undefined || !facts.isComparable(type))) return undefined;
  }
  const name = ownRows(table, facts);
  // The names of an expression are columns of the innermost table: what comes out of it must be called otherwise.
  const out = (what: string | number) => quoteIdentifier(`godwit$${what}`);
  const counts = [
    ...(where === undefined ? [] : [`(${where})`]),
    ...elements.map(({ expression }) => `(${expression}) IS NOT NULL`),
  ].join(" AND ");
  const keyOf = (alias: string) => {
    const key = facts.primaryKey(table).map((column) => `${alias}.${quoteIdentifier(column)}::text`);
    return key.length === 0 ? `${alias}.ctid::text` : `pg_catalog.concat_ws(', ', ${key.join(", ")})`;
  };
  const columns = elements.map(({ expression }, i) => `(${expression}) AS ${out(i + 1)}`).join(", ");
  const others = `(SELECT o.tableoid AS ${out("table")}, o.ctid AS ${out("row")}, ${keyOf("o")} AS ${out("key")}, ${columns} FROM ${name} o WHERE ${counts}) o`;
  const excludes = (which: "<>" | ">") =>
    [
      `(o.${out("table")}, o.${out("row")}) ${which} (t.tableoid, t.ctid)`,
      ...elements.map(({ expression, operator }, i) => `(${expression}) ${operator} o.${out(i + 1)}`),
    ].join(" AND ");
  const told = elements.map(({ expression }) => expression).join(", ");
  return {
    kind: "rows",
    name,
    what: [`row whose ${told} another row excludes`, `rows whose ${told} other rows exclude`],
    code: "23P01",
    condition: `${counts} AND EXISTS (SELECT FROM ${others} WHERE ${excludes("<>")})`,
    value: `pg_catalog.concat_ws(', ', ${elements.map(({ expression }) => `(${expression})::text`).join(", ")})`,
    pair: {
      condition: `${counts} AND EXISTS (SELECT FROM ${others} WHERE ${excludes(">")})`,
      key: `(SELECT o.${out("key")} FROM ${others} WHERE ${excludes(">")} LIMIT 1)`,
    },
    beside,
  };
}
