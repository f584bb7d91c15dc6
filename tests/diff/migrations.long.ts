import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { create, startServer } from "../scenarios/database.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import type { TestServer } from "../servers/postgres.ts";
import { type Document, refused, shop, told } from "./comparing.ts";

let server: TestServer;

before(async () => {
  server = await startServer();
});
after(() => server.stop());

describe("the migrations", () => {
  const migrations = [
    { name: "0001_init", sql: shop },
    { name: "0002_phone", sql: "ALTER TABLE users ADD COLUMN phone text;" },
    { name: "0003_note", sql: "CREATE TABLE note (id int PRIMARY KEY, body text);" },
  ];

  test("their end, and the state after one of them, against a database", async () => {
    const directory = await writeProject(migrations);
    const db = await create(server);
    const history = new PrismaHistory(db);
    await history.deploy(migrations.slice(0, 2));
    const at = ["--project", directory];
    const environment = { DATABASE_URL: db.url };

    const behind = await told(["diff", "files", ...at], environment);
    assert.deepEqual([behind.exit, behind.document.a.kind, behind.document.b.kind], [1, "files", "database"]);
    assert.match(behind.stdout, /\n {2}- table public\.note, with 2 columns, 1 constraint {3}only in a\n/);
    assert.match(behind.stdout, /`godwit doctor` finds out which migrations explain/);
    assert.ok(behind.document.notes.some((note) => note.includes("_prisma_migrations")));
    assert.ok(!JSON.stringify(behind.document.onlyInB).includes("_prisma_migrations"));

    // By its whole name, its beginning or its end.
    for (const name of ["0002_phone", "0002", "phone"]) {
      const said = await godwit(["diff", `files@${name}`, db.url, ...at, "--json"], environment);
      const document = documentOf<Document>(said);
      assert.equal(said.exit, 0, said.stdout);
      assert.equal(document.a.fingerprint, document.b.fingerprint);
    }
    const between = await told(["diff", "files@0001_init", "files@0002_phone", ...at], environment);
    assert.equal(between.exit, 1);
    assert.deepEqual(
      between.document.onlyInB.map(({ object }) => object.identity),
      ["public.users.phone"],
    );
    const file = join(await newDirectory("snapshots"), "head.json");
    assert.equal((await godwit(["snapshot", "files", "--out", file, ...at], environment)).exit, 0);
    // For a file, no database need be known.
    assert.equal((await godwit(["diff", "files", file, ...at, "--strict"])).exit, 0);
    assert.equal((await godwit(["diff", file, "files@0002_phone", ...at])).exit, 1);
  });

  test("in another schema than the usual one", async () => {
    const directory = await writeProject(migrations);
    const db = await create(server);
    await db.script('CREATE SCHEMA "My app"');
    const url = `${db.url}?schema=My%20app`;
    await new PrismaHistory(db, "My app").deploy(migrations);
    const { exit, document } = await told(["diff", "files", url, "--project", directory]);
    assert.equal(exit, 0, JSON.stringify([document.onlyInA, document.onlyInB, document.changed]));
  });

  test("that are refused: which one, and why; what is before it can be had", async () => {
    const broken = {
      name: "0004_broken",
      sql: "CREATE TABLE fine (id int);\nCREATE TABEL wrong (id int);\n",
    };
    const directory = await writeProject([...migrations, broken]);
    const db = await create(server);
    await new PrismaHistory(db).deploy(migrations);
    const at = ["--project", directory, "--quiet"];
    const environment = { DATABASE_URL: db.url };
    await refused(
      ["diff", "files", ...at],
      2,
      /0004_broken is refused \(prisma\/migrations\/0004_broken\/migration\.sql, line 2: 42601, syntax error/,
      environment,
    );
    assert.equal((await godwit(["diff", "files@0003_note", ...at], environment)).exit, 0);
    await refused(["diff", "files@note_x", ...at], 64, /There is no migration "note_x"/, environment);
    await refused(
      ["diff", "files@000", ...at],
      64,
      /More than one migration is called like "000"/,
      environment,
    );
    const { stderr } = await godwit(["diff", "files@0003_noet", ...at], environment);
    assert.match(stderr, /Did you mean 0003_note\?/);
    await refused(["diff", "files@", ...at], 64, /files@ names no migration/, environment);
  });
});
