import { setTimeout as sleep } from "node:timers/promises";
import type { Write } from "../../plan/write.ts";
import { dotted, quoteIdentifier, quoteLiteral } from "../../sql/identifier.ts";
import type { AdvisoryKey, LockHolder, Rows, ScriptError, Target } from "../engine.ts";
import type { Contents, TableColumns, Touched, Writer } from "../writer.ts";
import { type Client, openClient } from "./connect.ts";
import { endSession } from "./end-session.ts";
import { sqlState, translate } from "./errors.ts";
import { looking, others, relations } from "./locks-held.ts";
import { scriptErrorOf } from "./script-error.ts";
import { readServerFacts } from "./session.ts";
import { readSnapshot } from "./snapshot/read.ts";
import type { ReadRows } from "./snapshot/rows.ts";
import { readSurroundings } from "./surroundings.ts";
import { bringToDisk, currentId, durable, durableId, fateOf } from "./transaction-fate.ts";
import { readingWithin, setLocal, snapshotSettings } from "./transactions.ts";

/** Milliseconds between two tries to get a lock. */
const pause = 100;

/**
 * Opens a connection that may write. Statements run with the settings of the role and the database, as the framework's
 * own runner would have them; only what is read about them is read with settings of our own.
 *
 * @throws KnownError as `openClient`
 */
export async function openWriter(target: Target, { schema }: { readonly schema: string }): Promise<Writer> {
  const client = await openClient(target);
  try {
    const server = await readServerFacts(async (query) =>
      (await client.query(query)).map(({ rows }) => rows),
    );
    const path = await client.query(
      `SELECT pg_catalog.set_config('search_path', ${quoteLiteral(quoteIdentifier(schema))}, false)`,
    );
    if (path.length !== 1) throw new RangeError("the search path was not set");
    await client.query(durable);
    const quietly = (statements: string, inTransaction = true) =>
      readQuietly(client, statements, inTransaction);
    return {
      server,
      processId: client.processId,
      script: (sql) =>
        refusalOf(target, () => client.query(sql)).then((answer) => ("code" in answer ? answer : undefined)),
      async write({ sql, values }: Write) {
        const answer = await refusalOf(target, () => client.query(sql, values));
        if ("code" in answer) return answer;
        const [result] = answer.value;
        return { rows: result?.rows ?? [], count: result?.rowCount ?? 0 };
      },
      read: (sql) => readTimes(client, target, sql),
      snapshot: ({ inTransaction }) =>
        readSnapshot(snapshotReading(client, inTransaction), server.major, { dependencies: true }),
      transactionId: () => currentId(client),
      bringToDisk: () => bringToDisk(client),
      durableTransactionId: () => durableId(client, () => openClient(target)),
      fateOf: (id) => fateOf(async (query) => (await client.query(query)).at(-1)?.rows ?? [], id),
      lock: (key, seconds) => lock(client, key, seconds),
      contents: (tables, { inTransaction }) =>
        contents((statements) => quietly(statements, inTransaction), tables),
      looking: (statements, around) =>
        refusalOf(target, () => looking(client, statements, around)).then((answer) =>
          "code" in answer ? answer : answer.value,
        ),
      relations: () => relations(client),
      others: () => others(client),
      touched: () => touched(quietly),
      rowsOf: (table) => client.copyOut(`COPY ${selection(table)} TO STDOUT`),
      rowsInto: ({ schema: place, name, columns }) =>
        client.copyIn(
          `COPY ${quoteIdentifier(place)}.${quoteIdentifier(name)} (${columnList(columns)}) FROM STDIN`,
        ),
      endSession: (session, keys) => endSession(client, session, keys),
      close: () => client.end(),
    };
  } catch (error) {
    await client.end();
    throw translate(error, target, "opening a writing connection") ?? error;
  }
}

/** The server's refusal of a statement is an answer; a lost connection is thrown. */
async function refusalOf<T>(
  target: Target,
  work: () => Promise<T>,
): Promise<ScriptError | { readonly value: T }> {
  try {
    return { value: await work() };
  } catch (error) {
    const refusal = scriptErrorOf(error);
    // The server said goodbye: whatever was asked is not answered.
    if (refusal === undefined || /^(?:08|57P0)/.test(refusal.code))
      throw translate(error, target, "waiting for an answer") ?? error;
    return refusal;
  }
}

/** The driver reads times in one form only; afterwards the session's own form is as it was. */
async function readTimes(client: Client, target: Target, sql: string) {
  const { style } = await one(client, "SELECT pg_catalog.current_setting('DateStyle') AS style");
  const answer = await refusalOf(target, async () => {
    await client.query("SET DateStyle = 'ISO'");
    const [result] = await client.query(sql);
    await client.query(`SET DateStyle = ${quoteLiteral(String(style))}`);
    return result?.rows ?? [];
  });
  return "code" in answer ? answer : { rows: answer.value };
}

