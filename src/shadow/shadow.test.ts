import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Engine, LocalServer, ScratchSession, ServerFacts, Target } from "../engines/engine.ts";
import { engineOf } from "../engines/registry.ts";
import { isKnownError } from "../errors.ts";
import { openShadow, type Shadow, type ShadowWishes } from "./shadow.ts";

const root = join(import.meta.dirname, "..", "..");
let temporary: string;
let engine: Engine;
/** The server of the user, in the tests: with the target and whatever a shadow makes there. */
let theirs: LocalServer;
let admin: ScratchSession;
let target: Target;
let server: ServerFacts;

const urlOf = (user: string, database: string) =>
  `postgresql://${user}:s3cret@/${database}?host=${encodeURIComponent(theirs.target.address)}`;

async function must(sql: string, session = admin): Promise<void> {
  assert.equal(await session.script(sql), undefined);
}

before(async () => {
  temporary = await mkdtemp(join(tmpdir(), "godwit-test-"));
  engine = await engineOf("postgresql:");
  theirs = await localServer();
  admin = await engine.scratch.connect(theirs.target, {});
  await must("CREATE ROLE creator LOGIN CREATEDB");
  await must("CREATE ROLE limited LOGIN");
  await must("CREATE DATABASE shop OWNER limited");
  await must("CREATE DATABASE empty OWNER limited");
  target = engine.parse(urlOf("creator", "shop"));
  const session = await engine.connect(target);
  server = session.server;
  await session.close();
});
after(async () => {
  await admin.close();
  await theirs.stop();
  await rm(temporary, { recursive: true, force: true });
});

async function localServer(): Promise<LocalServer> {
  const places = { packageRoots: [root], cacheDirectory: join(temporary, "cache") };
  const local = await engine.scratch.localServer({ major: 15, encoding: "UTF8", ...places });
  assert.ok("target" in local, JSON.stringify(local));
  return local;
}

const said: string[] = [];

function wishes(more: Partial<ShadowWishes> = {}): ShadowWishes {
  said.length = 0;
  const directories = { packageRoots: [root], cacheDirectory: join(temporary, "cache") };
  const onProgress = (text: string) => said.push(text);
  return {
    engine,
    target,
    server,
    schema: "public",
    roles: [],
    scripts: [],
    ...directories,
    onProgress,
    ...more,
  };
}

async function opened(more: Partial<ShadowWishes> = {}): Promise<Shadow> {
  const shadow = await openShadow(wishes(more));
  assert.ok("fresh" in shadow, JSON.stringify(shadow));
  return shadow;
}

async function databases(): Promise<string[]> {
  const session = await engine.connect(theirs.target);
  const found = await session.read("SELECT datname::text FROM pg_database WHERE datname LIKE 'godwit%'");
  await session.close();
  assert.equal(found.outcome, "rows");
  return found.rows.map((row) => String(row["datname"]));
}

async function tablesIn(session: ScratchSession): Promise<string[]> {
  const { objects } = await session.snapshot({ inTransaction: false });
  return [...objects.values()]
    .filter(({ kind }) => kind === "table")
    .map(({ schema, name }) => `${schema}.${name}`);
}

const script = (sql: string) => [{ name: "0001_init", statements: engine.split(sql) }];

test("a server of our own: each fresh database is empty and has the target's roles", async () => {
  const shadow = await opened({ roles: ["app"], schema: "tenant" });
  assert.match(shadow.description, /^PostgreSQL 15\./);
  const [one, two] = [await shadow.fresh(), await shadow.fresh()];
  await must("CREATE TABLE a (id int); GRANT SELECT ON a TO app", one);
  assert.deepEqual(await tablesIn(one), ["tenant.a"]);
  assert.deepEqual(await tablesIn(two), []);
  assert.notEqual(one.server.serverIdentity, server.serverIdentity);
  await two.close();
  const three = await shadow.fresh();
  assert.deepEqual(await tablesIn(three), []);
  await one.close();
  await three.close();
  await shadow.close();
  assert.deepEqual(said, []);
  assert.equal(process.listenerCount("SIGINT"), 0);
});

test("a server of our own may be reached beyond the database: it is ours", async () => {
  const shadow = await opened({ scripts: script("CREATE ROLE other") });
  const session = await shadow.fresh();
  await must("CREATE ROLE other", session);
  await session.close();
  await shadow.close();
});

