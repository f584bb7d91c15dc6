import assert from "node:assert/strict";
import { drawApplication, fileOf } from "../application.ts";
import { type Answer, doctor, finding, found, said, told } from "../doctor.ts";
import { djangoDatabase, railsDatabase } from "../foreign-databases.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

interface Facts {
  foreign: string[];
  otherHistories: string[];
  strangers: string[];
}

for (const [whose, sql, history, table] of [
  ["Rails", railsDatabase, "public.schema_migrations", "table public.posts"],
  ["Django", djangoDatabase, "public.django_migrations", "table public.auth_user"],
] as const) {
  scenario(`the URL leads to the database of a ${whose} application`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const db = await database();
    await db.script(sql);
    const answer = await doctor(migrations, db);
    assert.deepEqual(found(answer), ["error wrong-database"]);
    const { facts } = finding<Facts>(answer, "wrong-database");
    assert.deepEqual([facts.otherHistories, facts.strangers], [[history], []]);
    assert.ok(facts.foreign.includes(table), `${facts.foreign}`);
    assert.deepEqual(
      said(answer),
      migrations.map(() => "pending absent"),
    );
    expectHandsOff(answer);
  });
}

scenario("the URL leads to the database of another Prisma application", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const others = [
    fileOf("20230101000000_start", 'CREATE TABLE "Cat" (id text PRIMARY KEY, name text);'),
    fileOf("20230202000000_dogs", 'CREATE TABLE "Dog" (id text PRIMARY KEY, name text);'),
  ];
  const db = await database();
  await new PrismaHistory(db).deploy(others);
  await db.script(`INSERT INTO "Cat" VALUES ('c', 'Tom')`);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["error wrong-database"]);
  const { facts } = finding<Facts>(answer, "wrong-database");
  assert.deepEqual(
    facts.strangers,
    others.map(({ name }) => name),
  );
  assert.deepEqual(facts.foreign.toSorted(), ['table public."Cat"', 'table public."Dog"']);
  assert.deepEqual(
    answer.migrations
      .filter(({ state }) => state !== "missing")
      .map(({ state, actual }) => `${state} ${actual}`),
    migrations.map(() => "pending absent"),
  );
  expectHandsOff(answer);
});

scenario(
  "it is another Prisma application's, and its first migration has the name of ours",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const db = await database();
    await new PrismaHistory(db).deploy([
      fileOf(migrations[0].name, 'CREATE TABLE "Cat" (id text PRIMARY KEY, name text);'),
      fileOf("0009_dogs", 'CREATE TABLE "Dog" (id text PRIMARY KEY, name text);'),
    ]);
    await db.script(`INSERT INTO "Cat" VALUES ('c', 'Tom')`);
    const answer = await doctor(migrations, db);
    assert.ok(
      found(answer).includes("error foreign-history") || found(answer).includes("error wrong-database"),
      `${found(answer)}`,
    );
    for (const { actual } of answer.migrations) assert.ok(["absent", "unknown"].includes(actual), actual);
    expectHandsOff(answer);
  },
);

/** Nothing may be marked, executed or run in a database that is somebody else's. */
function expectHandsOff(answer: Answer): void {
  const steps = told(answer).map((step) => JSON.parse(step).kind);
  assert.deepEqual(
    steps.filter((kind) => kind !== "person"),
    [],
  );
  assert.equal(answer.exit, 1);
}
