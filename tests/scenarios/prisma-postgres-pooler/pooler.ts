import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../servers/postgres.ts";
import type { Database } from "../database.ts";
import { newDirectory } from "../godwit.ts";

const program = "/usr/sbin/pgbouncer";

/** Why tests with it cannot be here, for `skip`; where CI is set, it must not be missing. */
export const whyNoPooler: string | false =
  process.env["CI"] || existsSync(program) ? false : "PgBouncer is not installed";

export interface Pooler {
  /** Of the database, by way of it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A real PgBouncer before a database. */
export async function pooled(
  { url, name, server }: Database,
  mode: "session" | "transaction" | "statement",
  options: { readonly poolSize?: number } = {},
): Promise<Pooler> {
  const directory = await newDirectory("pooler");
  const port = await freePort();
  await writeFile(
    join(directory, "pgbouncer.ini"),
    `[databases]
${name} = host=127.0.0.1 port=${server.port} dbname=${name} user=postgres
[pgbouncer]
listen_addr=127.0.0.1
listen_port=${port}
unix_socket_dir=
auth_type=any
pool_mode=${mode}
default_pool_size=${options.poolSize ?? 20}
`,
  );
  await chmod(directory, 0o755);
  // As root it refuses to start, and reads its file as the account that it becomes.
  await chmod(join(directory, ".."), 0o755);
  const account = process.geteuid?.() === 0 ? ["-u", "postgres"] : [];
  const bouncer = spawn(program, ["-q", ...account, join(directory, "pgbouncer.ini")], { stdio: "ignore" });
  await sleep(500);
  assert.equal(bouncer.exitCode, null, "PgBouncer ended");
  const through = new URL(url);
  through.port = String(port);
  return {
    url: through.href,
    stop: async () => {
      const ended = once(bouncer, "exit");
      bouncer.kill("SIGKILL");
      await ended;
    },
  };
}