test("no server of our own: the reason and the remedy are passed on", async () => {
  const shadow = await openShadow(wishes({ server: { ...server, major: 12 } }));
  assert.ok("outcome" in shadow);
  assert.match(shadow.reason, /no PostgreSQL 12/);
  assert.match(shadow.remedy, /--shadow URL/);
});

test("same-server: a database of its own, dropped when its session closes, also after a failure", async () => {
  const shadow = await opened({ choice: "same-server", scripts: script("CREATE TABLE a (id int)") });
  const session = await shadow.fresh();
  assert.equal((await databases()).length, 1);
  assert.equal(session.server.serverIdentity, server.serverIdentity);
  assert.notEqual(session.server.database, server.database);
  await must("BEGIN; CREATE TABLE a (id int)", session);
  assert.equal((await session.script("SELECT nonsense"))?.code, "42703");
  await session.close();
  assert.deepEqual(await databases(), []);
  const open = await shadow.fresh();
  await shadow.close();
  assert.deepEqual(await databases(), []);
  await open.close();
  assert.deepEqual(said, []);
  assert.equal(process.listenerCount("SIGINT"), 0);
});

test("same-server: a migration that reaches beyond its database is named, without its password", async () => {
  const scripts = script("CREATE TABLE a (id int);\nCREATE ROLE app PASSWORD 's3cret';");
  const shadow = await openShadow(wishes({ choice: "same-server", scripts }));
  assert.ok("outcome" in shadow);
  assert.match(
    shadow.reason,
    /0001_init, line 2 \(CREATE ROLE app PASSWORD \.\.\.\) changes the roles of the whole server/,
  );
  assert.doesNotMatch(JSON.stringify(shadow), /s3cret/);
  assert.deepEqual(await databases(), []);
});

test("same-server: a role that may not create databases", async () => {
  const shadow = await openShadow(
    wishes({ choice: "same-server", target: engine.parse(urlOf("limited", "shop")) }),
  );
  assert.ok("outcome" in shadow);
  assert.match(shadow.reason, /"limited" may not create databases/);
});

test("a URL: a new database where the role may create one", async () => {
  const shadow = await opened({ choice: urlOf("creator", "empty") });
  const session = await shadow.fresh();
  assert.match(session.server.database, /^godwit_shadow_[0-9a-f]{12}$/);
  await must("CREATE TABLE a (id int)", session);
  await shadow.close();
  assert.deepEqual(await databases(), []);
});

test("a URL on the target's server: a migration that reaches beyond its database is refused", async () => {
  const scripts = script("ALTER SYSTEM SET work_mem = '1GB'");
  const shadow = await openShadow(wishes({ choice: urlOf("creator", "empty"), scripts }));
  assert.ok("outcome" in shadow);
  assert.match(shadow.reason, /ALTER SYSTEM SET work_mem = \.\.\.\) changes the server's configuration/);
});

test("a URL on another server: what it does there is the user's choice", async () => {
  const other = await localServer();
  const scripts = script("ALTER SYSTEM SET work_mem = '1GB'");
  const choice = `postgresql://godwit@/postgres?host=${encodeURIComponent(other.target.address)}`;
  const shadow = await opened({ choice, scripts });
  await (await shadow.fresh()).close();
  await shadow.close();
  await other.stop();
});

test("a URL without the right to create databases: the named one, as empty afterwards as before", async () => {
  const shadow = await opened({ choice: urlOf("limited", "empty"), schema: "tenant" });
  const session = await shadow.fresh();
  assert.equal(session.server.database, "empty");
  await assert.rejects(shadow.fresh(), (error) => isKnownError(error, "SHADOW_FAILED"));
  await must(
    `CREATE TABLE "select" (id serial PRIMARY KEY, a text UNIQUE);
     CREATE TYPE "Mood" AS ENUM ('a'); CREATE DOMAIN d AS int; CREATE TYPE pair AS (a int, b "Mood");
     CREATE VIEW v AS SELECT * FROM "select"; CREATE MATERIALIZED VIEW m AS SELECT * FROM v;
     CREATE FUNCTION public.f(a int, b text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
     CREATE FUNCTION public.f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
     CREATE PROCEDURE public.p("In" "Mood") LANGUAGE sql AS 'SELECT 1';
     CREATE AGGREGATE public.total(int) (SFUNC = int4pl, STYPE = int);
     CREATE SCHEMA "Other"; CREATE TABLE "Other".t (m "Mood"); CREATE SEQUENCE public.s;
     CREATE TABLE public.parent (id int) PARTITION BY LIST (id); CREATE TABLE public.part PARTITION OF public.parent DEFAULT;
     CREATE EXTENSION citext WITH SCHEMA public; CREATE TABLE public.c (c public.citext)`,
    session,
  );
  // A replay may end within a failed transaction.
  await must("BEGIN", session);
  assert.notEqual((await session.script("SELECT nonsense"))?.code, undefined);
  await session.close();
  const again = await shadow.fresh();
  const { objects } = await again.snapshot({ inTransaction: false });
  assert.deepEqual(
    [...objects.keys()].filter((key) => !key.startsWith("schema ")),
    [],
  );
  await shadow.close();
  assert.deepEqual(said, []);
  const session_ = await engine.connect(engine.parse(urlOf("limited", "empty")));
  assert.deepEqual([...(await session_.snapshot()).objects.keys()], ["schema public"]);
  await session_.close();
});

