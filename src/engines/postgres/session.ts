import type { ReadOutcome, Rows, ServerFacts, Session, Target } from "../engine.ts";
import { openClient } from "./connect.ts";
import { type Limits, sqlState, translate } from "./errors.ts";
import { sideBySide } from "./side-by-side.ts";
import type { ReadRows } from "./snapshot/rows.ts";
import { baseSettings, snapshotSettings, Transactions } from "./transactions.ts";

/** Seconds. A lock is not waited for: who holds it is what the person wants to know. */
const lock = 0.5;
const short: Limits = { statement: 5, lock };
const long: Limits = { statement: 20, lock };

/**
 * Opens a reading connection. Whatever it does is one message: a read-only transaction with its own settings and
 * time-outs, so that it works behind a pooler in transaction mode and leaves nothing in the session.
 *
 * @throws KnownError as `openClient`, and TIMED_OUT, CONNECTION_LOST
 */
export async function openSession(target: Target): Promise<Session> {
  const client = await openClient(target);
  const transactions = new Transactions(client);
  const transaction = transactions.run.bind(transactions);
  const reading: ReadRows = (statements, onRow) =>
    transactions.rows(statements, snapshotSettings, long, onRow);
  const words = (error: unknown, doing: string, limits: Limits): unknown =>
    translate(error, target, doing, limits) ?? error;

  let server: ServerFacts;
  try {
    server = await readServerFacts((query) => transaction(query, baseSettings, short));
  } catch (error) {
    await client.end();
    throw words(error, "reading the server's settings", short);
  }

  const session: Session = {
    server,
    async read(query) {
      try {
        const results = await transaction(query, baseSettings, short);
        return { outcome: "rows", rows: results.at(-1) ?? [] };
      } catch (error) {
        const outcome = outcomeOf(error);
        if (outcome === undefined) throw words(error, "reading a table", short);
        return outcome;
      }
    },
    async ask(query, seconds) {
      try {
        const results = await transaction(query, snapshotSettings, { statement: seconds, lock });
        return { outcome: "rows", rows: results.at(-1) ?? [] };
      } catch (error) {
        const state = sqlState(error);
        if (state === undefined) throw words(error, "asking about rows", short);
        return { outcome: unanswered[state] ?? "refused" };
      }
    },
    async weigh(tables) {
      if (tables.length === 0) return new Map();
      const { weightsFrom, weightsQuery } = await import("./weights.ts");
      const answer = await session.ask(weightsQuery(tables), short.statement);
      return answer.outcome === "rows" ? weightsFrom(answer.rows) : new Map();
    },
    async snapshot({ dependencies = true } = {}) {
      const { readSnapshot } = await import("./snapshot/read.ts");
      const how = { settings: snapshotSettings, limits: long };
      const take = async () => {
        const [answer] = await transaction(largeQuery, baseSettings, short);
        return answer?.[0]?.["large"] === true
          ? sideBySide(transactions, target, how, (read, beside) =>
              readSnapshot(read, server.major, { dependencies, beside }),
            )
          : readSnapshot(reading, server.major, { dependencies });
      };
      try {
        // A lock that was taken between looking for locks and reading is seen, and gone around, the second time.
        return await take().catch((error: unknown) => {
          if (sqlState(error) === "55P03") return take();
          throw error;
        });
      } catch (error) {
        throw words(error, "reading the schema", long);
      }
    },
    async surroundings(lockKeys) {
      const { readSurroundings } = await import("./surroundings.ts");
      try {
        return await readSurroundings((statements) => transaction(statements, baseSettings, short), lockKeys);
      } catch (error) {
        throw words(error, "asking who holds locks", short);
      }
    },
    async lacking(statements, schema) {
      const { lackingFor } = await import("./privileges/lacking.ts");
      const { user, database } = session.server;
      return lackingFor(statements, { read: (query) => session.read(query), user, database, schema });
    },
    async users(of) {
      const { readUsers } = await import("./surroundings.ts");
      try {
        return await readUsers((statements) => transaction(statements, baseSettings, short), of);
      } catch (error) {
        throw words(error, "asking who uses tables", short);
      }
    },
    async isShared() {
      const { isShared } = await import("./shared-process.ts");
      return isShared(client, target, (one, query) => one.run(query, baseSettings, short), transactions);
    },
    async readOnlyReason() {
      const { readOnlyReason } = await import("./read-only.ts");
      return server.readOnlyServer
        ? readOnlyReason(async (query) => (await transaction(query, baseSettings, short)).at(-1)?.[0])
        : undefined;
    },
    async identity() {
      // On some hosted servers nobody may ask for the first; the second tells databases of one server apart.
      const answer = await session.read(identityQuery).catch(() => undefined);
      const row = answer?.outcome === "rows" ? answer.rows[0] : undefined;
      return row === undefined ? `${target.address}/${server.database}` : `${row["system"]}/${row["oid"]}`;
    },
    async fateOf(transactionId) {
      const { fateOf } = await import("./transaction-fate.ts");
      return fateOf(
        async (query) => (await transaction(query, baseSettings, short)).at(-1) ?? [],
        transactionId,
      );
    },
    close: async () => client.leave(),
  };
  return session;
}

