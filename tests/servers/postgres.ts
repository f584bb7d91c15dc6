import { type ChildProcess, spawn } from "node:child_process";
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataTemplate } from "../../src/engines/postgres/local-server/data-directory.ts";
import { canaryInUrl } from "./canary.ts";
import { findPrograms } from "./programs.ts";

/** The version of which the tests have `pg_dump` and `psql` too. */
const usualMajor = 15;

/** Empty data directories, to be copied: initdb takes ten times as long. The last part changes with its options. */
const templates = join(import.meta.dirname, "../../node_modules/.cache/godwit-test-servers/1");

/** A PostgreSQL server for tests, which ends with them. */
export interface TestServer {
  /** Superuser `postgres` and database `postgres`, by TCP on 127.0.0.1; with a password, whether it is asked for or not. */
  readonly url: string;
  readonly socketDirectory: string;
  readonly port: number;
  readonly major: number;
  /** Stops the server at once and removes all it had. */
  stop(): Promise<void>;
}

export interface TestServerOptions {
  /** 15 unless given. */
  readonly major?: number;
  /** `trust` unless given. With `scram` the superuser's password is `secret`. */
  readonly auth?: "trust" | "scram";
  /** PEM texts. */
  readonly ssl?: { readonly cert: string; readonly key: string };
  readonly port?: number;
  /** Lines of pg_hba.conf which come before its others. */
  readonly hba?: readonly string[];
  /** Lines for postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Copies a data directory that was made once, which is much quicker. All such servers have one system identifier. */
  readonly copied?: boolean;
}

/**
 * Starts a server in a directory of its own below the temporary directory, listening on 127.0.0.1, ::1 and a socket.
 * It runs below a shell which waits for the end of its standard input: when this process ends, however it ends, the
 * server is stopped and its directory removed.
 *
 * @throws Error where no server of that major version is installed
 */
export async function startPostgres(options: TestServerOptions = {}): Promise<TestServer> {
  const { major = usualMajor } = options;
  const { binaries, account } = await findPrograms(major);
  const template = options.copied ? new DataTemplate(binaries, "UTF8", templates) : undefined;
  const base = await mkdtemp(join(tmpdir(), "godwit-postgres-"));
  const own = async (file: string, mode: number) => {
    await chmod(file, mode);
    if (account) await chown(file, account.uid, account.gid);
  };
  const write = async (name: string, text: string) => {
    await writeFile(join(base, name), text);
    await own(join(base, name), 0o600);
    return join(base, name);
  };
  try {
    await own(base, 0o755);
    await write("password", "secret\n");
    const found = await template?.copyTo(join(base, "data"), account);
    const auth = options.auth === "scram" ? "scram-sha-256" : "trust";
    const local = ["local all all", "host all all 127.0.0.1/32", "host all all ::1/128"].map(
      (line) => `${line} ${auth}`,
    );
    const port = options.port ?? (await freePort());
    const settings: Record<string, string> = {
      listen_addresses: "127.0.0.1,::1",
      port: String(port),
      unix_socket_directories: base,
      hba_file: await write("hba", `${[...(options.hba ?? []), ...local].join("\n")}\n`),
      fsync: "off",
      full_page_writes: "off",
      synchronous_commit: "off",
      shared_buffers: "16MB",
      max_connections: "20",
      password_encryption: "scram-sha-256",
      ...(options.ssl && {
        ssl: "on",
        ssl_cert_file: await write("server.crt", options.ssl.cert),
        ssl_key_file: await write("server.key", options.ssl.key),
      }),
      ...options.settings,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const shell = spawn("/bin/sh", ["-c", watch, "sh", base, binaries.directory, ...args], {
      ...(account && { uid: account.uid, gid: account.gid }),
      cwd: base,
      stdio: ["pipe", "ignore", "ignore"],
      // In a process group of its own: Ctrl-C must not end the shell before it has cleaned up.
      detached: true,
    });
    const stop = stopper(shell);
    await untilReady(port, join(base, "log")).catch(async (error) => {
      await stop();
      throw error;
    });
    // What initdb made lies beside the server's copy of it.
    if (found === false) await template?.keep(join(base, "initdb"));
    await rm(join(base, "initdb"), { recursive: true, force: true });
    const password = options.auth === "scram" ? "secret" : canaryInUrl;
    return {
      url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      socketDirectory: base,
      port,
      major,
      stop,
    };
  } catch (error) {
    await rm(base, { recursive: true, force: true });
    throw error;
  }
}

/**
 * $1 the directory, $2 the programs, then the server's arguments. `read` returns when the pipe is closed. A shell that
 * is still at initdb ignores QUIT, the server understands TERM as a request to wait for its clients: hence both.
 */
const watch = `
base=$1 bin=$2
shift 2
cd /
{
  test -d "$base/data" || {
    "$bin/initdb" -D "$base/initdb" -U postgres -A trust --pwfile="$base/password" -E UTF8 --locale=C --no-sync &&
      cp -R "$base/initdb" "$base/data"
  } && exec "$bin/postgres" -D "$base/data" "$@"
} >"$base/log" 2>&1 &
server=$!
read -r nothing
kill -TERM "$server" 2>/dev/null
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$base" || { sleep 1; rm -rf "$base"; }
`;

function stopper(shell: ChildProcess): () => Promise<void> {
  const ended = new Promise<void>((resolve) => shell.once("exit", () => resolve()));
  // It must not keep a test process alive which forgot to stop it: the closed pipe then does.
  shell.unref();
  return () => {
    shell.ref();
    shell.stdin?.end();
    return ended;
  };
}

async function untilReady(port: number, log: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const text = await readFile(log, "utf8").catch(() => "");
    if (text.includes("database system is ready to accept connections") && (await listens(port))) return;
    if (/database system is shut down|initdb: error|FATAL/.test(text)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The test server did not start:\n${await readFile(log, "utf8").catch(() => "no log")}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => socket.end(() => resolve(true)));
    socket.once("error", () => resolve(false));
  });
}

/** A port of 127.0.0.1 on which nothing listens now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
