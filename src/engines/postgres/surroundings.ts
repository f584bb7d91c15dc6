import { dotted } from "../../sql/identifier.ts";
import { tokensOf } from "../../sql/postgres-tokens.ts";
import type { AdvisoryKey, LockHolder, Rows, Surroundings } from "../engine.ts";

/** What is shown of a session. Without pg_read_all_stats the server shows most of it of one's own sessions only. */
const sessionColumns = `
       a.usename::text AS "user", a.application_name AS application, host(a.client_addr) AS client, a.state,
       coalesce(a.xact_start, a.state_change) AS since, a.query`;

/**
 * Relations that nobody can read. Their names are taken from the catalog's tables: functions like `pg_get_viewdef` and
 * casts to regclass would wait for the very locks that are asked about.
 *
 * Left out: autovacuum, which steps aside by itself. Of foreign sessions a role without rights sees no backend_type;
 * those of autovacuum have no user either.
 */
const relationLocks = `
SELECT l.pid, ${sessionColumns},
       json_agg(json_build_array(n.nspname, c.relname) ORDER BY n.nspname, c.relname) AS relations
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND l.pid <> pg_backend_pid()
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND CASE WHEN a.backend_type IS NULL THEN a.usesysid IS NOT NULL ELSE a.backend_type <> 'autovacuum worker' END
 GROUP BY l.pid, a.usename, a.application_name, a.client_addr, a.state, a.xact_start, a.state_change, a.query
 ORDER BY l.pid`;

/** objsubid 1: the key is one of 64 bits, the upper half in classid. https://www.postgresql.org/docs/current/view-pg-locks.html */
const advisoryLocks = (keys: readonly AdvisoryKey[]) => `
SELECT DISTINCT ON (l.pid) l.pid, ${sessionColumns}
  FROM pg_catalog.pg_locks l
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND (l.classid::bigint << 32 | l.objid::bigint) = ANY ('{${keys.map(keyOf).join(",")}}'::bigint[])
   AND l.pid <> pg_backend_pid()
 ORDER BY l.pid`;

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
  const [relationRows = [], advisoryRows = [], roleRows = []] = await run(
    [relationLocks, advisoryLocks(lockKeys), roles].join(";\n"),
  );
  const relationHolders = relationRows.map((row) => {
    const names = row["relations"] as readonly [string, string][];
    return holderOf(row, {
      kind: "relations",
      relations: names.map(([schema, name]) => dotted(schema, name)),
    });
  });
  const lockHolders = advisoryRows.map((row) => holderOf(row, { kind: "framework-lock" }));
  return { holders: [...relationHolders, ...lockHolders], roles: roleRows.map((row) => String(row["name"])) };
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
  // A session always has a state, unless it is hidden; then its query is a notice of that.
  const query = state === undefined ? undefined : text("query");
  return {
    pid: Number(row["pid"]),
    ...(user && { user }),
    ...(application && { application }),
    ...(client && { client }),
    ...(state && { state }),
    ...(row["since"] instanceof Date && { since: row["since"] }),
    ...(query && { query: maskQuery(query) }),
    holds,
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
    else masked += /^[0-9]/.test(text) ? "?" : text;
    // With standard_conforming_strings off, a quote after a backslash does not end the string: its end is not known.
    if (kind === "string" && text.startsWith("'") && text.includes("\\'")) break;
  }
  const line = masked.replace(/\s+/g, " ").trim();
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}
