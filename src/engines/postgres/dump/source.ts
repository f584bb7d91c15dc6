import type { Snapshot } from "../../../schema/snapshot.ts";
import { quoteIdentifier } from "../../../sql/identifier.ts";
import type { Rows, ServerFacts, Target } from "../../engine.ts";
import { type Client, openClient } from "../connect.ts";
import { readServerFacts } from "../session.ts";
import { readSnapshot } from "../snapshot/read.ts";
import { readingWithin, setLocal, snapshotSettings } from "../transactions.ts";
import { CannotCopy } from "./cannot-copy.ts";

/** Milliseconds for which a lock is waited for: the application's own work must not queue behind a copy. */
const lockTimeout = 2_000;

/** The database that is copied, as it was at one moment: everything is read in one transaction. */
export interface Source {
  readonly target: Target;
  readonly server: ServerFacts;
  readonly schema: Snapshot;
  /** By which other sessions see the same moment. */
  readonly snapshotName: string;
  readonly client: Client;
  /** The rows of one query. */
  read(query: string): Promise<Rows>;
  /** The rows of each of several queries, which are sent in one message. */
  readAll(queries: readonly string[]): Promise<readonly Rows[]>;
  end(): Promise<void>;
}

/**
 * Opens the transaction in which a database is copied. It only reads, and holds nothing against sessions that read and
 * write rows; like pg_dump, it keeps tables from being dropped or altered meanwhile.
 *
 * @throws KnownError as `openClient`; the server's refusals as they are
 */
export async function openSource(target: Target): Promise<Source> {
  const client = await openClient(target);
  const read = async (query: string) => (await client.query(query)).at(-1)?.rows ?? [];
  try {
    const opening = [
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
      `SET LOCAL lock_timeout = ${lockTimeout}`,
      "SET LOCAL statement_timeout = 0",
      "SET LOCAL idle_in_transaction_session_timeout = 0",
      "SET LOCAL client_encoding = 'UTF8'",
      ...setLocal(snapshotSettings),
      "SELECT pg_catalog.pg_export_snapshot() AS name",
    ];
    const [exported] = await read(opening.join(";\n"));
    await lockTables(read, target.user);
    const run = async (statements: string) => (await client.query(statements)).map(({ rows }) => rows);
    const server = await readServerFacts(run);
    const schema = await readSnapshot(readingWithin(client, [], []), server.major, { dependencies: true });
    return {
      target,
      server,
      schema,
      snapshotName: String(exported?.["name"]),
      client,
      read,
      readAll: (queries) => run(queries.join(";\n")),
      end: () => client.end(),
    };
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** As pg_dump does: what is locked so cannot be dropped before its rows were read. */
async function lockTables(read: (query: string) => Promise<Rows>, user: string): Promise<void> {
  const tables = await read(`
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, c.relkind = 'S' AS sequence,
           pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable,
           c.relrowsecurity AND pg_catalog.row_security_active(c.oid) AS veiled
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     ORDER BY c.oid`);
  const role = quoteIdentifier(user);
  const denied = tables.filter(({ readable }) => readable === false).map(({ name }) => String(name));
  if (denied.length > 0) {
    throw new CannotCopy(
      `the role ${role} may not read ${someOf(denied)}`,
      `Let an administrator run: GRANT pg_read_all_data TO ${role}; (from PostgreSQL 14), or give a copy of the database with --clone URL.`,
    );
  }
  const veiled = tables.filter(({ veiled: is }) => is === true).map(({ name }) => String(name));
  if (veiled.length > 0)
    throw new CannotCopy(
      `row security keeps rows of ${someOf(veiled)} from the role ${role}`,
      `Let an administrator run: ALTER ROLE ${role} BYPASSRLS; or give a copy of the database with --clone URL.`,
    );
  const locked = tables.filter(({ sequence }) => sequence === false).map(({ name }) => name);
  if (locked.length === 0) return;
  await read(`LOCK TABLE ONLY ${locked.join(", ONLY ")} IN ACCESS SHARE MODE`);
}

function someOf(names: readonly string[]): string {
  return names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
}
