import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import pg from "pg";
import { canaryInUrl } from "../servers/canary.ts";
import { freePort, startPostgres, type TestServer } from "../servers/postgres.ts";
import { directoryWith, godwit, type Run } from "./program.ts";

const schemaFile = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n';
const init = "prisma/migrations/0_init/migration.sql";
const directories: string[] = [];

async function project(files: Record<string, string> = { [init]: "CREATE TABLE t (id int PRIMARY KEY);" }) {
  const directory = await directoryWith({ "prisma/schema.prisma": schemaFile, ...files });
  directories.push(directory);
  return directory;
}

/** One sentence and what to do, nothing else; the secret nowhere. */
function refused({ exit, stdout, stderr }: Run, code: number, sentence: RegExp): void {
  assert.match(stderr, sentence);
  assert.equal(exit, code, stderr);
  assert.equal(stdout, "");
  assert.equal(stderr.trimEnd().split("\n").length, 2, stderr);
  assert.doesNotMatch(stderr, /\n\s+at /, "a stack is for bugs");
}

let server: TestServer;
let trusting: TestServer;

before(async () => {
  [server, trusting] = await Promise.all([startPostgres({ auth: "scram" }), startPostgres()]);
});

after(async () => {
  await Promise.all([server.stop(), trusting.stop()]);
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
});

async function sql(url: string, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statements);
  await client.end();
}

