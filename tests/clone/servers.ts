import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CopyOutcome, CopyWishes } from "../../src/engines/copying.ts";
import type { LocalServer, Target } from "../../src/engines/engine.ts";
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
export async function filled(servers: Servers, sql: string, broken = ""): Promise<TestDatabase> {
  const first = await makeDatabase(servers.source);
  await first.run(sql);
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
  for (const statement of broken.split(/;$/m)) await database.run(statement).catch(() => undefined);
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
