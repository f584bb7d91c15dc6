import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeDatabase, type TestDatabase } from "../../tests/heart/database.ts";
import { startPostgres, type TestServer } from "../../tests/servers/postgres.ts";
import type { Engine, Rows, Target } from "../engines/engine.ts";
import { engineOf } from "../engines/registry.ts";
import { isKnownError } from "../errors.ts";
import { type Clone, type CloneWishes, type NoClone, openClone } from "./clone.ts";
import { fitting } from "./level.ts";

const root = join(import.meta.dirname, "..", "..");
let cacheDirectory: string;
let engine: Engine;
let server: TestServer;
let database: TestDatabase;
const said: string[] = [];

before(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), "godwit-test-"));
  engine = await engineOf("postgresql:");
  server = await startPostgres({ major: 15, auth: "scram" });
  database = await makeDatabase(server);
  await database.run(`
    CREATE ROLE app NOINHERIT LOGIN PASSWORD 'Canary-pw-123'; CREATE ROLE groups NOLOGIN; ALTER ROLE app SET work_mem = '8MB'; CREATE ROLE reader LOGIN PASSWORD 'Canary-pw-123'; GRANT groups TO reader;
    CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (parent int REFERENCES parent); CREATE TABLE other (a int);
    CREATE TABLE history (name text);
    INSERT INTO parent SELECT generate_series(1, 5); INSERT INTO child VALUES (1); INSERT INTO other VALUES (1); INSERT INTO history VALUES ('a');
    ALTER TABLE parent OWNER TO app; GRANT USAGE ON SCHEMA public TO reader; GRANT pg_read_all_data TO reader;
  `);
});
after(async () => {
  await database?.end();
  await server?.stop();
  await rm(cacheDirectory, { recursive: true, force: true });
});

const as = (user: string) => database.url.replace("postgres:secret@", `${user}:Canary-pw-123@`);

async function wishesFor(url: string, more: Partial<CloneWishes> = {}): Promise<CloneWishes> {
  said.length = 0;
  const target = engine.parse(url);
  const session = await engine.connect(target);
  await session.close();
  return {
    engine,
    target,
    server: session.server,
    level: "auto",
    tables: ["public.child"],
    always: ["public.history"],
    roles: ["named by nothing"],
    packageRoots: [root],
    cacheDirectory,
    environment: { PATH: "/usr/bin:/bin" },
    onProgress: (text) => said.push(text),
    ...more,
  };
}

function isClone(made: Clone | NoClone): asserts made is Clone {
  assert.ok(!("outcome" in made), JSON.stringify(made));
}

async function rows(clone: Clone, query: string): Promise<Rows> {
  const session = await engine.connect(clone.target);
  const answer = await session.read(query).finally(() => session.close());
  assert.equal(answer.outcome, "rows", JSON.stringify(answer));
  return answer.outcome === "rows" ? answer.rows : [];
}

async function rolesOf(target: Target): Promise<unknown> {
  const session = await engine.connect(target);
  const answer = await session.read(
    "SELECT r::text, (SELECT array_agg(s::text ORDER BY 1) FROM pg_catalog.pg_db_role_setting s) FROM pg_catalog.pg_roles r ORDER BY 1",
  );
  await session.close();
  return answer;
}

test("a clone on a server of our own, as the same role, with all rows", async () => {
  const clone = await openClone(await wishesFor(as("reader")));
  isClone(clone);
  try {
    assert.match(
      clone.description,
      /^a copy on PostgreSQL 15\.\d+ of .+, made by pg_dump in \d+\.\d s, with all rows \(4 tables\)$/,
    );
    assert.equal(clone.level, "full");
    assert.deepEqual(
      await rows(
        clone,
        "SELECT current_user::text, current_database()::text AS db, count(*)::int FROM public.parent",
      ),
      [{ current_user: "reader", db: new URL(database.url).pathname.slice(1), count: 5 }],
    );
    assert.ok(clone.source?.objects.has("table public.child"));
    const session = await engine.scratch.connect(clone.target, {});
    assert.equal((await session.script("DELETE FROM public.parent"))?.code, "42501");
    assert.equal((await session.script("CREATE TABLE public.x ()"))?.code, "42501");
    await session.close();
    assert.ok(!JSON.stringify([clone.description, clone.url, said]).includes("Canary"));
  } finally {
    await clone.close();
  }
  await assert.rejects(engine.connect(clone.target));
});

test("the level that fits", () => {
  const tables = new Map([
    ["a", 10e9],
    ["b", 1e9],
    ["c", 1e6],
  ]);
  const sizes = { tables, total: 11.001e9, needs: new Map([["c", ["b"]]]) };
  assert.equal(fitting(sizes, 20e9, ["c"]).level, "full");
  assert.equal(fitting(sizes, 10e9, ["c"]).level, "affected");
  assert.equal(fitting(sizes, 1e9, ["c"]).level, "schema");
  assert.equal(fitting({ ...sizes, total: 30e9 }, 1e15, ["c"]).level, "affected");
});

test("a named clone is compared, and left as it is", async () => {
  const wishes = await wishesFor(database.url);
  await assert.rejects(openClone({ ...wishes, choice: database.url }), (error) =>
    isKnownError(error, "CLONE_IS_TARGET"),
  );
  const empty = await makeDatabase(server);
  const refused = await openClone({ ...wishes, choice: empty.url });
  assert.ok(
    "outcome" in refused && /column public\.child\.parent is missing/.test(refused.reason),
    JSON.stringify(refused),
  );
  await database.end();
  await empty.run(`DROP DATABASE IF EXISTS branch`);
  await empty.run(`CREATE DATABASE branch TEMPLATE ${new URL(database.url).pathname.slice(1)}`);
  const url = database.url.replace(/[^/]*$/, "branch");
  const clone = await openClone({ ...wishes, choice: url });
  isClone(clone);
  assert.equal(clone.url, url);
  await clone.close();
  assert.equal((await rows(clone, "SELECT FROM public.parent")).length, 5);
  await empty.end();
});

test("on the same server only where that was chosen: as a template, or by copying while others are connected", async () => {
  const wishes = await wishesFor(database.url, { choice: "same-server" });
  const alone = await openClone(wishes);
  isClone(alone);
  assert.equal(alone.method, "template");
  assert.equal((await rows(alone, "SELECT FROM public.parent")).length, 5);
  await alone.close();
  const other = await engine.scratch.connect(engine.parse(database.url), {});
  const roles = await rolesOf(wishes.target);
  const copied = await openClone(wishes);
  isClone(copied);
  assert.equal(copied.method, "pg_dump");
  assert.equal((await rows(copied, "SELECT FROM public.parent")).length, 5);
  await copied.close();
  await other.close();
  assert.deepEqual(await rolesOf(wishes.target), roles);
  await assert.rejects(engine.connect(copied.target), (error) => isKnownError(error, "DATABASE_MISSING"));
  const refused = await openClone(await wishesFor(as("app"), { choice: "same-server" }));
  assert.ok("outcome" in refused && /may not create databases/.test(refused.reason));
});
