import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../scenarios/application.ts";
import { type Database, quote } from "../scenarios/database.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import type { Random } from "../scenarios/random.ts";
import { scenario } from "../scenarios/scenario.ts";
import { expectRefused, runScript, scriptFor } from "./psql.ts";

const refusal = { code: "57014", message: "canceling statement due to user request" };

/** The last of an application's migrations failed, and its first two statements are there. */
async function failedHalfWay(random: Random, db: Database) {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, -1));
  await history.recordFailure(failed, refusal);
  const present = failed.statements
    .filter((statement) => !statement.includes(quote(failed.makes)))
    .slice(0, 2);
  await db.script(present.join(";\n"));
  return { migrations, failed, history, script: await scriptFor({ migrations, database: db }) };
}

scenario("a script refuses what is no longer as it was", async ({ random, database }) => {
  const db = await database();
  const { migrations, failed, script } = await failedHalfWay(random, db);
  const changed = async (sql: string, why: RegExp) => {
    const clone = await db.clone();
    await clone.script(sql);
    await expectRefused(script, clone, why);
    await clone.drop();
  };
  const history = /Godwit: the history is not as it was when this plan was made: .* Nothing was changed/;
  await changed(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', 'z')`,
    history,
  );
  await changed("DELETE FROM _prisma_migrations WHERE finished_at IS NULL", history);
  await changed("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL", history);
  await changed("UPDATE _prisma_migrations SET checksum = 'another'", history);
  await changed("UPDATE _prisma_migrations SET applied_steps_count = 0", history);
  await changed("DROP TABLE _prisma_migrations", history);
  await changed(
    `CREATE TABLE ${quote(failed.makes)} (made_by_hand int)`,
    /Godwit: the schema is not as it was when this plan was made: there is already: table /,
  );
  assert.ok(migrations.length > 1);
});

scenario(
  "a script for a database without a history refuses where there is one",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const db = await database();
    for (const { sql } of migrations) await db.script(sql);
    const script = await scriptFor({ migrations, database: db });
    await new PrismaHistory(db).resolveApplied(migrations[0]);
    await expectRefused(script, db, /the history is not as it was/);
  },
);

scenario(
  "a script refuses where an object that it changes is gone, or an index was made anew",
  async ({ database }) => {
    const people = fileOf("0001_people", 'CREATE TABLE "people" ("id" int PRIMARY KEY, "email" text);\n');
    const unique = fileOf(
      "0002_unique",
      'CREATE UNIQUE INDEX CONCURRENTLY "one_email" ON "people" ("email");\n',
    );
    const db = await database();
    const rows = [`INSERT INTO "people" VALUES (1, 'a'), (2, 'a')`];
    await new PrismaHistory(db).deploy([{ ...people, rows }, unique]);
    await db.script('DELETE FROM "people" WHERE "id" = 2');
    const script = await scriptFor({ migrations: [people, unique], database: db });
    assert.match(script.text, /^-- NOT ONE TRANSACTION/m);
    const [gone, anew] = [await db.clone(), await db.clone()];
    await gone.script('DROP INDEX "one_email"');
    await expectRefused(script, gone, /there is no longer: index public.one_email/);
    await anew.script('REINDEX INDEX CONCURRENTLY "one_email"');
    await expectRefused(script, anew, /no longer unfinished, or no longer there: index public.one_email/);
  },
);

scenario("a statement that fails rolls all of it back", async ({ database }) => {
  const files = [
    fileOf("0001_init", 'CREATE TABLE "a" ("id" int);\n'),
    fileOf("0002_more", 'CREATE TABLE "b" ("id" int);\nALTER TABLE "a" ADD PRIMARY KEY ("id");\n'),
  ] as const;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([files[0]]);
  await history.recordFailure(files[1], refusal);
  const script = await scriptFor({ migrations: files, database: db });
  await db.script('INSERT INTO "a" VALUES (1), (1)');
  await expectRefused(script, db, /could not create unique index/);
});

scenario("whoever holds the framework's lock keeps a script out", async ({ random, database }) => {
  const db = await database();
  const { script } = await failedHalfWay(random, db);
  await db.connected(async (client) => {
    await client.query("SELECT pg_advisory_lock(72707369)");
    const { exit, stderr } = await runScript(script, db);
    assert.notEqual(exit, 0);
    assert.match(stderr, /lock timeout/);
  });
});
