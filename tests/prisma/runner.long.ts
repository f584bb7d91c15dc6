// Prisma's own command line, as Godwit starts it.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { engineOf } from "../../src/engines/registry.ts";
import type { Runner, RunnerOutcome } from "../../src/frameworks/framework.ts";
import { prisma } from "../../src/frameworks/prisma/framework.ts";
import { behindDoor } from "../../src/workflows/behind-door.ts";
import { create, Database, startServer } from "../scenarios/database.ts";
import type { MigrationFile } from "../scenarios/prisma-history.ts";
import { startPostgres } from "../servers/postgres.ts";
import { prismaEnvironment } from "./cli.ts";
import { base, installed, project, runnerOf } from "./trapped-project.ts";

const server = await startServer();
after(() => server.stop());

const timeout = 60_000;
const table = { name: "20240101000000_table", sql: 'CREATE TABLE "here" ("id" int PRIMARY KEY);\n' };
const hostile = {
  name: '20240102000000_it\'s "so" $(touch x) `y`; -- 100%',
  sql: "ALTER TABLE here ADD name text;\n",
};
const broken = {
  name: "20240103000000_broken",
  sql: "CREATE TABLE gone ();\nALTER TABLE missing ADD x int;\n",
};

async function migrate(
  files: readonly MigrationFile[],
  url: string,
  more = {},
  way: (runner: Runner) => Runner = (runner) => runner,
): Promise<RunnerOutcome> {
  const made = await project(files);
  const runner = way(await runnerOf(made));
  const environment = {
    ...(await prismaEnvironment()),
    NODE_OPTIONS: "--nonsense",
    DATABASE_URL: "nonsense",
  };
  const outcome = await runner.migrate({ url, environment, timeout, ...more });
  assert.ok(!existsSync(join(made.directory, "executed")), "the project's configuration was executed");
  return outcome;
}

async function names(db: Database, schema: string): Promise<unknown[]> {
  const rows = await db.rows(
    `SELECT migration_name AS name FROM ${schema}._prisma_migrations WHERE finished_at IS NOT NULL ORDER BY started_at`,
  );
  return rows.map(({ name }) => name);
}

