import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { splitPostgres } from "../../src/sql/postgres-split.ts";
import { create, type Database, quote, startServer } from "../scenarios/database.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import type { TestServer } from "../servers/postgres.ts";
import { changes, databases, shop } from "./comparing.ts";

let server: TestServer;

before(async () => {
  server = await startServer();
});
after(() => server.stop());

/** As psql would run it: statement by statement, in one session. */
async function execute(db: Database, script: string): Promise<void> {
  await db.connected(async (client) => {
    for (const { text } of splitPostgres(script)) await client.query(text);
  });
}

async function proposed(a: Database, b: string, more: readonly string[] = []) {
  const { exit, stdout, stderr } = await godwit(["diff", a.url, b, "--sql", "--quiet", ...more]);
  assert.equal(stderr, "");
  return { exit, script: stdout };
}

describe("what brings one database to another", () => {
  test("is a script that does just that, and says what it deletes", async () => {
    const [a, b] = (await databases(server, shop, shop + changes)) as [Database, Database];
    const { exit, script } = await proposed(a, b.url);
    assert.equal(exit, 1, script);
    assert.match(script, /\n-- Proven on a copy of a without rows, on PostgreSQL/);
    assert.match(script, /\n-- DELETES what is in table public\.orders\nDROP TABLE "public"\."orders";\n/);
    assert.match(script, /\n-- DELETES what is in column public\.users\.tel\n/);
    assert.match(script, /\n-- column public\.users\.tel looks like column public\.users\.phone, renamed/);
    assert.match(script, /\nALTER TYPE "public"\."mood" ADD VALUE 'happy' AFTER 'ok';\nBEGIN;\n/);
    const copy = await a.clone();
    await execute(copy, script);
    assert.equal((await godwit(["diff", copy.url, b.url])).exit, 0);
    assert.equal((await godwit(["diff", a.url, b.url])).exit, 1, "side a was not touched");
    const { script: nothing, exit: equal } = await proposed(copy, b.url);
    assert.equal(equal, 0);
    assert.match(nothing, /there is nothing to be done/);
  });

  test("keeps order: what stands on a column that changes its type, and what tables need of each other", async () => {
    const [a, b] = (await databases(
      server,
      `CREATE TABLE t (id int PRIMARY KEY, v int, w text); CREATE VIEW one AS SELECT id, v FROM t;
       CREATE VIEW two AS SELECT v FROM one; CREATE TABLE old (id int PRIMARY KEY, t int REFERENCES t);
       CREATE INDEX t_v ON t (v); CREATE TYPE e AS ENUM ('a', 'z')`,
      `CREATE TABLE t (id int PRIMARY KEY, v bigint NOT NULL, w text UNIQUE); CREATE VIEW one AS SELECT id, v FROM t;
       CREATE VIEW two AS SELECT v FROM one; CREATE TYPE e AS ENUM ('0', 'a', 'm', 'n', 'z');
       CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE INDEX t_v ON t (v DESC);
       CREATE TABLE x (id serial PRIMARY KEY, y int, n int DEFAULT f()); CREATE TABLE y (id int PRIMARY KEY, x int REFERENCES x);
       ALTER TABLE x ADD FOREIGN KEY (y) REFERENCES y; ALTER TABLE x ENABLE ROW LEVEL SECURITY;
       CREATE SCHEMA s; CREATE TABLE s.z (id int GENERATED ALWAYS AS IDENTITY, e e)`,
    )) as [Database, Database];
    const { exit, script } = await proposed(a, b.url);
    assert.equal(exit, 1, script);
    await execute(a, script);
    const { stdout } = await godwit(["diff", a.url, b.url]);
    assert.match(stdout, /^They are equal/);
  });

  test("is not proposed where it cannot be proven: what is in the way is named", async () => {
    const [a, b] = (await databases(server, shop + changes, shop)) as [Database, Database];
    const { exit, script } = await proposed(a, b.url);
    assert.equal(exit, 2);
    assert.match(
      script,
      /\n-- There is no proposal: .*\n-- {3}enum value public\.mood\.happy: it cannot be removed/,
    );
    assert.ok(script.split("\n").every((line) => line === "" || line.startsWith("--")));
    const file = join(await newDirectory("snapshots"), "a.json");
    await godwit(["snapshot", a.url, "--out", file]);
    const { exit: refused, stdout } = await godwit(["diff", file, b.url, "--sql", "--json"]);
    const { outcome, proposal } = documentOf<{ outcome: string; proposal: { outcome: string } }>({
      exit: refused,
      stdout,
      stderr: "",
    });
    assert.deepEqual([refused, outcome, proposal.outcome], [2, "differ", "no-proposal"]);
  });

  test("is tried before it is shown: what would come out otherwise is not proposed", async () => {
    // No statement moves a value of an enum, and none is missing either.
    const [a, b] = (await databases(
      server,
      "CREATE TYPE e AS ENUM ('x', 'y')",
      "CREATE TYPE e AS ENUM ('y', 'x')",
    )) as [Database, Database];
    const { exit, script } = await proposed(a, b.url);
    assert.equal(exit, 2, script);
    assert.match(
      script,
      /There is no proposal: what would come out is not side b\.\n-- {3}enum value public\.e\./,
    );
  });

  test("with names that would forge a script is in the JSON alone", async () => {
    const name = `x${String.fromCharCode(27)}[2J`;
    const [a, b] = (await databases(server, "", `CREATE TABLE ${quote(name)} (id int)`)) as [
      Database,
      Database,
    ];
    const { exit, script } = await proposed(a, b.url);
    assert.equal(exit, 1);
    assert.match(script, /they are in --json alone\.\n$/);
    assert.doesNotMatch(script, /[^\P{Cc}\n]/u);
  });
});

test("the project's own migrations are proposed where they do exactly that", async () => {
  const migrations = [
    { name: "0001_init", sql: shop },
    { name: "0002_phone", sql: "-- why\nALTER TABLE users ADD COLUMN phone text;\n" },
    { name: "0003_phone", sql: "ALTER TABLE users ALTER phone SET DEFAULT '-';\n" },
  ];
  const directory = await writeProject(migrations);
  const db = await create(server);
  await new PrismaHistory(db).deploy(migrations.slice(0, 1));
  const { exit, script } = await proposed(db, "files", ["--project", directory]);
  assert.equal(exit, 1, script);
  assert.match(script, /`godwit migrate` runs them and writes the history/);
  assert.match(
    script,
    /\n-- 0002_phone\n-- why\nALTER TABLE users ADD COLUMN phone text;\n\n-- 0003_phone\n/,
  );
  assert.doesNotMatch(script, /CREATE TABLE/);
  // With something by hand beside, they are not exactly that.
  await db.script("CREATE TABLE byhand (id int)");
  const other = await proposed(db, "files", ["--project", directory]);
  assert.equal(other.exit, 1, other.script);
  assert.match(other.script, /\n-- DELETES what is in table public\.byhand\n/);
  await execute(db, other.script);
  assert.equal((await godwit(["diff", db.url, "files", "--project", directory])).exit, 0);
});
