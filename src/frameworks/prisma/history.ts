import type { Rows } from "../../engines/engine.ts";
import { KnownError } from "../../errors.ts";
import type { History, HistoryRecord } from "../../migration/migration.ts";
import { dotted, quoteIdentifier } from "../../sql/identifier.ts";

/** The name is fixed: https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/migration-histories */
export const historyTable = "_prisma_migrations";

/** All columns are read, so that a table of another shape is told apart from an unreadable one. */
export function historyQuery(schema: string): string {
  return `SELECT * FROM ${quoteIdentifier(schema)}.${quoteIdentifier(historyTable)}`;
}

const columns = [
  "checksum",
  "finished_at",
  "migration_name",
  "logs",
  "rolled_back_at",
  "started_at",
  "applied_steps_count",
];

/**
 * Reads the rows of `_prisma_migrations`.
 *
 * Prisma inserts a row before it runs a migration's file, counts a step after, and then sets `finished_at`; these are
 * separate transactions. `resolve --applied` writes a finished row with no step, so zero steps in a finished row mean
 * that somebody asserted it.
 *
 * @throws KnownError HISTORY_UNREADABLE
 */
export function readHistory(rows: Rows, schema: string): History {
  const table = dotted(schema, historyTable);
  const missing = rows[0] && columns.filter((column) => !(column in (rows[0] ?? {})));
  if (missing !== undefined && missing.length > 0) {
    throw new KnownError("HISTORY_UNREADABLE", { table, problem: `it has no column ${missing.join(", ")}` });
  }
  const records = rows.map(recordOf);
  // As Prisma reads them; a row that began at the same moment keeps its place.
  records.sort((a, b) => (a.startedAt?.getTime() ?? 0) - (b.startedAt?.getTime() ?? 0));
  return { table, exists: true, records };
}

function recordOf(row: Rows[number]): HistoryRecord {
  const rolledBack = row["rolled_back_at"] !== null;
  const finished = row["finished_at"] !== null;
  const log = typeof row["logs"] === "string" && row["logs"] !== "" ? row["logs"] : undefined;
  return {
    migration: String(row["migration_name"]),
    ...(typeof row["id"] === "string" && { id: row["id"] }),
    state: rolledBack ? "rolled-back" : finished ? "applied" : "failed",
    asserted: finished && !rolledBack && Number(row["applied_steps_count"]) === 0,
    checksum: String(row["checksum"]),
    ...(row["started_at"] instanceof Date && { startedAt: row["started_at"] }),
    ...(row["finished_at"] instanceof Date && { finishedAt: row["finished_at"] }),
    ...(log !== undefined && { log, ...errorIn(log) }),
  };
}

/** The log of a failed row is the text of P3018, with the database's own error in it. */
function errorIn(log: string): Pick<HistoryRecord, "error"> {
  const code = /^Database error code: (\S+)/m.exec(log)?.[1];
  const message = /^Database error:\s*\n?(?:ERROR: )?([^\n]+)/m.exec(log)?.[1];
  return code === undefined ? {} : { error: { code, message: message?.trim() ?? "" } };
}
