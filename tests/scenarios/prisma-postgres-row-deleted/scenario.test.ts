import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctor, finding, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

interface Facts {
  untold: string[];
  deleting: string[];
}

const forget = (name: string) => `DELETE FROM "_prisma_migrations" WHERE "migration_name" = '${name}'`;

scenario(
  "the row of a migration whose effects were taken back: whether it ran cannot be told",
  async ({ database }) => {
    const files = [
      fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY)'),
      fileOf("2_add", 'ALTER TABLE "t" ADD COLUMN "a" int'),
      fileOf("3_drop", 'ALTER TABLE "t" DROP COLUMN "a"'),
    ];
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script(`INSERT INTO "t" VALUES (1); ${forget("2_add")}`);
    const answer = await doctor(files, db);
    assert.deepEqual(found(answer), ["warning pending"]);
    const { facts, remedies } = finding<Facts>(answer, "pending");
    assert.deepEqual(facts.untold, ["2_add"]);
    assert.deepEqual(
      remedies.filter(({ recommended }) => recommended),
      [],
    );
    for (const { steps } of remedies) assert.equal(steps[0]?.kind, "person");
  },
);

scenario("the row of a migration that a later one overwrote", async ({ database }) => {
  const files = [
    fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY, "a" int)'),
    fileOf("2_wide", 'ALTER TABLE "t" ALTER COLUMN "a" TYPE bigint'),
    fileOf("3_text", 'ALTER TABLE "t" ALTER COLUMN "a" TYPE text'),
  ];
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(forget("2_wide"));
  const answer = await doctor(files, db);
  assert.deepEqual(found(answer), ["warning pending"]);
  assert.deepEqual(finding<Facts>(answer, "pending").facts.untold, ["2_wide"]);
});

scenario(
  "the row of the last migration, which drops a table and makes it again: the danger is told",
  async ({ database }) => {
    const files = [
      fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY)'),
      fileOf("2_token", 'DROP TABLE IF EXISTS "t" CASCADE; CREATE TABLE "t" ("id" int PRIMARY KEY)'),
    ];
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script(`INSERT INTO "t" VALUES (1); ${forget("2_token")}`);
    const answer = await doctor(files, db);
    const { facts, remedies } = finding<Facts>(answer, "pending");
    assert.match(facts.deleting.join(), /DROP TABLE IF EXISTS "t" CASCADE/);
    for (const remedy of remedies) assert.deepEqual(remedy.hazards, ["deletes-data"]);
  },
);

scenario("one statement with two effects, one of them taken away later", async ({ database }) => {
  const files = [
    fileOf("1_init", 'CREATE TABLE "p" ("id" int PRIMARY KEY, "body" text NOT NULL)'),
    fileOf(
      "2_json",
      `ALTER TABLE "p" ADD COLUMN "type" text NOT NULL DEFAULT 'text', ALTER COLUMN "body" TYPE jsonb USING to_json("body")`,
    ),
  ];
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(`INSERT INTO "p" VALUES (1, '"x"', 'y'); ALTER TABLE "p" DROP COLUMN "type"`);
  const answer = await doctor(files, db);
  assert.deepEqual(found(answer), ["error drift"]);
  const { facts } = finding<{ missing: { object: string }[]; different: unknown[] }>(answer, "drift");
  assert.deepEqual(
    facts.missing.map(({ object }) => object),
    ["column public.p.type"],
  );
  assert.deepEqual(facts.different, []);
  assert.equal(said(answer).join().includes("absent"), false);
});