for (const command of ["doctor", "status"]) {
  describe(command, () => {
    const run = (cwd: string, database: string, ...more: string[]) =>
      godwit([command, ...more], { cwd, environment: { DATABASE_URL: database } });

    test("no project", async () => {
      const cwd = await directoryWith({ "readme.txt": "" });
      directories.push(cwd);
      refused(await run(cwd, trusting.url), 64, /No project with migrations was found in /);
    });
    test("no database URL", async () => {
      refused(await godwit([command], { cwd: await project() }), 64, /No database URL was found/);
    });
    test("a URL of no database", async () => {
      refused(await run(await project(), `redis://:${canaryInUrl}@localhost`), 64, /does not yet know redis/);
      refused(await run(await project(), `${canaryInUrl}`), 64, /does not begin with a scheme/);
    });
    test("an unreachable server", async () => {
      const url = `postgresql://u:${canaryInUrl}@127.0.0.1:${await freePort()}/d`;
      refused(await run(await project(), url), 2, /cannot be reached/);
    });
    test("a wrong password", async () => {
      const url = `postgresql://postgres:${canaryInUrl}@127.0.0.1:${server.port}/postgres`;
      refused(await run(await project(), url), 2, /does not let in user "postgres": the password is wrong/);
    });
    test("a missing database", async () => {
      const url = `postgresql://postgres:${canaryInUrl}@127.0.0.1:${trusting.port}/nowhere`;
      refused(await run(await project(), url), 2, /has no database "nowhere"/);
    });
    test("a role that may read nothing", async () => {
      const name = `closed_${command}`;
      await sql(trusting.url, `CREATE DATABASE ${name}`);
      const url = trusting.url.replace(/\/postgres$/, `/${name}`);
      await sql(
        url,
        `CREATE ROLE nothing_${command} LOGIN; CREATE TABLE _prisma_migrations (id text); REVOKE ALL ON SCHEMA public FROM public`,
      );
      const as = `postgresql://nothing_${command}:${canaryInUrl}@127.0.0.1:${trusting.port}/${name}`;
      refused(await run(await project(), as), 2, /may not read the history table public\._prisma_migrations/);
    });
    test("a table of another shape under the history's name", async () => {
      const name = `odd_${command}`;
      await sql(trusting.url, `CREATE DATABASE ${name}`);
      const url = trusting.url.replace(/\/postgres$/, `/${name}`);
      await sql(
        url,
        "CREATE TABLE _prisma_migrations (id text); INSERT INTO _prisma_migrations VALUES ('x')",
      );
      refused(await run(await project(), url), 2, /cannot be read: it has no column checksum/);
    });
    test("no migrations, and a migration that is no text", async () => {
      const empty = await project({ "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n' });
      refused(await run(empty, trusting.url), 64, /There are no migrations in /);
    });
    test("a wrong command line", async () => {
      refused(await run(await project(), trusting.url, "--nonsense"), 64, /Unknown option '--nonsense'/);
      refused(await run(await project(), trusting.url, "--migrations", "nowhere"), 64, /is not a directory/);
      refused(
        await run(await project(), trusting.url, "--framework", "cobol"),
        64,
        /does not know the framework "cobol"/,
      );
      refused(
        await run(await project(), trusting.url, "--database", ""),
        64,
        /--database was given without a value/,
      );
    });
    test("with --json the refusal is one document", async () => {
      const { exit, stdout } = await run(await project(), `redis://:${canaryInUrl}@localhost`, "--json");
      assert.equal(exit, 64);
      const { godwit: shape, outcome, error } = JSON.parse(stdout);
      assert.deepEqual([shape, outcome, error.code], [1, "failed", "ENGINE_UNSUPPORTED"]);
    });
  });
}

describe("what the doctor cannot replay is a finding", () => {
  const doctor = async (files: Record<string, string>, ...more: string[]) => {
    const cwd = await project(files);
    const environment = { DATABASE_URL: trusting.url };
    const { exit, stdout } = await godwit(["doctor", "--json", ...more], { cwd, environment });
    return { exit, ...JSON.parse(stdout) };
  };

  test("a migration with a syntax error: which, and where", async () => {
    const { exit, findings, migrations } = await doctor({
      [init]: "CREATE TABLE t (id int PRIMARY KEY);\n\nCREATE TABEL u (id int);\n",
    });
    assert.equal(exit, 1);
    const [finding] = findings;
    assert.equal(finding.check, "cannot-replay");
    assert.deepEqual([finding.facts.failure.code, finding.facts.failure.line], ["42601", 3]);
    assert.equal(finding.facts.failure.file, init);
    assert.equal(migrations[0].actual, "absent");
  });
  test("an empty file is a migration without effects", async () => {
    const { exit, outcome, migrations } = await doctor({ [init]: "" });
    assert.deepEqual([exit, outcome, migrations[0].actual], [0, "healthy", "no-trace"]);
  });
  test("a shadow that cannot be had", async () => {
    const port = await freePort();
    const { exit, replay, findings, migrations } = await doctor(
      { [init]: "CREATE TABLE t (id int PRIMARY KEY);" },
      "--shadow",
      `postgresql://u:${canaryInUrl}@127.0.0.1:${port}/d`,
    );
    assert.equal(exit, 1);
    assert.equal(replay.outcome, "cannot-replay");
    assert.deepEqual(
      findings.map(({ check }: { check: string }) => check),
      ["cannot-replay"],
    );
    assert.equal(migrations[0].actual, "unknown");
  });
  test("the examined database as its own shadow is refused", async () => {
    const run = await godwit(["doctor", "--shadow", trusting.url], {
      cwd: await project(),
      environment: { DATABASE_URL: trusting.url },
    });
    refused(run, 64, /--shadow names the very database that is examined/);
  });
});

describe("explain", () => {
  test("reads a log without a project", async () => {
    const cwd = await directoryWith({ "readme.txt": "" });
    directories.push(cwd);
    const input =
      "app-1  | Error: P3009\napp-1  | The `02_x` migration started at 2026-11-21 06:35:32.597 UTC failed\n";
    const { exit, stdout } = await godwit(["explain"], { cwd, input });
    assert.equal(exit, 1);
    assert.match(stdout, /The migration 02_x failed {2}\[failed-migration\]/);
    assert.equal((await godwit(["explain"], { cwd, input: "all is well\n" })).exit, 0);
    refused(await godwit(["explain"], { cwd }), 64, /standard input is empty/);
    refused(
      await godwit(["explain", "nonsense"], { cwd }),
      64,
      /no check, and no failure, called "nonsense"/,
    );
    assert.match((await godwit(["explain", "drift"], { cwd })).stdout, /^# Drift/);
  });
});
