import assert from "node:assert/strict";
import { drawApplication, fileOf } from "../application.ts";
import { literal, quote } from "../database.ts";
import { type Answer, doctor, finding, found, said, told } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

interface Facts {
  obstacles: { relation: string; kind: string }[];
}

/** Another application's table: of what ours would have, only `id`. */
const otherTable = (name: string) => `
  CREATE TABLE ${quote(name)} (id varchar(9) PRIMARY KEY, colour text, wheels int, sold_at date);
  INSERT INTO ${quote(name)} VALUES ('car-1', 'red', 4, '2020-02-02');`;

scenario(
  "before anything ran, another application has a table of that name",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const [init] = migrations;
    const db = await database();
    await db.script(otherTable(init.makes));
    const answer = await doctor(migrations, db);
    assert.ok(
      found(answer).includes("error foreign-objects") || found(answer).includes("error wrong-database"),
      `${found(answer)}`,
    );
    assert.deepEqual(
      said(answer),
      migrations.map(() => "pending absent"),
    );
    expectHandsOff(answer);
  },
);

scenario("the first migration failed on it", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init] = migrations;
  const db = await database();
  await db.script(otherTable(init.makes));
  assert.equal((await new PrismaHistory(db).deploy(migrations))?.code, "42P07");
  const answer = await doctor(migrations, db);
  expectObstacle(answer, init.makes, "table");
  assert.deepEqual(said(answer), ["failed absent", ...migrations.slice(1).map(() => "pending absent")]);
  const { facts } = finding<{ extent: string; cause: unknown }>(answer, "failed-migration");
  assert.equal(facts.extent, "nothing");
  assert.deepEqual(facts.cause, {
    kind: "taken",
    object: `table ${relation(init.makes)}`,
    by: "another application",
  });
});

scenario("ours are there up to the migration that makes it", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const next = random.integer(1, migrations.length - 1);
  const makes = migrations[next]?.makes ?? "";
  const db = await database();
  await new PrismaHistory(db).deploy(migrations.slice(0, next));
  await db.script(otherTable(makes));
  const answer = await doctor(migrations, db);
  expectObstacle(answer, makes, "table");
  assert.deepEqual(
    said(answer),
    migrations.map((_, i) => (i < next ? "applied present" : "pending absent")),
  );
  expectHandsOff(answer);
});

for (const [kind, make] of [
  ["view", (name: string) => `CREATE VIEW ${quote(name)} AS SELECT 1 AS id, 'draft'::text AS status`],
  ["materialized-view", (name: string) => `CREATE MATERIALIZED VIEW ${quote(name)} AS SELECT 1 AS id`],
  ["sequence", (name: string) => `CREATE SEQUENCE ${quote(name)}`],
] as const) {
  scenario(`a ${kind} has the name of a table that is to be made`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const next = random.integer(1, migrations.length - 1);
    const makes = migrations[next]?.makes ?? "";
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy(migrations.slice(0, next));
    await db.script(make(makes));
    const answer = await doctor(migrations, db);
    expectObstacle(answer, makes, kind);
    assert.deepEqual(
      said(answer),
      migrations.map((_, i) => (i < next ? "applied present" : "pending absent")),
    );
    expectHandsOff(answer);
  });
}

scenario("the other table has the name, and replaced ours", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const last = migrations.at(-1);
  const makes = last?.makes ?? "";
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  await db.script(`DROP TABLE ${quote(makes)} CASCADE; ${otherTable(makes)}`);
  const answer = await doctor(migrations, db);
  expectObstacle(answer, makes, "table");
  const actual = answer.migrations.at(-1)?.actual;
  assert.ok(
    actual === "partial" || actual === "absent" || actual === "different",
    `${literal(makes)} is ${actual}`,
  );
  assert.equal(answer.outcome, "findings");
});

scenario("the same columns with a key of another type are another table", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const ours = fileOf(
    "0002_car",
    'CREATE TABLE "car" ("id" uuid PRIMARY KEY, "colour" text, "wheels" int, "owner" text, "price" int);',
  );
  const files = [migrations[0], ours];
  const db = await database();
  await new PrismaHistory(db).deploy([migrations[0]]);
  await db.script(
    'CREATE TABLE "car" ("id" serial PRIMARY KEY, "colour" text, "wheels" int, "horses" int, "doors" int)',
  );
  const answer = await doctor(files, db);
  expectObstacle(answer, "car", "table");
  assert.deepEqual(said(answer), ["applied present", "pending absent"]);
});

function expectObstacle(answer: Answer, name: string, kind: string): void {
  const { facts, severity } = finding<Facts>(answer, "foreign-objects");
  assert.equal(severity, "error");
  assert.deepEqual(
    facts.obstacles.map((one) => [one.relation, one.kind]),
    [[relation(name), kind]],
  );
  assert.equal(answer.position?.exact ?? false, false);
  assert.equal(answer.exit, 1);
}

/** What is in the way is somebody's: nothing is to be executed or marked, and the framework would fail on it. */
function expectHandsOff(answer: Answer): void {
  const steps = told(answer).map((step) => JSON.parse(step));
  assert.deepEqual(
    steps.filter(({ kind }) => kind !== "person"),
    [],
  );
}

function relation(name: string): string {
  return `public.${/^[a-z_][a-z0-9_]*$/.test(name) ? name : quote(name)}`;
}
