import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctor, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const tenMegabytes = 10_000_000;

scenario("ten megabytes of rows, and the migration behind them failed half-way", async ({ database }) => {
  let rows = "";
  for (let id = 1; rows.length < tenMegabytes; id++)
    rows += `INSERT INTO "item" VALUES (${id}, 'it''s number ${id}; -- ${"x".repeat(150)}');\r\n`;
  const files = [
    fileOf("0001_item", 'CREATE TABLE "item" (\t"id" int PRIMARY KEY,\r\n\t"name" text);\r\n'),
    fileOf("0002_rows", rows),
  ];
  const last = fileOf(
    "0003_more",
    'ALTER TABLE "item" ADD COLUMN "price" int;\nCREATE INDEX "by_name" ON "item" ("name");\n',
  );
  const db = await database();
  const history = new PrismaHistory(db);
  assert.equal(await history.deploy(files), undefined);
  await history.recordKilled(last);
  await db.script('ALTER TABLE "item" ADD COLUMN "price" int');
  const answer = await doctor([...files, last], db);
  assert.deepEqual(found(answer), ["error failed-migration"]);
  assert.deepEqual(said(answer), ["applied present", "applied no-trace", "failed partial 1 of 2"]);
  await repaired([...files, last], db, {
    marked: [last.name],
    executed: [],
    withoutPrisma: true,
  });
});
