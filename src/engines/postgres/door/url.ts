import type { Target } from "../../engine.ts";
import { Credentials } from "../connection/credentials.ts";

/**
 * Parameters of a URL which say how a program is to use its connections, and not how they are opened: all else is
 * Godwit's own affair now, and may be a secret.
 *
 * https://www.prisma.io/docs/orm/overview/databases/postgresql#arguments
 */
const kept: ReadonlySet<string> = new Set([
  "schema",
  "connection_limit",
  "pool_timeout",
  "socket_timeout",
  "pgbouncer",
  "statement_cache_size",
]);

/** Whether a URL of this target would tell a secret to whoever can read it. */
export function holdsSecret(target: Target): boolean {
  const { password, encryption } = Credentials.of(target);
  return password !== undefined || encryption.keyPassword !== undefined;
}

/**
 * The URL of a database by the socket in a directory.
 *
 * @param url the database's own
 */
export function urlThrough(directory: string, target: Target, url: string): string {
  const { user, database, hosts, connectSeconds } = Credentials.of(target);
  const pairs = url
    .slice(url.indexOf("?") + 1)
    .split("&")
    .filter((pair) => kept.has(pair.slice(0, Math.max(pair.indexOf("="), 0))));
  // Every host may be tried with and without encryption, and as a standby and as anything.
  const seconds = connectSeconds * hosts.length * 4;
  const parameters = [
    ...(url.includes("?") ? pairs : []),
    `host=${encodeURIComponent(directory)}`,
    `connect_timeout=${seconds}`,
  ];
  return `postgresql://${encodeURIComponent(user)}@localhost/${encodeURIComponent(database)}?${parameters.join("&")}`;
}
