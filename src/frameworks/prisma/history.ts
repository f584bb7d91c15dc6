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

/** What each column holds, and whether Prisma's table has NOT NULL there. */
const columns: Readonly<Record<string, { readonly holds: Holds; readonly required?: true }>> = {
  checksum: { holds: "a text", required: true },
  finished_at: { holds: "a moment" },
  migration_name: { holds: "a text", required: true },
  logs: { holds: "a text" },
  rolled_back_at: { holds: "a moment" },
  started_at: { holds: "a moment", required: true },
  applied_steps_count: { holds: "a number", required: true },
};

type Holds = "a text" | "a moment" | "a number";

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
  const missing = rows[0] && Object.keys(columns).filter((column) => !(column in (rows[0] ?? {})));
  if (missing !== undefined && missing.length > 0) {
    throw new KnownError("HISTORY_UNREADABLE", { table, problem: `it has no column ${missing.join(", ")}` });
  }
  for (const row of rows) {
    const problem = problemOf(row);
    if (problem !== undefined) throw new KnownError("HISTORY_UNREADABLE", { table, problem });
  }
  const records = rows.map(recordOf);
  // As Prisma reads them; a row that began at the same moment keeps its place.
  records.sort((a, b) => (a.startedAt?.getTime() ?? 0) - (b.startedAt?.getTime() ?? 0));
  return { table, exists: true, records };
}

/** Nothing is concluded from what Prisma never writes: `false` in finished_at is no moment at which something ended. */
function problemOf(row: Rows[number]): string | undefined {
  for (const [column, { holds, required }] of Object.entries(columns)) {
    const value = row[column];
    if (value === null) {
      if (required) return `a row has no ${column}, which Prisma always writes`;
    } else if (!isOf[holds](value)) return `in the column ${column} is not ${holds}`;
  }
  return undefined;
}

const isOf: Readonly<Record<Holds, (value: unknown) => boolean>> = {
  "a text": (value) => typeof value === "string",
  // `infinity` is a number to the driver.
  "a moment": (value) => value instanceof Date || Math.abs(Number(value)) === Number.POSITIVE_INFINITY,
  // The driver gives whole numbers that may be too long as texts.
  "a number": (value) => /^-?\d+$/.test(String(value)),
};

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