async function one(
  client: Client,
  sql: string,
  values?: readonly unknown[],
): Promise<Readonly<Record<string, unknown>>> {
  const [result] = await client.query(sql, values);
  return result?.rows[0] ?? {};
}

/** Reads with settings of our own, and leaves those of the session and an open transaction as they were. */
async function readQuietly(client: Client, statements: string, inTransaction: boolean): Promise<Rows[]> {
  const [head, tail] = around(inTransaction);
  return orRollback(client, inTransaction, async () => {
    const results = await client.query([...head, statements, ...tail].join("\n;\n"));
    return results.slice(head.length, results.length - tail.length).map(({ rows }) => [...rows]);
  });
}

/** As {@link readQuietly}, for a snapshot. */
function snapshotReading(client: Client, inTransaction: boolean): ReadRows {
  const reading = readingWithin(client, ...around(inTransaction));
  return (statements, onRow) => orRollback(client, inTransaction, () => reading(statements, onRow));
}

function around(inTransaction: boolean): [before: string[], after: string[]] {
  const settings = setLocal(snapshotSettings);
  return inTransaction
    ? [
        ["SAVEPOINT godwit_read", ...settings],
        ["ROLLBACK TO SAVEPOINT godwit_read", "RELEASE SAVEPOINT godwit_read"],
      ]
    : [["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ...settings], ["ROLLBACK"]];
}

/** Outside of a transaction, the one that was opened for reading must not stay open when it is refused. */
async function orRollback<T>(client: Client, inTransaction: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!inTransaction && sqlState(error) !== undefined) await client.query("ROLLBACK");
    throw error;
  }
}

/** Tries, and never queues: whoever waits in a queue keeps others waiting. */
async function lock(client: Client, key: AdvisoryKey, seconds: number): Promise<"locked" | LockHolder> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const { locked } = await one(
      client,
      "SELECT pg_catalog.pg_try_advisory_lock($1::text::bigint) AS locked",
      [key],
    );
    if (locked === true) return "locked";
    if (performance.now() >= end) {
      const { holders } = await readSurroundings(
        async (statements) => (await client.query(statements)).map(({ rows }) => rows),
        [key],
      );
      const holder = holders.find(({ holds }) => holds.kind === "framework-lock");
      // It may have been released in this very moment.
      if (holder !== undefined) return holder;
    }
    await sleep(pause);
  }
}

function columnList(columns: readonly string[]): string {
  return columns.map(quoteIdentifier).join(", ");
}

function selection({ schema, name, columns }: TableColumns): string {
  return `(SELECT ${columnList(columns)} FROM ONLY ${quoteIdentifier(schema)}.${quoteIdentifier(name)})`;
}

/** The sum of the rows' hashes does not depend on their order, and no two equal rows cancel each other out. */
async function contents(
  read: (statements: string) => Promise<Rows[]>,
  tables: readonly TableColumns[],
): Promise<Contents[]> {
  if (tables.length === 0) return [];
  const queries = tables.map(({ schema, name, columns }) => {
    const row = columns.length === 0 ? "''" : `ROW(${columnList(columns)})::text`;
    return `SELECT count(*)::text AS rows, coalesce(sum(pg_catalog.hashtextextended(${row}, 0)::numeric), 0)::text AS hash FROM ONLY ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  });
  const results = await read(queries.join(";\n"));
  return results.map(([row]) => ({ rows: Number(row?.["rows"]), hash: String(row?.["hash"]) }));
}

const touchedQuery = `
SELECT n.nspname AS schema, c.relname AS name, pg_catalog.pg_relation_filenode(c.oid)::text AS file,
       pg_catalog.current_setting('track_counts') AS counting,
       coalesce(s.n_tup_ins, 0)::text AS inserted, coalesce(s.n_tup_upd, 0)::text AS updated, coalesce(s.n_tup_del, 0)::text AS deleted
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_stat_xact_user_tables s ON s.relid = c.oid
 WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

async function touched(read: (statements: string) => Promise<Rows[]>): Promise<Map<string, Touched>> {
  const [rows = []] = await read(touchedQuery);
  if (rows[0]?.["counting"] === "off")
    throw new Error("the server does not count rows (track_counts is off)");
  return new Map(
    rows.map((row) => [
      dotted(String(row["schema"]), String(row["name"])),
      {
        inserted: Number(row["inserted"]),
        updated: Number(row["updated"]),
        deleted: Number(row["deleted"]),
        file: String(row["file"]),
      },
    ]),
  );
}
