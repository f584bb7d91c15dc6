import { execFile, spawn } from "node:child_process";
import { access, chown, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { freePort, type TestServer } from "./postgres.ts";
import { findPrograms } from "./programs.ts";

/** A server which follows a test server by streaming replication. */
export interface Standby {
  readonly url: string;
  readonly port: number;
  /** Waits until it has what the primary has now. */
  caughtUp(): Promise<void>;
  /** Makes a server of its own of it. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** Settings with which a primary can be followed. */
export const primarySettings = { wal_level: "replica", max_wal_senders: "4", hot_standby: "on" } as const;

/**
 * Why there can be none of that major version: `pg_basebackup` comes with Debian's servers alone, not with npm's. Where CI is
 * set, it must not be missing.
 */
export async function whyNoStandby(major: number): Promise<string | false> {
  const { binaries } = await findPrograms(major);
  const there = await access(join(binaries.directory, "pg_basebackup")).then(
    () => true,
    () => false,
  );
  return there || process.env["CI"] ? false : `pg_basebackup of PostgreSQL ${major} is not installed`;
}

/**
 * Makes a copy of a server by `pg_basebackup` and lets it follow. It ends with this process, as test servers do.
 *
 * @param password in the connection string by which it follows; nobody asks for it
 */
export async function startStandby(
  primary: TestServer,
  { password }: { readonly password: string },
): Promise<Standby> {
  const { binaries, account } = await findPrograms(primary.major);
  const as = account && { uid: account.uid, gid: account.gid };
  const base = await mkdtemp(join(tmpdir(), "godwit-standby-"));
  if (account) await chown(base, account.uid, account.gid);
  const data = join(base, "data");
  const conninfo = `host=127.0.0.1 port=${primary.port} user=postgres password=${password}`;
  await promisify(execFile)(
    join(binaries.directory, "pg_basebackup"),
    ["-D", data, "-d", conninfo, "-R", "-X", "stream", "-c", "fast", "--no-sync"],
    { ...as, cwd: "/" },
  );
  const hba = join(base, "hba");
  await writeFile(hba, "local all all trust\nhost all all 127.0.0.1/32 trust\n");
  if (account) await chown(hba, account.uid, account.gid);
  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: base,
    hba_file: hba,
    fsync: "off",
    shared_buffers: "16MB",
    max_connections: "20",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const shell = spawn("/bin/sh", ["-c", watch, "sh", base, binaries.directory, ...args], {
    ...as,
    cwd: base,
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => shell.once("exit", () => resolve()));
  shell.unref();
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const stop = () => {
    shell.ref();
    shell.stdin.end();
    return ended;
  };
  const one = async (where: string, sql: string) => {
    const client = new pg.Client(where);
    await client.connect();
    try {
      return (await client.query(sql)).rows[0]?.answer;
    } finally {
      await client.end();
    }
  };
  const until = async (what: string, isDone: () => Promise<boolean>) => {
    for (let tries = 0; tries < 300; tries++) {
      if (await isDone().catch(() => false)) return;
      await sleep(100);
    }
    throw new Error(`${what}:\n${await readFile(join(base, "log"), "utf8").catch(() => "no log")}`);
  };
  const receiving = () =>
    one(url, "SELECT status = 'streaming' AS answer FROM pg_stat_wal_receiver").then(Boolean);
  await until("The standby does not follow", receiving).catch(async (error) => {
    await stop();
    await rm(base, { recursive: true, force: true });
    throw error;
  });
  return {
    url,
    port,
    async caughtUp() {
      // The primary commits without waiting for its log: what was committed before is written with this, which waits.
      await one(
        primary.url,
        "SELECT set_config('synchronous_commit', 'on', false) || pg_logical_emit_message(true, 'caught up', '') AS answer",
      );
      const now = await one(primary.url, "SELECT pg_current_wal_lsn()::text AS answer");
      await until("The standby does not catch up", () =>
        one(url, `SELECT pg_last_wal_replay_lsn() >= '${now}'::pg_lsn AS answer`),
      );
    },
    async promote() {
      await one(url, "SELECT pg_promote(true, 60) AS answer");
      await until("The standby is not promoted", () => one(url, "SELECT NOT pg_is_in_recovery() AS answer"));
    },
    stop,
  };
}

/** $1 the directory, $2 the programs, then the server's arguments. `read` returns when the pipe is closed. */
const watch = `
base=$1 bin=$2
shift 2
cd /
"$bin/postgres" -D "$base/data" "$@" >"$base/log" 2>&1 &
server=$!
read -r nothing
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$base" || { sleep 1; rm -rf "$base"; }
`;
