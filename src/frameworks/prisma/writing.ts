import type { History, HistoryRecord } from "../../migration/migration.ts";
import type { Write } from "../../plan/write.ts";
import { quoteIdentifier, textLiteral } from "../../sql/identifier.ts";
import type { HistoryWriting, NewRow } from "../framework.ts";
import { historyTable } from "./history.ts";

/**
 * Writes `_prisma_migrations` on PostgreSQL as `prisma migrate deploy` and `prisma migrate resolve` do. The times are
 * the server's (Prisma's are its own machine's), each of its own moment, so that rows which are written in one
 * transaction keep their order: Prisma reads them in that of `started_at`.
 *
 * https://github.com/prisma/prisma-engines/blob/main/schema-engine/connectors/sql-schema-connector/src/sql_migration_persistence.rs
 */
export const writing: HistoryWriting = {
  createTable: (schema) => `CREATE TABLE ${tableIn(schema)} (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
);
`,
  begin: (schema, row) => [
    {
      sql: `INSERT INTO ${tableIn(schema)} ("id", "checksum", "started_at", "migration_name") VALUES ($1, $2, clock_timestamp(), $3)`,
      values: [row.id, checksumOf(row), row.migration.name],
    },
  ],
  // One statement for two of Prisma's: nobody sees a row with a step which is not finished.
  finish: (schema, row) => [
    {
      sql: `UPDATE ${tableIn(schema)} SET "applied_steps_count" = "applied_steps_count" + 1, "finished_at" = clock_timestamp() WHERE "id" = $1`,
      values: [row.id],
    },
  ],
  fail: (schema, row, error) => [
    {
      sql: `UPDATE ${tableIn(schema)} SET "logs" = $1 WHERE "id" = $2`,
      values: [failureLog(row.migration.name, error), row.id],
    },
  ],
  markApplied: (schema, row, records) => [
    ...rollBack(
      schema,
      records.filter(({ migration, state }) => migration === row.migration.name && state === "failed"),
    ),
    {
      sql: `INSERT INTO ${tableIn(schema)} ("id", "checksum", "logs", "started_at", "finished_at", "migration_name") SELECT $1::text, $2::text, '', moment, moment, $3::text FROM clock_timestamp() AS moment`,
      values: [row.id, checksumOf(row), row.migration.name],
    },
  ],
  markRolledBack: rollBack,
  rename: (schema, { name }, records) => records.map((record) => set(schema, "migration_name", name, record)),
  reSign: (schema, migration, records) =>
    records.map((record) => set(schema, "checksum", checksumOf({ migration }), record)),
  restore,
  hasRows,
  allApplied,
};

function set(schema: string, column: string, value: string, { id, migration }: HistoryRecord): Write {
  return {
    sql: `UPDATE ${tableIn(schema)} SET ${quoteIdentifier(column)} = $1 WHERE "id" = $2`,
    values: [value, idOf(id, migration)],
  };
}

/** By their ids: a name may have rows which were rolled back before, and these keep their times. */
function rollBack(schema: string, records: readonly HistoryRecord[]): Write[] {
  return records.map(({ id, migration }) => ({
    sql: `UPDATE ${tableIn(schema)} SET "rolled_back_at" = clock_timestamp() WHERE "id" = $1`,
    values: [idOf(id, migration)],
  }));
}

function idOf(id: string | undefined, migration: string): string {
  if (id === undefined) throw new Error(`A row of ${migration} was read without its id.`);
  return id;
}

/** Of a row that was there, a repair sets `rolled_back_at`, which was NULL then, its name, or its checksum. */
function restore(
  schema: string,
  before: Pick<History, "exists" | "records">,
  now: History,
  migrations: ReadonlySet<string>,
): Write[] {
  if (!now.exists) return [];
  const table = tableIn(schema);
  const then = new Map(before.records.map((record) => [record.id, record]));
  const writes = now.records.flatMap((record): Write[] => {
    const { migration, state, checksum } = record;
    const id = idOf(record.id, migration);
    if (!migrations.has(migration)) return [];
    const former = then.get(id);
    if (former === undefined) return [{ sql: `DELETE FROM ${table} WHERE "id" = $1`, values: [id] }];
    return [
      ...(state === "rolled-back" && former.state !== "rolled-back"
        ? [{ sql: `UPDATE ${table} SET "rolled_back_at" = NULL WHERE "id" = $1`, values: [id] }]
        : []),
      ...(migration === former.migration ? [] : [set(schema, "migration_name", former.migration, record)]),
      ...(checksum === former.checksum || former.checksum === undefined
        ? []
        : [set(schema, "checksum", former.checksum, record)]),
    ];
  });
  const deleted = writes.filter(({ sql }) => sql.startsWith("DELETE")).length;
  return before.exists || deleted < now.records.length
    ? writes
    : [...writes, { sql: `DROP TABLE ${table}`, values: [] }];
}

/** What `readHistory` reads of a row, but for its times and its log. */
const rowText = `"id"::text, "migration_name"::text, "checksum"::text, CASE WHEN "rolled_back_at" IS NOT NULL THEN 'rolled-back' WHEN "finished_at" IS NOT NULL THEN 'applied' ELSE 'failed' END, "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL AND "applied_steps_count" = 0`;

function hasRows(schema: string, records: readonly HistoryRecord[]): string {
  const table = tableIn(schema);
  if (records.length === 0) return `NOT EXISTS (SELECT FROM ${table})`;
  const rows = records.map(({ id, migration, checksum, state, asserted }) => {
    return `(${[idOf(id, migration), migration, checksum ?? "", state].map(textLiteral).join(", ")}, ${asserted})`;
  });
  return `(SELECT count(*) FROM ${table}) = ${rows.length} AND NOT EXISTS (SELECT ${rowText} FROM ${table} EXCEPT ALL VALUES
      ${rows.join(",\n      ")})`;
}

function allApplied(schema: string, migrations: readonly string[]): string {
  const table = tableIn(schema);
  const counted = `"finished_at" IS NOT NULL AND "rolled_back_at" IS NULL`;
  const applied = migrations.map(
    (name) => `EXISTS (SELECT FROM ${table} WHERE "migration_name" = ${textLiteral(name)} AND ${counted})`,
  );
  return [
    `NOT EXISTS (SELECT FROM ${table} WHERE "finished_at" IS NULL AND "rolled_back_at" IS NULL)`,
    ...applied,
  ].join("\n      AND ");
}

function tableIn(schema: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(historyTable)}`;
}

function checksumOf({ migration }: Pick<NewRow, "migration">): string {
  if (migration.checksum === undefined) throw new Error(`${migration.name} was read without its checksum.`);
  return migration.checksum;
}

/** The text of P3018, as far as it does not depend on Prisma's driver and on how it was compiled. */
function failureLog(migration: string, { code, message }: { code: string; message: string }): string {
  return `A migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve

Migration name: ${migration}

Database error code: ${code}

Database error:
ERROR: ${message}
`;
}