test("what cannot be restored in the named database is said", async () => {
  await must("CREATE DATABASE fragile OWNER limited");
  const shadow = await opened({ choice: urlOf("limited", "fragile") });
  const session = await shadow.fresh();
  await must("DROP SCHEMA public CASCADE", session);
  await shadow.close();
  assert.equal(said.length, 1);
  assert.match(said[0] ?? "", /"fragile" .* is not as it was: a migration dropped schema public/);
  await must("DROP DATABASE fragile");
});

test("a URL that is the target, or is not empty, or does not answer", async () => {
  const refused = (choice: string, more: Partial<ShadowWishes> = {}) =>
    openShadow(wishes({ choice, ...more }));
  await assert.rejects(refused(urlOf("limited", "shop")), (error) => isKnownError(error, "SHADOW_IS_TARGET"));
  await assert.rejects(refused(urlOf("creator", "nowhere")), (error) =>
    isKnownError(error, "DATABASE_MISSING"),
  );
  await assert.rejects(
    refused(urlOf("creator", "empty"), { server: { ...server, major: 16 } }),
    (error) =>
      isKnownError(error, "SHADOW_WRONG_MAJOR") && error.details.shadow === 15 && error.details.target === 16,
  );
  await must("CREATE DATABASE full_one");
  const inside = await engine.scratch.connect(engine.parse(urlOf("godwit", "full_one")), {});
  await must("CREATE TYPE mood AS ENUM ('a')", inside);
  await inside.close();
  await assert.rejects(
    refused(urlOf("creator", "full_one")),
    (error) => isKnownError(error, "SHADOW_NOT_EMPTY") && error.details.objects.includes("enum public.mood"),
  );
  await must("DROP DATABASE full_one");
});

test("what a killed run left is told, and stays", async () => {
  await must("CREATE DATABASE godwit_shadow_0123456789ab");
  const shadow = await opened({ choice: "same-server" });
  await shadow.close();
  assert.match(said.join("\n"), /nobody uses godwit_shadow_0123456789ab/);
  assert.deepEqual(await databases(), ["godwit_shadow_0123456789ab"]);
  await must("DROP DATABASE godwit_shadow_0123456789ab");
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} in the middle of a replay drops the database on the target's server`, async () => {
    const program = `
      import { engineOf } from ${JSON.stringify(join(root, "src/engines/registry.ts"))};
      import { openShadow } from ${JSON.stringify(join(import.meta.dirname, "shadow.ts"))};
      const engine = await engineOf("postgresql:");
      const target = engine.parse(${JSON.stringify(urlOf("creator", "shop"))});
      const session = await engine.connect(target);
      const shadow = await openShadow({ engine, target, server: session.server, choice: "same-server", schema: "public",
        roles: [], scripts: [], packageRoots: [], cacheDirectory: "/nowhere" });
      const scratch = await shadow.fresh();
      process.stdout.write(scratch.server.database);
      await scratch.script("SELECT pg_sleep(20)").catch(() => undefined);
    `;
    const run = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => run.on("close", (_code, by) => resolve(by)));
    const name = await new Promise<string>((resolve) =>
      run.stdout.once("data", (chunk) => resolve(String(chunk))),
    );
    assert.deepEqual(await databases(), [name]);
    run.kill(signal);
    assert.equal(await ended, signal);
    assert.deepEqual(await databases(), []);
  });
}
