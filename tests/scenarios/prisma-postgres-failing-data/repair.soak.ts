import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const people = {
  ...fileOf(
    "0001_people",
    'CREATE TABLE "people" ("id" int PRIMARY KEY, "email" text, "team" int, "age" text);\n',
  ),
  rows: [`INSERT INTO "people" VALUES (1, 'a', 1, '41'), (2, 'a', 7, 'old'), (3, 'b', NULL, '3')`],
};

/** What waits, what rows make of it, and how a person mends them. */
const failing: Record<string, readonly [sql: string, code: string, mend: string]> = {
  "a unique index over duplicates": [
    'CREATE UNIQUE INDEX "one" ON "people" ("email");',
    "23505",
    `UPDATE "people" SET "email" = 'c' WHERE "id" = 2`,
  ],
  "a foreign key over orphans": [
    'CREATE TABLE "team" ("id" int PRIMARY KEY);\nINSERT INTO "team" VALUES (1);\nALTER TABLE "people" ADD CONSTRAINT "fk" FOREIGN KEY ("team") REFERENCES "team";',
    "23503",
    `UPDATE "people" SET "team" = 1 WHERE "id" = 2`,
  ],
  "a cast of what is no number": [
    'ALTER TABLE "people" ALTER COLUMN "age" TYPE int USING "age"::int;',
    "22P02",
    `UPDATE "people" SET "age" = '99' WHERE "id" = 2`,
  ],
};

for (const [what, [sql, code, mend]] of Object.entries(failing)) {
  scenario(`${what}: seen beforehand, the database is untouched`, async ({ database }) => {
    const fine = fileOf("0002_fine", 'ALTER TABLE "people" ADD COLUMN "fine" int;\n');
    const files = [people, fine, fileOf("0003_strict", `${sql}\n`)];
    const db = await database();
    await new PrismaHistory(db).deploy([people]);
    // Of a table that the migration itself makes it is not known beforehand which rows it will have.
    const isAsked = code !== "23503";
    const { failure, questions } = await refused(files, db, isAsked ? "choose" : "rehearsal-failed", {
      exit: isAsked ? 3 : 2,
      words: new RegExp(code),
    });
    if (isAsked) assert.match(questions[0]?.migration ?? "", /^0003_strict:/);
    else assert.equal(failure?.reason.kind === "statement" && failure.reason.migration, "0003_strict");
    await db.script(mend);
    await repaired(files, db, { executed: ["0002_fine", "0003_strict"], withoutPrisma: true });
  });
}

/** The rows go with the table, as the migration wants it: a danger that is told, and no reason to refuse for ever. */
scenario("what waits drops a table and makes it anew", async ({ database }) => {
  const again = fileOf(
    "0002_again",
    'DROP TABLE "people";\nCREATE TABLE "people" ("id" int PRIMARY KEY, "name" text);\n',
  );
  const files = [people, again];
  const db = await database();
  await new PrismaHistory(db).deploy([people]);
  const { plan } = await repaired(files, db, {
    executed: ["0002_again"],
    written: ["people"],
    withoutPrisma: true,
  });
  assert.ok(plan?.hazards.includes("deletes-data"), `${plan?.hazards}`);
});
