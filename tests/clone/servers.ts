import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CopyOutcome, CopyWishes } from "../../src/engines/copying.ts";
import type { LocalServer, Rows, Target } from "../../src/engines/engine.ts";
import { openClient } from "../../src/engines/postgres/connect.ts";
import { postgres } from "../../src/engines/postgres/engine.ts";
import { makeDatabase, type TestDatabase } from "../heart/database.ts";
import { startPostgres, type TestServer, type TestServerOptions } from "../servers/postgres.ts";

const packageRoot = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** A server with databases to copy, and one of ours to copy them to. */
export interface Servers {
  readonly source: TestServer;
  readonly local: LocalServer;
  stop(): Promise<void>;
}

export async function startServers(options: TestServerOptions): Promise<Servers> {
  const source = await startPostgres(options);
  const cacheDirectory = await mkdtemp(join(tmpdir(), "godwit-clone-cache-"));
  const local = await postgres.scratch.localServer({
    major: source.major,
    encoding: "UTF8",
    packageRoots: [packageRoot],
    cacheDirectory,
  });
  if ("reason" in local) throw new Error(local.reason);
  return {
    source,
    local,
    async stop() {
      await Promise.all([source.stop(), local.stop()]);
      await rm(cacheDirectory, { recursive: true, force: true });
    },
  };
}

export const methods = ["pg_dump", "own"] as const;
export type Method = (typeof methods)[number];

/** Makes it one method or the other. */
export function environmentFor(method: Method): Record<string, string> {
  return { PATH: "/usr/bin:/bin", ...(method === "own" && { GODWIT_PG_BINARIES: "none" }) };
}

/**
 * A database on the source's server, filled by a script and then made once more from a dump of it: the server prints some
 * texts differently the first time, and the dumps of source and copy are to be equal.
 *
 * @param broken what a dump would lose
 */
export async function filled(
  servers: Servers,
  sql: string,
  broken: readonly string[] = [],
): Promise<TestDatabase> {
  const first = await makeDatabase(servers.source);
  // One by one: some are refused in the transaction of another.
  for (const { text } of postgres.split(sql)) await first.run(text);
  await first.end();
  const database = await makeDatabase(servers.source);
  const restoring = run(program(servers, "psql"), [
    "-Xq",
    "-v",
    "ON_ERROR_STOP=1",
    "-o",
    "/dev/null",
    database.url,
  ]);
  restoring.child.stdin?.end(await dumpOf(servers, first.url));
  await restoring;
  // Each fails half-way, and on its own: that is how what is broken comes to be.
  for (const statement of broken) await database.run(statement).catch(() => undefined);
  return database;
}

let made = 0;

/** Copies a database into a new one. */
export async function copyOf(
  servers: Servers,
  url: string,
  method: Method,
  wishes: Partial<CopyWishes> = {},
): Promise<{ readonly outcome: CopyOutcome; readonly into: Target; readonly name: string }> {
  const name = `copy_${++made}`;
  const into = await postgres.scratch.createDatabase(servers.local.target, name, { encoding: "UTF8" });
  const outcome = await postgres.copyDatabase({
    source: postgres.parse(url),
    into,
    level: "full",
    tables: [],
    always: [],
    environment: environmentFor(method),
    ...wishes,
  });
  return { outcome, into, name };
}

/** Where the copies are, for programs and for the driver. */
export function urlOf(servers: Servers, database: string, user = "godwit"): string {
  const { address } = servers.local.target;
  return `postgresql://${encodeURIComponent(user)}@/${database}?host=${encodeURIComponent(address)}`;
}

/** The rows of one query, by a connection of its own. */
export async function rowsOf(url: string, query: string): Promise<Rows> {
  const client = await openClient(postgres.parse(url));
  return client
    .query(query)
    .then((results) => results.at(-1)?.rows ?? [])
    .finally(() => client.end());
}

/** What pg_dump says of a database: definitions, rows, owners, privileges, comments. */
export async function dumpOf(servers: Servers, url: string, ...args: string[]): Promise<string> {
  const dump = await run(program(servers, "pg_dump"), ["--no-sync", ...args, `--dbname=${url}`], {
    maxBuffer: 1e9,
  });
  return dump.stdout.replaceAll(/^\\(?:un)?restrict .*$/gm, "");
}

function program({ source }: Servers, name: string): string {
  return `/usr/lib/postgresql/${source.major}/bin/${name}`;
}

/** Compares two dumps by their lines, in whatever order: some are in the order of object identifiers. */
export function sameDump(actual: string, expected: string): void {
  const lines = (dump: string) => dump.split("\n").toSorted();
  const [a, b] = [lines(actual), lines(expected)];
  assert.deepEqual(without(a, b), without(b, a));
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
