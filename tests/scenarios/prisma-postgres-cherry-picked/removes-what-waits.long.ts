import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctor, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const init = {
  ...fileOf("1_init", `CREATE TABLE "a" ("id" int PRIMARY KEY); CREATE TABLE "b" ("id" int PRIMARY KEY);`),
  rows: [`INSERT INTO "a" VALUES (1)`, `INSERT INTO "b" VALUES (1)`],
};
const passedOver = fileOf(
  "2_view",
  `CREATE VIEW "seen" AS SELECT "id" FROM "a"; ALTER TABLE "a" ADD "noted" text;`,
);

scenario("what removes something had nothing to remove: it is not called present", async ({ database }) => {
  const removal = fileOf("3_no_view", `ALTER TABLE "b" ADD "n" int; DROP VIEW IF EXISTS "seen";`);
  const db = await database();
  assert.equal(await new PrismaHistory(db).deploy([init, removal]), undefined);
  const answer = await doctor([init, passedOver, removal], db);
  assert.deepEqual(said(answer), ["applied present", "out-of-order absent", "applied partial 1 of 2"]);
  await repaired([init, passedOver, removal], db, { executed: [passedOver.name], withoutPrisma: true });
});

scenario("it failed as there was nothing to remove: both are executed to their end", async ({ database }) => {
  const removal = fileOf("3_no_view", `ALTER TABLE "b" ADD "n" int; DROP VIEW "seen";`);
  const db = await database();
  const history = new PrismaHistory(db);
  assert.equal(await history.deploy([init]), undefined);
  await db.script(`ALTER TABLE "b" ADD "n" int`);
  await history.recordFailure(removal, { code: "42P01", message: 'view "seen" does not exist' });
  const files = [init, passedOver, removal];
  assert.deepEqual(said(await doctor(files, db)), [
    "applied present",
    "pending absent",
    "failed partial 1 of 2",
  ]);
  await repaired(files, db, {
    executed: [passedOver.name],
    marked: [removal.name],
    withoutPrisma: true,
  });
});
