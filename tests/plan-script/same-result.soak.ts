import { type AppMigration, drawApplication, fileOf, neighbour } from "../scenarios/application.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import { expectSame } from "./psql.ts";

const refusal = { code: "57014", message: "canceling statement due to user request" };

scenario("the first migration is asserted and was never executed", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init, second] = migrations;
  const db = await database();
  await db.script(neighbour(random));
  const history = new PrismaHistory(db);
  await history.resolveApplied(init);
  await history.recordFailure(second, { code: "42P01", message: `relation "${init.makes}" does not exist` });
  await expectSame({ migrations, database: db });
});

scenario("the last migration failed half way, whatever is there of it", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  for (const share of [0, 0.3, 0.7, 1]) {
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy(migrations.slice(0, -1));
    await history.recordFailure(failed, refusal);
    const done = failed.statements.filter(() => random.chance(share));
    await db.script(done.join(";\n"));
    await expectSame({ migrations, database: db });
  }
});

scenario("the schema is there, and no history", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  for (const { sql, rows } of migrations.slice(0, -1)) await db.script([sql, ...rows].join(";\n"));
  await expectSame({ migrations, database: db });
});

scenario("in another schema, whose name is hostile", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const schema = 'the "tenant" \\q $1; --';
  const failed = migrations.at(-1) as AppMigration;
  const db = await database();
  const history = new PrismaHistory(db, schema);
  await history.deploy(migrations.slice(0, -1));
  await history.recordFailure(failed, refusal);
  await db.script(failed.statements.slice(0, 2).join(";\n"), schema);
  const query = `?schema=${encodeURIComponent(schema)}`;
  await expectSame({ migrations, database: db, query });
});

scenario("an index was left INVALID", async ({ database }) => {
  const people = fileOf("0001_people", 'CREATE TABLE "people" ("id" int PRIMARY KEY, "email" text);\n');
  const unique = fileOf(
    "0002_unique",
    'CREATE UNIQUE INDEX CONCURRENTLY "one_email" ON "people" ("email");\n',
  );
  const last = fileOf("0003_more", 'CREATE TABLE "more" ("id" int PRIMARY KEY);\n');
  const db = await database();
  const history = new PrismaHistory(db);
  const rows = [`INSERT INTO "people" VALUES (1, 'a'), (2, 'a')`];
  await history.deploy([{ ...people, rows }, unique]);
  await db.script('DELETE FROM "people" WHERE "id" = 2');
  await expectSame({ migrations: [people, unique, last], database: db });
});

scenario("a value of an enum is used by the migration after", async ({ database }) => {
  const files = [
    fileOf("0001_kinds", `CREATE TYPE "kind" AS ENUM ('a'); CREATE TABLE "t" ("k" "kind");\n`),
    fileOf("0002_value", `ALTER TYPE "kind" ADD VALUE 'b';\n`),
    fileOf(
      "0003_use",
      `ALTER TABLE "t" ALTER COLUMN "k" SET DEFAULT 'b'; CREATE TABLE "u" ("k" "kind" DEFAULT 'b');\n`,
    ),
  ] as const;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([files[0]]);
  await history.recordFailure(files[1], refusal);
  await expectSame({ migrations: files, database: db });
});
