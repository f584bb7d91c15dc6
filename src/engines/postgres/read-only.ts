import type { ReadOnlyReason, Rows } from "../engine.ts";

/** What a role may not see is null. The receiver tells whom it follows now, the setting whom it would follow. */
const query = `
SELECT pg_catalog.pg_is_in_recovery() AS standby,
       (SELECT w.sender_host FROM pg_catalog.pg_stat_wal_receiver w) AS host,
       (SELECT w.sender_port FROM pg_catalog.pg_stat_wal_receiver w) AS port,
       (SELECT s.setting FROM pg_catalog.pg_settings s WHERE s.name = 'primary_conninfo') AS conninfo,
       CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_xact_replay_timestamp() END AS replayed,
       (SELECT s.source FROM pg_catalog.pg_settings s WHERE s.name = 'default_transaction_read_only') AS source`;

const places: Readonly<Record<string, string>> = {
  "configuration file": "in the server's configuration",
  "command line": "on the server's command line",
  database: "for this database",
  user: "for this role",
  "database user": "for this role in this database",
  client: "in the options of the URL",
};

/** @param read gives the first row of a query */
export async function readOnlyReason(
  read: (query: string) => Promise<Rows[number] | undefined>,
): Promise<ReadOnlyReason> {
  const { standby, host, port, conninfo, replayed, source } = (await read(query)) ?? {};
  if (standby !== true) return { kind: "setting", where: places[String(source)] ?? `by ${source}` };
  const primary =
    typeof host === "string" && host !== ""
      ? `${host}:${port}`
      : typeof conninfo === "string"
        ? primaryOf(conninfo)
        : undefined;
  return {
    kind: "standby",
    ...(primary !== undefined && { primary }),
    ...(replayed instanceof Date && { replayedUntil: replayed }),
  };
}

/**
 * Host and port of a connection string, and nothing else of it: it may hold a password.
 *
 * @returns undefined where it names no host in a form that is understood
 * @example
 * primaryOf("user=repl password='a b' host=db1 port=5433"); // "db1:5433"
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
 */
export function primaryOf(conninfo: string): string | undefined {
  const found = new Map(
    [...conninfo.matchAll(/(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))/g)].map(
      ([, name = "", quoted, plain]) => [name, (quoted ?? plain ?? "").replace(/\\(.)/g, "$1")] as const,
    ),
  );
  const host = found.get("host") || found.get("hostaddr");
  return host ? `${host}:${found.get("port") || 5432}` : undefined;
}
