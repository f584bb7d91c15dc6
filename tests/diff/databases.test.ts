import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Database, quote, startServer } from "../scenarios/database.ts";
import { godwit, newDirectory } from "../scenarios/godwit.ts";
import { canaryInUrl } from "../servers/canary.ts";
import { freePort, type TestServer } from "../servers/postgres.ts";
import { changes, type Document, databases, refused, shop, told } from "./comparing.ts";

let server: TestServer;

before(async () => {
  server = await startServer();
});
after(() => server.stop());

describe("two databases", () => {
  test("that are equal, however they were made", async () => {
    const [a] = (await databases(server, shop)) as [Database];
    const { exit, stdout, document } = await told(["diff", a.url, (await a.clone()).url]);
    assert.match(stdout, /^They are equal: \d+ objects, fingerprint [0-9a-f]{16}…\n/);
    assert.deepEqual([exit, document.outcome, document.changed], [0, "equal", []]);
    assert.equal(document.a.fingerprint, document.b.fingerprint);
    assert.ok(stdout.includes(`database "${a.name}" at 127.0.0.1:${server.port}`));
    assert.doesNotMatch(stdout, /one and the same/);
    assert.match((await godwit(["diff", a.url, a.url])).stdout, /Both sides are one and the same database/);
  });

  test("that differ in many kinds: every one is told, and nothing else", async () => {
    const [a, b] = (await databases(server, shop, shop + changes)) as [Database, Database];
    const { exit, stdout, document } = await told(["diff", a.url, b.url]);
    assert.deepEqual([exit, document.outcome], [1, "differ"]);
    const keys = (only: Document["onlyInA"]) =>
      only.flatMap(({ object, within }) =>
        within === undefined ? [`${object.kind} ${object.identity}`] : [],
      );
    assert.deepEqual(keys(document.onlyInA), [
      "column public.users.tel",
      "index public.users_email",
      "table public.orders",
    ]);
    assert.deepEqual(keys(document.onlyInB), [
      "column public.users.phone",
      "enum-value public.mood.happy",
      "table public.purchases",
    ]);
    const parts = document.onlyInA.filter(({ within }) => within === "table public.orders");
    assert.ok(parts.length >= 7, "its columns and constraints are listed too");
    assert.deepEqual(
      document.changed.flatMap(({ key, semantic }) =>
        semantic.length === 0 ? [] : [`${key}: ${semantic.map(({ attribute }) => attribute).join(", ")}`],
      ),
      [
        "column public.users.age: type, default",
        "function public.twice(x integer): definition",
        "trigger public.users.keep: enabled",
        "view public.adults: definition",
      ],
    );
    const age = document.changed.find(({ key }) => key === "column public.users.age");
    assert.deepEqual(age?.semantic[0], { attribute: "type", a: "integer", b: "bigint" });
    assert.deepEqual(document.renames, [
      {
        kind: "column",
        from: "column public.users.tel",
        to: "column public.users.phone",
        why: "all attributes are equal, at the same place",
      },
      {
        kind: "table",
        from: "table public.orders",
        to: "table public.purchases",
        why: "all 5 columns are equal",
      },
    ]);
    assert.match(stdout, /^They differ in \d+ objects, and in comment of 1 object\.\n/);
    for (const line of [
      /\n {2}- table public\.orders, with 5 columns, \d constraints {3}only in a\n/,
      /\n {2}users\n {4}~ column age\n {8}type {5}integer │ bigint\n {8}default {2}\(none\) {2}│ 18\n/,
      /\n {4}\+ column phone {3}only in b: text\n/,
      /\n {10} {2}-- doubles\n {8}- {3}RETURN x \* 2;\n {8}\+ {3}RETURN x \+ x;\n/,
      /\n {2}table public\.orders → table public\.purchases {3}all 5 columns are equal\n/,
      /\n {2}comment {2}\(none\) │ people {3}table public\.users\n/,
    ])
      assert.match(stdout, line);
  });

  test("whose owners, grants and comments differ: equal in what they do, unless --strict", async () => {
    const [a] = (await databases(server, shop)) as [Database];
    const b = await a.clone();
    await b.script(
      "CREATE ROLE reader; GRANT SELECT ON users, orders TO reader; COMMENT ON VIEW adults IS 'x'",
    );
    const { exit, stdout, document } = await told(["diff", a.url, b.url]);
    assert.deepEqual(
      [exit, document.outcome, document.counts],
      [0, "environmental", { semantic: 0, environmental: 3 }],
    );
    assert.match(stdout, /^They are equal in what they do: /);
    assert.match(stdout, /\n {2}grants .* table public\.orders, table public\.users\n/);
    const strict = await told(["diff", a.url, b.url, "--strict"]);
    assert.deepEqual([strict.exit, strict.document.outcome], [1, "environmental"]);
    assert.equal((await godwit(["diff", a.url, a.url, "--strict"])).exit, 0);
  });

  test("whose names are hostile", async () => {
    const name = `red${String.fromCharCode(27)}[31m\u202E"\n  ✓ They are equal`;
    const [a, b] = (await databases(
      server,
      `CREATE TABLE ${quote(name)} (${quote(name)} int)`,
      `CREATE TABLE ${quote(name)} (${quote(name)} text); CREATE SCHEMA ${quote(name)}; CREATE VIEW ${quote(`v${name}`)} AS SELECT 1 AS ${quote(name)}`,
    )) as [Database, Database];
    const { exit, stdout, document } = await told(["diff", a.url, b.url]);
    assert.equal(exit, 1);
    assert.doesNotMatch(stdout, /^\s*✓ They are equal/m);
    assert.equal(document.changed.length, 1);
    assert.match((await told(["snapshot", b.url])).stdout, /red\\x1b\[31m\\u202e/);
    assert.ok(document.changed[0]?.key.includes(name.replace('"', '""')));
  });

  test("of which a part is behind a lock: never said to be equal", async () => {
    const [a] = (await databases(server, shop)) as [Database];
    const b = await a.clone();
    const out = join(await newDirectory("snapshots"), "locked.json");
    await b.connected(async (holder) => {
      await holder.query("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
      const { exit, stdout, document } = await told(["diff", a.url, b.url]);
      assert.deepEqual([exit, document.outcome], [2, "cannot-tell"]);
      assert.ok(document.undecided.includes("view public.adults"), String(document.undecided));
      assert.match(stdout, /^It cannot be told whether they are equal/);
      assert.match(stdout, /public\.users/);
      assert.match(stdout, /Run this again when the lock is gone/);
      const taken = await godwit(["snapshot", b.url, "--out", out]);
      assert.equal(taken.exit, 2);
      assert.match(taken.stdout, /It is incomplete: .*public\.users/);
      await holder.query("ROLLBACK");
    });
    // The file remembers that it is incomplete.
    assert.equal((await told(["diff", out, b.url])).exit, 2);
    await a.script("DROP TABLE orders");
    assert.equal((await told(["diff", out, a.url])).exit, 1, "a difference is one all the same");
  });
});

describe("what is refused", () => {
  test("a wrong command line", async () => {
    const [db] = (await databases(server, "")) as [Database];
    await refused(["diff"], 64, /'diff' needs something to work on/);
    await refused(["diff", db.url, db.url, db.url], 64, /Too many arguments/);
    await refused(["diff", db.url, ""], 64, /One side of the comparison is empty/);
    await refused(["diff", "", db.url], 64, /One side of the comparison is empty/);
    await refused(["diff", db.url], 64, /No project with migrations was found/);
    await refused(["snapshot"], 64, /No project with migrations was found/);
    await refused(["diff", "files", db.url], 64, /No project with migrations was found/);
    await refused(["snapshot", "--database", ""], 64, /--database was given without a value/);
    await refused(["diff", `mysql://u:${canaryInUrl}@h/d`, db.url], 64, /does not yet know mysql/);
  });
  test("a database that cannot be read: as one document too", async () => {
    const [db] = (await databases(server, "")) as [Database];
    const nowhere = `postgresql://u:${canaryInUrl}@127.0.0.1:${await freePort()}/d`;
    await refused(["diff", nowhere, db.url], 2, /cannot be reached/);
    await refused(["diff", db.url, nowhere], 2, /cannot be reached/);
    const { exit, stdout } = await godwit(["diff", db.url, nowhere, "--json"]);
    assert.deepEqual([exit, JSON.parse(stdout).error.code], [2, "SERVER_UNREACHABLE"]);
  });
});
