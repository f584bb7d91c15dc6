import type { Rows } from "../engine.ts";
import type { TransactionFate } from "../writer.ts";
import type { Client } from "./client.ts";
import { sqlState } from "./errors.ts";

/** With `off` a COMMIT is answered before it is on the disk: what was told as done could be gone after a crash. */
export const durable =
  "SELECT pg_catalog.set_config('synchronous_commit', 'local', false) WHERE pg_catalog.current_setting('synchronous_commit') = 'off'";

/** The identity of the open transaction. */
export async function currentId(client: Client): Promise<string> {
  const [result] = await client.query("SELECT pg_catalog.pg_current_xact_id()::text AS id");
  return String(result?.rows[0]?.["id"]);
}

const record = "SELECT pg_catalog.pg_logical_emit_message(true, 'godwit', '')";

/** Commits a record with {@link durable}: the server's log is written in its order, so all before it is on the disk then. */
export async function bringToDisk(client: Client): Promise<void> {
  await client.query(record).catch((error: unknown) => {
    // An administrator may keep it for himself.
    if (sqlState(error) === undefined) throw error;
  });
}

/**
 * The identity of the open transaction, when it is on the server's disk. After a crash the server gives those again of
 * which it has no record: then somebody else's transaction would be asked for, and what it became.
 *
 * The transaction leaves a record with its identity, and another one is committed, which brings all before it to the disk.
 *
 * @param open another connection
 */
export async function durableId(client: Client, open: () => Promise<Client>): Promise<string> {
  const id = await currentId(client);
  await client.query("SAVEPOINT godwit_identity");
  try {
    await client.query(record);
    await client.query("RELEASE SAVEPOINT godwit_identity");
  } catch (error) {
    // An administrator may keep it for himself: the identity is as good as it is without.
    if (sqlState(error) === undefined) throw error;
    await client.query("ROLLBACK TO SAVEPOINT godwit_identity; RELEASE SAVEPOINT godwit_identity");
    return id;
  }
  const second = await open();
  try {
    await second.query(durable);
    await bringToDisk(second);
  } finally {
    await second.end();
  }
  return id;
}

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
