import { dotted } from "../../sql/identifier.ts";
import { tokensOf } from "../../sql/postgres-tokens.ts";
import type { AdvisoryKey, LockHolder, PreparedTransaction, Rows, Surroundings, Using } from "../engine.ts";

/** To the microsecond, and whatever the session's time zone. */
const stamp = (moment: string) => `coalesce(to_char(${moment} AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS'), '')`;

/** Who a session is, as `end-session.ts` compares it: with one expression for both. Null where it is hidden. */
export const sessionLife = `to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || '/' || ${stamp("a.xact_start")}`;
export const sessionState = `a.state || '/' || ${stamp("a.state_change")}`;

/** What is shown of a session. Without pg_read_all_stats the server shows most of it of one's own sessions only. */
const sessionColumns = `
       a.usename::text AS "user", a.application_name AS application, host(a.client_addr) AS client, a.state,
       coalesce(a.xact_start, a.state_change) AS since, a.query, ${sessionLife} AS life, ${sessionState} AS mark,
       floor(extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change))::float8 AS quiet`;

const here = "l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";

/** Names are taken from the catalog's tables: functions like `pg_get_viewdef` and casts to regclass would wait for the very locks that are asked about. */
const relationNames = `
       (SELECT json_agg(json_build_array(x.nspname, x.relname) ORDER BY x.nspname, x.relname)
          FROM (SELECT DISTINCT n.nspname, c.relname FROM unnest(r.oids) o(oid)
                  JOIN pg_catalog.pg_class c ON c.oid = o.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace) x) AS relations`;

/** Relations of users, locked by whoever `which` names. A prepared transaction has no process. */
const lockedRelations = (which: string) => `
  SELECT l.pid, l.virtualtransaction, array_agg(l.relation) AS oids
    FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_class c ON c.oid = l.relation
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE l.locktype = 'relation' AND l.granted AND ${here} AND ${which}
     AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   GROUP BY l.pid, l.virtualtransaction`;

const unreadable = "l.mode = 'AccessExclusiveLock'";

/**
 * Relations that nobody can read.
 *
 * Left out: autovacuum, which steps aside by itself. Of foreign sessions a role without rights sees no backend_type;
 * those of autovacuum have no user either.
 */
const relationLocks = `
SELECT r.pid, ${sessionColumns}, ${relationNames}
  FROM (${lockedRelations(unreadable)}) r
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = r.pid
 WHERE r.pid <> pg_backend_pid()
   AND CASE WHEN a.backend_type IS NULL THEN a.usesysid IS NOT NULL ELSE a.backend_type <> 'autovacuum worker' END
 ORDER BY r.pid`;

/** Whoever `pids`, an expression, names; with what they use. */
const users = (pids: string) => `
SELECT a.pid, ${sessionColumns}, ${relationNames}
  FROM pg_catalog.pg_stat_activity a
  JOIN (${lockedRelations(`l.pid = ANY (${pids})`)}) r ON r.pid = a.pid
 WHERE a.pid <> pg_backend_pid()
 ORDER BY a.pid`;

/** objsubid 1: the key is one of 64 bits, the upper half in classid. https://www.postgresql.org/docs/current/view-pg-locks.html */
export const isAdvisory = (keys: readonly AdvisoryKey[]) => `
  l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND ${here}
   AND (l.classid::bigint << 32 | l.objid::bigint) = ANY ('{${keys.map(keyOf).join(",")}}'::bigint[])`;

const advisoryLocks = (keys: readonly AdvisoryKey[]) => `
SELECT DISTINCT ON (l.pid) l.pid, ${sessionColumns}
  FROM pg_catalog.pg_locks l
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE ${isAdvisory(keys)} AND l.pid <> pg_backend_pid()
 ORDER BY l.pid`;

/** Their locks have no process. What ties them together is the virtual transaction, whose form changes with a restart. */
const prepared = (locks: string) => `
SELECT p.gid, p.owner::text AS owner, p.prepared AS since, ${relationNames}
  FROM pg_catalog.pg_prepared_xacts p
  JOIN pg_catalog.pg_locks t ON t.locktype = 'transactionid' AND t.pid IS NULL AND t.transactionid = p.transaction
  JOIN (${locks}) r ON r.virtualtransaction = t.virtualtransaction
 WHERE p.database = current_database()
 ORDER BY p.prepared, p.gid`;

const preparedAdvisory = (keys: readonly AdvisoryKey[]) =>
  `SELECT l.virtualtransaction, '{}'::oid[] AS oids FROM pg_catalog.pg_locks l WHERE l.pid IS NULL AND ${isAdvisory(keys)}`;

const roles = "SELECT rolname::text AS name FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY 1";

/**
 * Who else is at work on the database: sessions which keep others from reading a table, and holders of the framework's
 * lock. Answers while such locks are held.
 *
 * @param run executes the statements as one message and gives the rows of each
 * @param lockKeys keys of the framework's lock
 */
