import { quoteIdentifier, textLiteral } from "../../../sql/identifier.ts";
import type { KeptBatch, QuarantineSql } from "../../quarantine.ts";
import type { Rows } from "../../server.ts";
import { nameOf } from "./own-rows.ts";
import { batches, keptRows } from "./quarantine.ts";

/** Statements about rows that were set aside. */
export const quarantineSql: QuarantineSql = {
  list: `SELECT b.id, pg_catalog.to_char(b.kept_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS kept_at, b.table_schema, b.table_name, b.migration, b.object, b.choice, b.why, pg_catalog.to_json(b.columns) AS columns, b.settings, b.rows::text AS rows, (SELECT count(*) FROM ${keptRows} k WHERE k.batch = b.id AND k.restored_at IS NULL)::text AS "left", b.state FROM ${batches} b ORDER BY b.kept_at, b.id`,
  readList,
  open: ({ id, settings }) => [
    `SELECT 1 FROM ${batches} WHERE id = ${textLiteral(id)} FOR UPDATE`,
    ...Object.entries(settings).map(
      ([name, value]) => `SELECT pg_catalog.set_config(${textLiteral(name)}, ${textLiteral(value)}, true)`,
    ),
  ],
  left: (batch) => `SELECT number::text AS n FROM ${keptRows} k WHERE ${isLeft(batch)} ORDER BY number`,
  put: (batch, columns, number) => {
    const names = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
    const values = columns.map(({ name, type }) => `(k."row" ->> ${textLiteral(name)})::${type}`).join(", ");
    return `INSERT INTO ${nameOf(batch.table)} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM ${keptRows} k WHERE ${isLeft(batch, number)} ORDER BY k.number`;
  },
  mark: (batch, number) => `UPDATE ${keptRows} k SET restored_at = now() WHERE ${isLeft(batch, number)}`,
  end: (id, state) =>
    `UPDATE ${batches} b SET state = ${textLiteral(state)}, ended_at = now() WHERE b.id = ${textLiteral(id)} AND b.state = 'kept'${
      state === "undone"
        ? ""
        : ` AND NOT EXISTS (SELECT FROM ${keptRows} k WHERE k.batch = b.id AND k.restored_at IS NULL)`
    }`,
  show: ({ id }) => `SELECT number, "row" FROM ${keptRows} WHERE batch = ${textLiteral(id)};`,
};

function isLeft({ id }: KeptBatch, number?: string): string {
  const one = number === undefined ? "" : ` AND k.number = ${textLiteral(number)}::bigint`;
  return `k.batch = ${textLiteral(id)} AND k.restored_at IS NULL${one}`;
}

function readList(rows: Rows): KeptBatch[] {
  return rows.map((row) => {
    const text = (name: string) => String(row[name] ?? "");
    const state = text("state");
    return {
      id: text("id"),
      keptAt: text("kept_at"),
      table: { schema: text("table_schema"), name: text("table_name") },
      migration: text("migration"),
      object: text("object"),
      choice: text("choice"),
      why: text("why"),
      columns: parsed<string[]>(row["columns"]),
      settings: parsed<Record<string, string>>(row["settings"]),
      rows: Number(row["rows"]),
      left: Number(row["left"]),
      state: state === "restored" || state === "undone" ? state : "kept",
    };
  });
}

/** The driver reads JSON itself. */
function parsed<T>(value: unknown): T {
  return (typeof value === "string" ? JSON.parse(value) : value) as T;
}