const unanswered: Readonly<Record<string, "too-slow" | "locked" | "denied">> = {
  "57014": "too-slow",
  "55P03": "locked",
  "42501": "denied",
};

/** From about 500 tables on, a second connection costs less than it spares. */
const largeQuery = `SELECT pg_catalog.pg_relation_size('pg_catalog.pg_class') > 1000000 AS large`;

const identityQuery = `
SELECT (SELECT c.system_identifier FROM pg_catalog.pg_control_system() c)::text AS system, d.oid::text AS oid
  FROM pg_catalog.pg_database d WHERE d.datname = current_database()`;

/** @returns what is to be expected of a table that somebody else made; undefined for everything else */
function outcomeOf(error: unknown): ReadOutcome | undefined {
  switch (sqlState(error)) {
    case "42P01": // no such table
    case "3F000": // no such schema
      return { outcome: "no-table" };
    case "55P03":
      return { outcome: "locked" };
    case "42501":
      return { outcome: "denied", problem: (error as Error).message };
    default:
      return undefined;
  }
}

/** Every function here is one that any role may call. */
const factsQuery = `
SELECT current_setting('server_version') AS version,
       current_setting('server_version_num')::int AS number,
       current_database()::text AS database,
       current_user::text AS "user",
       current_schema()::text AS schema,
       current_setting('is_superuser') = 'on' AS superuser,
       pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS readonly,
       to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') AS started,
       current_setting('port') AS port,
       pg_encoding_to_char(d.encoding)::text AS encoding,
       d.datcollate::text AS collate,
       d.datctype::text AS ctype,
       to_jsonb(d) ->> 'datlocprovider' AS provider,
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale
  FROM pg_catalog.pg_database d
 WHERE d.datname = current_database()`;

/**
 * What the server says of itself, in one round trip.
 *
 * @param run executes statements and gives the rows of each
 */
export async function readServerFacts(
  run: (query: string) => Promise<readonly Rows[]>,
): Promise<ServerFacts> {
  const row = (await run(factsQuery)).at(-1)?.[0] as unknown as FactsRow;
  return {
    version: /^\S+/.exec(row.version)?.[0] ?? row.version,
    major: Math.floor(row.number / 10_000),
    database: row.database,
    user: row.user,
    ...(row.schema !== null && { currentSchema: row.schema }),
    superuser: row.superuser,
    readOnlyServer: row.readonly,
    // When the server started, to the microsecond. The system identifier would be equal in file-level copies, the
    // data directory is not for everybody to see, and addresses differ between a socket and TCP.
    serverIdentity: `${row.started}:${row.port}`,
    encoding: row.encoding,
    collation: collationOf(row),
  };
}

interface FactsRow {
  readonly version: string;
  readonly number: number;
  readonly database: string;
  readonly user: string;
  readonly schema: string | null;
  readonly superuser: boolean;
  readonly readonly: boolean;
  readonly started: string;
  readonly port: string;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  readonly provider: string | null;
  readonly locale: string | null;
}

/** `C.UTF-8`, `de_DE.UTF-8 (ctype C)`, `icu de-DE`: the collation that new columns get. */
function collationOf({ collate, ctype, provider, locale }: FactsRow): string {
  // PostgreSQL 15 knows ICU as a database's provider, 17 one of its own; before, it was the C library always.
  if (locale !== null && provider === "i") return `icu ${locale}`;
  if (locale !== null && provider === "b") return `builtin ${locale}`;
  return collate === ctype ? collate : `${collate} (ctype ${ctype})`;
}
