import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf, neighbour } from "../scenarios/application.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import { repairedBefore, takenBack, undo } from "./undone.ts";

const refusal = { code: "57014", message: "canceling statement due to user request" };

scenario("the first migration was asserted and never executed", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init, second] = migrations;
  const db = await database();
  await db.script(neighbour(random));
  const history = new PrismaHistory(db);
  await history.resolveApplied(init);
  await history.recordFailure(second, { code: "42P01", message: `relation "${init.makes}" does not exist` });
  const repaired = await repairedBefore(migrations, db);
  const answer = await takenBack(migrations, db, repaired);
  assert.deepEqual(answer.notBack, []);

  const again = await undo(migrations, db, repaired.stateDirectory);
  assert.deepEqual([again.outcome, again.exit], ["nothing-to-do", 0]);
  assert.match(again.reasons[0] ?? "", /taken back already/);
});

scenario("the last migration failed half way", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, -1));
  await history.recordFailure(failed, refusal);
  await db.script(failed.statements.slice(0, 3).join(";\n"));
  await takenBack(migrations, db, await repairedBefore(migrations, db));
});

scenario("there was no history", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  for (const { sql, rows } of migrations) await db.script([sql, ...rows].join(";\n"));
  await takenBack(migrations, db, await repairedBefore(migrations, db));
});

const base = fileOf("0001_base", 'CREATE TABLE "people" ("id" int PRIMARY KEY, "name" text NOT NULL);\n');
const more = fileOf(
  "0002_more",
  'CREATE TABLE "orders" ("id" serial PRIMARY KEY, "person" int NOT NULL REFERENCES "people" ("id"));\nALTER TABLE "people" ADD COLUMN "age" int;\n',
);

scenario("rows that came since are asked for", async ({ database }) => {
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([{ ...base, rows: [`INSERT INTO "people" VALUES (1, 'Ada'), (2, 'Bob')`] }]);
  const repaired = await repairedBefore([base, more], db, { command: "migrate" });
  await db.script(
    `INSERT INTO "orders" ("person") VALUES (1), (2), (2); UPDATE "people" SET "age" = 36 WHERE "id" = 1`,
  );
  const then = await db.dump();
  const asked = await undo([base, more], db, repaired.stateDirectory);
  assert.deepEqual([asked.outcome, asked.exit], ["choose", 3]);
  assert.match(asked.questions[0]?.cited.join() ?? "", /age has 1 value.*orders has 3 rows/);
  assert.equal(await db.dump(), then);
  const answer = await takenBack([base, more], db, repaired, { choose: ["undo=with-new-rows"] });
  assert.ok(answer.plan?.hazards.includes("deletes-data"));
});

scenario("somebody's view stands on a new table", async ({ database }) => {
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([base]);
  const repaired = await repairedBefore([base, more], db, { command: "migrate" });
  await db.script(`CREATE VIEW "mine" AS SELECT "id" FROM "orders"`);
  const then = await db.dump();
  const answer = await undo([base, more], db, repaired.stateDirectory);
  assert.deepEqual([answer.outcome, answer.exit], ["refused", 3]);
  assert.match(answer.reasons.join(), /view public\.mine stands on/);
  assert.equal(await db.dump(), then);
  await db.script(`DROP VIEW "mine"`);
  await takenBack([base, more], db, repaired);
});
