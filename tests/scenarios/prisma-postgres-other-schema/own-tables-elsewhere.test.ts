import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctor, finding, found } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

scenario("the project's own tables are in another schema", async ({ database }) => {
  const files = [fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY)')];
  const db = await database();
  await db.script('CREATE SCHEMA "app"');
  await new PrismaHistory(db, "app").deploy(files);
  const answer = await doctor(files, db);
  assert.deepEqual(found(answer), ["error wrong-database"]);
  const { title, remedies } = finding(answer, "wrong-database");
  assert.match(title, /are in schema "app"/);
  assert.deepEqual(
    remedies.map(({ id }) => id),
    ["correct-schema"],
  );
});
