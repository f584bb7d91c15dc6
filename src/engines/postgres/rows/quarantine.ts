import { quarantineSchema, quarantineTables } from "../../../plan/quarantine.ts";
import { quoteIdentifier, textLiteral } from "../../../sql/identifier.ts";
import type { TableName } from "../../demand.ts";
import type { Batch, MendFacts, RowMend } from "../../mend.ts";

const schema = quoteIdentifier(quarantineSchema);
export const batches = `${schema}.${quoteIdentifier(quarantineTables.batches)}`;
export const keptRows = `${schema}.${quoteIdentifier(quarantineTables.rows)}`;

/** Settings on which the text of a value depends: it is read again under the same. */
const settings = ["DateStyle", "IntervalStyle", "lc_monetary"] as const;

/**
 * Makes the place, where it is not there yet. Values are kept as texts, beside the names of their types: a column of the
 * type itself would stand in the way of a migration which drops that.
 */
const makePlace = [
  `CREATE SCHEMA IF NOT EXISTS ${schema}`,
  `CREATE TABLE IF NOT EXISTS ${batches} (id text PRIMARY KEY, kept_at timestamptz NOT NULL DEFAULT clock_timestamp(), table_schema text NOT NULL, table_name text NOT NULL, migration text NOT NULL, object text NOT NULL, choice text NOT NULL, why text NOT NULL, columns text[] NOT NULL, types text[] NOT NULL, settings json NOT NULL, rows bigint NOT NULL DEFAULT 0, state text NOT NULL DEFAULT 'kept', ended_at timestamptz)`,
  `CREATE TABLE IF NOT EXISTS ${keptRows} (batch text NOT NULL REFERENCES ${batches}, number bigint NOT NULL, "row" json NOT NULL, restored_at timestamptz, PRIMARY KEY (batch, number))`,
];

/** Moves rows to the quarantine, and proves that they can be read again. */
export function setAside(
  {
    table,
    name,
    condition,
  }: { readonly table: TableName; readonly name: string; readonly condition: string },
  facts: MendFacts,
  { id, migration, object, choice, why }: Batch,
): Pick<RowMend, "prepare" | "statements" | "last"> {
  const columns = facts.columns(table).filter(({ generated }) => !generated);
  const batch = textLiteral(id);
  const list = (values: readonly string[]) => `ARRAY[${values.map(textLiteral).join(", ")}]::text[]`;
  const names = list(columns.map((column) => column.name));
  const values = columns.map((column) => `moved.${quoteIdentifier(column.name)}::text`).join(", ");
  const styles = settings
    .map((one) => `${textLiteral(one)}, pg_catalog.current_setting(${textLiteral(one)})`)
    .join(", ");
  const told = [id, table.schema, table.name, migration, object, choice, why].map(textLiteral).join(", ");
  const rereads = columns.map((column) => {
    const value = `k."row" ->> ${textLiteral(column.name)}`;
    return `(${value})::${column.type}::text IS DISTINCT FROM ${value}`;
  });
  return {
    prepare: makePlace,
    statements: [
      `INSERT INTO ${batches} (id, table_schema, table_name, migration, object, choice, why, columns, types, settings) VALUES (${told}, ${names}, ${list(columns.map(({ type }) => type))}, pg_catalog.json_build_object(${styles}))`,
      `WITH moved AS (DELETE FROM ${name} t WHERE ${condition} RETURNING t.*) INSERT INTO ${keptRows} (batch, number, "row") SELECT ${batch}, pg_catalog.row_number() OVER (), pg_catalog.json_object(${names}, ARRAY[${values}]::text[]) FROM moved`,
      `UPDATE ${batches} SET rows = (SELECT count(*) FROM ${keptRows} WHERE batch = ${batch}) WHERE id = ${batch}`,
      `DELETE FROM ${batches} WHERE id = ${batch} AND rows = 0`,
    ],
    last: [
      {
        count: `(SELECT count(*) FROM ${keptRows} k WHERE k.batch = ${batch} AND (${rereads.join(" OR ")}))`,
        problem: `rows of the quarantine cannot be read as they were`,
      },
      {
        count: "(SELECT count(*) WHERE pg_catalog.current_setting('extra_float_digits')::int < 1)",
        problem:
          "setting of this server (extra_float_digits) would cut digits off numbers that are set aside",
      },
    ],
  };
}
