import type { Rows } from "../engine.ts";
import type { TransactionFate } from "../writer.ts";
import { sqlState } from "./errors.ts";

/**
 * What became of a transaction. The server remembers it for a long while, until it is vacuumed away.
 *
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 *
 * @param run executes one query
 * @param id as `pg_current_xact_id()` gave it
 */
export async function fateOf(run: (query: string) => Promise<Rows>, id: string): Promise<TransactionFate> {
  // It comes from a file, which anybody may have written to.
  if (!/^\d{1,20}$/.test(id)) return "unknown";
  try {
    const [row] = await run(`SELECT pg_catalog.pg_xact_status('${id}'::pg_catalog.xid8) AS status`);
    const status = row?.["status"];
    if (status === "committed" || status === "aborted") return status;
    return status === "in progress" ? "in-progress" : "unknown";
  } catch (error) {
    // A transaction of the future: the database is another one, or was restored to an earlier moment.
    if (sqlState(error) !== undefined) return "unknown";
    throw error;
  }
}