test("deploys into a schema, whatever the names are, with nothing of the project", async () => {
  const db = await create(server);
  const url = `${db.url}?schema=elsewhere`;
  const made = await project([table, hostile]);
  const runner = await runnerOf(made);
  assert.match(runner.description, /^Prisma 7\.\d+\.\d+ of node_modules$/);
  const environment = await prismaEnvironment();
  const pending = await runner.status({ url, environment, timeout });
  assert.equal(pending.outcome, "refused");
  assert.ok("output" in pending && pending.output.includes(hostile.name));
  const usual = process.env["TMPDIR"];
  const temporary = join(base, "tmp");
  await mkdir(temporary);
  process.env["TMPDIR"] = temporary;
  const deployed = await runner.migrate({ url, environment, timeout });
  assert.deepEqual(await readdir(temporary), []);
  if (usual === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = usual;
  assert.equal(deployed.outcome, "done", JSON.stringify(deployed));
  assert.deepEqual(await names(db, "elsewhere"), [table.name, hostile.name]);
  assert.deepEqual(
    await db.rows(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'here' AND table_schema = 'elsewhere'",
    ),
    [{ column_name: "id" }, { column_name: "name" }],
  );
  const content = await runner.status({ url, environment, timeout });
  assert.equal(content.outcome, "done", JSON.stringify(content));
  assert.ok(!existsSync(join(made.directory, "executed")));
});

test("a refused migration, and the failed one that is left", async () => {
  const db = await create(server);
  const refused = await migrate([table, broken], db.url);
  assert.deepEqual([refused.outcome, "code" in refused && refused.code], ["refused", "P3018"]);
  assert.ok("output" in refused && refused.output.includes('relation "missing" does not exist'));
  const blocked = await migrate([table, broken], db.url);
  assert.deepEqual([blocked.outcome, "code" in blocked && blocked.code], ["refused", "P3009"]);
});

test("its lock is held: by somebody else, and by Godwit", async () => {
  const db = await create(server);
  await db.connected(async (holder) => {
    await holder.query("SELECT pg_advisory_lock(72707369)");
    const refused = await migrate([table], db.url);
    assert.deepEqual([refused.outcome, "code" in refused && refused.code], ["refused", "P1002"]);
    const done = await migrate([table], db.url, { lockIsHeld: true });
    assert.equal(done.outcome, "done", JSON.stringify(done));
  });
  assert.deepEqual(await names(db, "public"), [table.name]);
});

test("the password is in no argument and no environment of any process, and in no output", async () => {
  const guarded = await startPostgres({ auth: "scram" });
  try {
    const password = "c@n/a ry%\"'$x";
    const admin = new URL(guarded.url);
    const { default: pg } = await import("pg");
    const client = new pg.Client(admin.href);
    await client.connect();
    await client.query(`ALTER ROLE postgres PASSWORD ${client.escapeLiteral(password)}`);
    await client.end();
    admin.password = encodeURIComponent(password);
    const engine = await engineOf(admin.href);
    const through = (runner: Runner) => behindDoor(runner, engine);
    const slow = { name: "20240101000000_slow", sql: "SELECT pg_sleep(0.5);" };
    // The server repeats the migration's line; a migration could hold anything.
    const leaking = {
      name: "20240102000000_leak",
      sql: `ALTER TABLE "${password} ${admin.password}" ADD x int;`,
    };
    const watched = watchArguments([password, admin.password]);
    const outcome = await migrate([slow, leaking], admin.href, {}, through);
    const shown = await watched.stop();
    assert.deepEqual([outcome.outcome, "code" in outcome && outcome.code], ["refused", "P3018"]);
    for (const form of [password, admin.password, JSON.stringify(password).slice(1, -1)])
      assert.ok(!JSON.stringify(outcome).includes(form), form);
    assert.ok(JSON.stringify(outcome).includes("[redacted]"));
    assert.ok(watched.seen > 0);
    assert.deepEqual(shown, []);
    const schema = new URL(`${admin.href}?schema=other`);
    const done = await migrate([slow, table], schema.href, { lockIsHeld: true }, through);
    assert.equal(done.outcome, "done", JSON.stringify(done));
    const db = new Database({ ...guarded, url: admin.href }, "postgres");
    assert.deepEqual(await names(db, "other"), [slow.name, table.name]);
    const wrong = new URL(admin.href);
    wrong.password = "wr0ng-canary";
    const locked = await migrate([slow], wrong.href, {}, through);
    assert.deepEqual(
      [locked.outcome, "code" in locked && locked.code],
      ["refused", "P1000"],
      JSON.stringify(locked),
    );
    assert.ok(!JSON.stringify(locked).includes("wr0ng-canary"));
  } finally {
    await guarded.stop();
  }
});

/** Looks at every process of the machine, again and again: at its arguments, and at its environment. */
function watchArguments(secrets: readonly string[]) {
  const shown = new Set<string>();
  const watched = { seen: 0, stop };
  let stopped = false;
  const ended = (async () => {
    while (!stopped) {
      for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
        const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
        if (line.includes(installed) || line.includes("node_modules/prisma")) watched.seen += 1;
        const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
        for (const text of [line, environment])
          if (secrets.some((secret) => text.includes(secret))) shown.add(line.replaceAll("\0", " "));
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  async function stop(): Promise<string[]> {
    stopped = true;
    await ended;
    return [...shown];
  }
  return watched;
}

test("what cannot run", async () => {
  const db = await create(server);
  const engine = join(base, "engine");
  await writeFile(engine, "#!/bin/sh\necho 'no such library' >&2\nexit 127\n");
  await chmod(engine, 0o755);
  const environment = await prismaEnvironment();
  const runner = await runnerOf(await project([table]));
  for (const PRISMA_SCHEMA_ENGINE_BINARY of [engine, join(base, "nowhere")]) {
    const options = { url: db.url, environment: { ...environment, PRISMA_SCHEMA_ENGINE_BINARY }, timeout };
    for (const outcome of [await runner.migrate(options), await runner.status(options)])
      assert.equal(outcome.outcome, "cannot-run", JSON.stringify(outcome));
  }
  assert.deepEqual(await db.rows("SELECT 1 FROM pg_tables WHERE schemaname = 'public'"), []);
});

test("a version that is not known, and none", async () => {
  const other = join(base, "prisma-4");
  await mkdir(other);
  await writeFile(join(other, "package.json"), '{ "version": "4.16.2", "bin": "build/index.js" }');
  assert.deepEqual(await prisma.runner(await project([table], other)), {
    reason: "Prisma 4.16.2 of node_modules is not one that Godwit knows how to run (5, 6 and 7 are)",
  });
  const none = join(base, "none");
  await mkdir(none);
  assert.deepEqual(await prisma.runner({ directory: none, migrations: none }), {
    reason: `Prisma is not installed in ${none}: there is no node_modules/prisma`,
  });
});

test("before 5.3.0 the lock cannot be left alone", async () => {
  const other = join(base, "prisma-5");
  await mkdir(join(other, "build"), { recursive: true });
  await writeFile(
    join(other, "package.json"),
    '{ "version": "5.2.0", "bin": { "prisma": "build/index.js" } }',
  );
  await writeFile(
    join(other, "build/index.js"),
    "console.log(JSON.stringify([process.argv, process.env]));\n",
  );
  const runner = await runnerOf(await project([table], other));
  const environment = await prismaEnvironment();
  const options = { url: "postgresql://somebody@127.0.0.1:1/none", environment, timeout };
  assert.equal((await runner.migrate({ ...options, lockIsHeld: true })).outcome, "cannot-run");
  assert.equal((await runner.migrate(options)).outcome, "done");
});
