import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf, neighbour } from "../scenarios/application.ts";
import { type Database, quote } from "../scenarios/database.ts";
import { found } from "../scenarios/doctor.ts";
import { railsDatabase } from "../scenarios/foreign-databases.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { drawnPart } from "../scenarios/random.ts";
import { scenario, type World } from "../scenarios/scenario.ts";
import { bundled, expectSame } from "./bundles.ts";

interface State {
  readonly migrations: readonly AppMigration[];
  readonly db: Database;
  readonly query?: string;
}

/** Ways in which a database comes to be as it is, and what the doctor must find in each, from a bundle too. */
const states: Record<string, readonly [found: readonly string[], build: (world: World) => Promise<State>]> = {
  "all ran: healthy": [
    [],
    async ({ random, database }) => {
      const { migrations } = drawApplication(random);
      const db = await database();
      await new PrismaHistory(db).deploy(migrations);
      return { migrations, db };
    },
  ],
  "nothing is there": [
    [],
    async ({ random, database }) => ({
      migrations: drawApplication(random).migrations,
      db: await database(),
    }),
  ],
  "the first was only marked, the second failed on another application's database": [
    ["error asserted-never-executed", "error failed-migration", "info foreign-objects"],
    async ({ random, database }) => {
      const [init] = drawApplication(random).migrations;
      const next = fileOf("0002_next", `ALTER TABLE ${quote(init.makes)} ADD COLUMN "seen at" timestamp;\n`);
      const db = await database();
      await db.script(neighbour(random));
      const history = new PrismaHistory(db);
      await history.resolveApplied(init);
      await history.deploy([next]);
      return { migrations: [init, next], db };
    },
  ],
  "a half of the last one is there": [
    ["error failed-migration"],
    async ({ random, database }) => {
      const { migrations } = drawApplication(random);
      const last = migrations.at(-1) as AppMigration;
      const db = await database();
      const history = new PrismaHistory(db);
      await history.deploy(migrations.slice(0, -1));
      await history.recordFailure(last, {
        code: "57014",
        message: "canceling statement due to user request",
      });
      await db.script(last.statements.slice(0, 3).join(";\n"));
      return { migrations, db };
    },
  ],
  "rows were changed before the first statement that shows": [
    ["error failed-migration", "info rows-in-the-way"],
    async ({ database }) => {
      const init = fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY, "a" int)');
      const fill = fileOf(
        "2_fill",
        `INSERT INTO "t" VALUES (17, 100000); UPDATE "t" SET "a" = "a" * 100 WHERE "a" <> 4711;\nCREATE UNIQUE INDEX "j" ON "t"("a");\n`,
      );
      const db = await database();
      const history = new PrismaHistory(db);
      await history.deploy([init]);
      await db.script('INSERT INTO "t" VALUES (1, 1), (2, 1)');
      await history.deploy([fill]);
      return { migrations: [init, fill], db };
    },
  ],
  "a server refuses a migration for its rows, on an empty database too": [
    ["error failed-migration", "warning cannot-replay"],
    async ({ database }) => {
      const migrations = [
        fileOf(
          "1_init",
          'CREATE TABLE "a" ("id" int PRIMARY KEY); CREATE TABLE "b" ("a" int REFERENCES "a")',
        ),
        fileOf(
          "2_seed",
          `CREATE TABLE "c" ("id" int);\nINSERT INTO "b" VALUES (7);\nCREATE TABLE "d" ("id" int);\n`,
        ),
        fileOf("3_more", 'CREATE TABLE "e" ("id" int)'),
      ];
      const db = await database();
      await new PrismaHistory(db).deploy(migrations);
      return { migrations, db };
    },
  ],
  "the rows that it fails on were put there by a migration": [
    ["error failed-migration", "warning cannot-replay"],
    async ({ database }) => {
      const migrations = [
        fileOf("1_init", `CREATE TABLE "a" ("id" int); INSERT INTO "a" VALUES (1)`),
        fileOf("2_more", `CREATE TABLE "b" ("id" int); ALTER TABLE "a" ADD COLUMN "name" text NOT NULL`),
      ];
      const db = await database();
      await new PrismaHistory(db).deploy(migrations);
      return { migrations, db };
    },
  ],
  "seeds, calls, DO blocks and tables made of queries": [
    [],
    async ({ database }) => {
      const migrations = [
        fileOf(
          "1_init",
          `CREATE TYPE "mood" AS ENUM ('sad', 'glad');
CREATE TABLE "users" ("id" uuid PRIMARY KEY, "mood" "mood", "born" date, "tags" jsonb, "email" text UNIQUE);
INSERT INTO "users" VALUES ('0b7c7c1e-1111-4222-8333-444455556666', 'sad', '1980-02-29', '{"a": 1}', 'ann@example.org');
CREATE SEQUENCE "numbers"; SELECT setval('numbers', 12);
CREATE FUNCTION "add"("name" text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TABLE %I ()', "name"); END $$;
SELECT "add"('users2');`,
        ),
        fileOf(
          "2_more",
          `DO $$ DECLARE who text := 'ann@example.org'; BEGIN -- why
  IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'color') THEN CREATE TYPE "color" AS ENUM ('red'); END IF;
  INSERT INTO "users" ("id", "email") VALUES ('0b7c7c1e-1111-4222-8333-444455556667', who || '.');
  FOR i IN 1..2 LOOP EXECUTE format('ALTER TABLE "users" ADD COLUMN "c%s" int', i); END LOOP;
END $$;
CREATE TABLE "olds" AS SELECT "id", 'none' AS "why", DATE '2020-01-01' AS "since" FROM "users" WHERE "email" = 'ann@example.org';
ALTER TABLE "users2" ADD COLUMN "id" int;
UPDATE "users" SET "born" = '1980-01-01' WHERE "id" = '0b7c7c1e-1111-4222-8333-444455556666';`,
        ),
      ];
      const db = await database();
      await new PrismaHistory(db).deploy(migrations);
      return { migrations, db };
    },
  ],
  "a hand changed a column and added an index": [
    ["error drift"],
    async ({ random, database }) => {
      const { migrations } = drawApplication(random);
      const db = await database();
      await new PrismaHistory(db).deploy(migrations);
      const table = quote(migrations[0].makes);
      await db.script(`ALTER TABLE ${table} ADD COLUMN "hand" text; DROP INDEX IF EXISTS "x";
        ALTER TABLE ${table} ALTER COLUMN "status" SET DEFAULT 'by hand'; CREATE INDEX "by_hand" ON ${table} ("hand")`);
      return { migrations, db };
    },
  ],
  "a file was edited after it was applied, another one only in its line endings": [
    ["warning edited-migration"],
    async ({ random, database }) => {
      const { migrations } = drawApplication(random);
      const [first, second, ...rest] = migrations;
      const db = await database();
      await new PrismaHistory(db).deploy(migrations);
      const edited = { ...first, sql: `-- a new note\n${first.sql}` };
      return { migrations: [edited, { ...second, sql: second.sql.replaceAll("\n", "\r\n") }, ...rest], db };
    },
  ],
  "all is there and nothing is recorded, in a schema of the URL": [
    ["error unmanaged-schema"],
    async ({ random, database }) => {
      const { migrations } = drawApplication(random);
      const db = await database();
      await db.script("CREATE SCHEMA shop");
      for (const { sql } of migrations) await db.script(sql, "shop");
      return { migrations, db, query: "?schema=shop" };
    },
  ],
  "it is the database of another application": [
    ["error wrong-database"],
    async ({ random, database }) => {
      const db = await database();
      await db.script(railsDatabase);
      return { migrations: drawApplication(random).migrations, db };
    },
  ],
  "an index is INVALID, and a role that migrations name has a grant": [
    ["error invalid-index"],
    async ({ database }) => {
      const db = await database();
      const role = `reporting_${db.name}`;
      await db.script(`CREATE ROLE ${role}`);
      const migrations = [
        fileOf(
          "1_init",
          `CREATE TABLE "t" ("id" int, "a" int); GRANT SELECT ON "t" TO ${role}; ALTER TABLE "t" OWNER TO ${role};`,
        ),
        fileOf("2_index", 'CREATE INDEX CONCURRENTLY "t_a" ON "t"("a");'),
      ];
      await new PrismaHistory(db).deploy(migrations);
      await db.script(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"t_a"'::regclass`);
      return { migrations, db };
    },
  ],
};

for (const [what, [expected, build]] of drawnPart("bundles", Object.entries(states), 0.4)) {
  scenario(`from a bundle as from the database: ${what}`, async (world) => {
    const { migrations, db, query = "" } = await build(world);
    const pair = await bundled(migrations, db, { query, packed: world.random.chance(0.5) });
    const told = found(pair.live).filter(
      (one) => expected.includes(one) || !/pending|foreign-objects/.test(one),
    );
    assert.deepEqual(told, expected, JSON.stringify(pair.live.findings));
    expectSame(pair);
  });
}
