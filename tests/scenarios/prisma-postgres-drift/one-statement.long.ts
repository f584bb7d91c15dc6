import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctor, finding, found } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

const init = fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY, "email" text, "old" int)');

for (const [what, sql, undo] of [
  [
    "NOT NULL",
    'ALTER TABLE "t" ALTER COLUMN "email" SET NOT NULL',
    'ALTER TABLE "t" ALTER COLUMN "email" DROP NOT NULL',
  ],
  [
    "a type",
    'ALTER TABLE "t" ALTER COLUMN "email" TYPE varchar(40)',
    'ALTER TABLE "t" ALTER COLUMN "email" TYPE text',
  ],
  ["a removal", 'ALTER TABLE "t" DROP COLUMN "old"', 'ALTER TABLE "t" ADD COLUMN "old" int'],
] as const) {
  scenario(`a migration of one statement, ${what}, undone by hand`, async ({ database }) => {
    const files = [init, fileOf("2_change", sql)];
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script(`INSERT INTO "t" VALUES (1, 'a'); ${undo}`);
    const answer = await doctor(files, db);
    assert.deepEqual(
      found(answer).map((one) => one.replace(/^\w+ /, "")),
      ["drift"],
    );
    assert.match(finding(answer, "drift").evidence.join(), /column t\.(email|old)/);
    assert.equal(answer.exit, 1);
  });
}