export async function readSurroundings(
  run: (statements: string) => Promise<readonly Rows[]>,
  lockKeys: readonly AdvisoryKey[],
): Promise<Surroundings> {
  const [relationRows = [], advisoryRows = [], roleRows = [], preparedRows = [], preparedKeys = []] =
    await run(
      [
        relationLocks,
        advisoryLocks(lockKeys),
        roles,
        prepared(lockedRelations(`l.pid IS NULL AND ${unreadable}`)),
        prepared(preparedAdvisory(lockKeys)),
      ].join(";\n"),
    );
  const lockHolders = advisoryRows.map((row) => holderOf(row, frameworkLock));
  return {
    holders: [...relationRows.map((row) => holderOf(row, relationsOf(row))), ...lockHolders],
    prepared: [
      ...preparedRows.map((row) => preparedOf(row, relationsOf(row))),
      ...preparedKeys.map((row) => preparedOf(row, frameworkLock)),
    ],
    roles: roleRows.map((row) => String(row["name"])),
  };
}

/**
 * Sessions and prepared transactions that use tables, whatever that keeps others from.
 *
 * @param run as in {@link readSurroundings}
 * @param of the sessions with these numbers, or all that the one with this number waits for
 */
export async function readUsers(
  run: (statements: string) => Promise<readonly Rows[]>,
  of: { readonly pids: readonly number[] } | { readonly waiting: number },
): Promise<Using> {
  const numbers = "pids" in of ? of.pids : [of.waiting];
  const list = `'{${numbers.map((pid) => String(Math.trunc(pid))).join(",")}}'::int[]`;
  // Asked for once: a moment later it may wait no more.
  const pids = "pids" in of ? list : `(SELECT pg_catalog.pg_blocking_pids(${Math.trunc(of.waiting)}))::int[]`;
  // 0 stands for those without a process.
  const some = prepared(lockedRelations(`l.pid IS NULL AND 0 = ANY (${pids})`));
  const [rows = [], preparedRows = []] = await run([users(pids), some].join(";\n"));
  return {
    holders: rows.map((row) => holderOf(row, relationsOf(row))),
    prepared: preparedRows.map((row) => preparedOf(row, relationsOf(row))),
  };
}

const frameworkLock: LockHolder["holds"] = { kind: "framework-lock" };

function relationsOf(row: Rows[number]): LockHolder["holds"] {
  const names = (row["relations"] ?? []) as readonly [string, string][];
  return { kind: "relations", relations: names.map(([schema, name]) => dotted(schema, name)) };
}

function preparedOf(row: Rows[number], holds: LockHolder["holds"]): PreparedTransaction {
  return {
    gid: String(row["gid"]),
    owner: String(row["owner"]),
    since: row["since"] instanceof Date ? row["since"] : new Date(Number.NaN),
    holds,
  };
}

function keyOf(key: AdvisoryKey): string {
  return BigInt.asIntN(64, BigInt(key)).toString();
}

function holderOf(row: Rows[number], holds: LockHolder["holds"]): LockHolder {
  const text = (name: string) => (typeof row[name] === "string" && row[name] !== "" ? row[name] : undefined);
  const user = text("user");
  const application = text("application");
  const client = text("client");
  const state = text("state");
  const [life, mark] = [text("life"), text("mark")];
  // A session always has a state, unless it is hidden; then its query is a notice of that.
  const query = state === undefined ? undefined : text("query");
  return {
    pid: Number(row["pid"]),
    ...(user && { user }),
    ...(application && { application }),
    ...(client && { client }),
    ...(state && { state }),
    ...(row["since"] instanceof Date && { since: row["since"] }),
    ...(typeof row["quiet"] === "number" && { quietSeconds: Math.max(0, row["quiet"]) }),
    ...(query && { query: maskQuery(query) }),
    holds,
    ...(life !== undefined && mark !== undefined && { mark: { life, state: mark } }),
  };
}

/**
 * Replaces what may be data: strings, numbers, comments. What remains is cut to 120 characters.
 *
 * @example
 * maskQuery("UPDATE users SET email = 'ann@example.org' WHERE id = 7"); // UPDATE users SET email = ? WHERE id = ?
 */
export function maskQuery(query: string): string {
  let masked = "";
  for (const { kind, start, end } of tokensOf(query)) {
    const text = query.slice(start, end);
    if (kind === "space" || kind === "comment") masked += " ";
    else if (kind === "string") masked += "?";
    else masked += text.replace(/^(\$?)[0-9].*$/s, "$1?");
    // With standard_conforming_strings off, a quote after a backslash does not end the string: its end is not known.
    if (kind === "string" && text.startsWith("'") && text.includes("\\'")) break;
  }
  const line = masked.replace(/\s+/g, " ").trim();
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}
