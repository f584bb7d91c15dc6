import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario, type World } from "../scenario.ts";

const people = fileOf("0000_people", 'CREATE TABLE "people" ("id" int PRIMARY KEY, "email" text);\n');
const duplicates = `INSERT INTO "people" VALUES (1, 'a@example.org'), (2, 'a@example.org')`;
const unique = (words: string) =>
  fileOf("9000_unique", `CREATE UNIQUE INDEX CONCURRENTLY ${words} "one_email" ON "people" ("email");\n`);

/** The index could not be built over duplicates: the server left it behind, INVALID. */
async function failedToBuild({ random, database }: World, last: AppMigration) {
  const { migrations } = drawApplication(random);
  const files = [{ ...people, rows: [duplicates] }, ...migrations, last];
  const db = await database();
  const history = new PrismaHistory(db);
  assert.equal((await history.deploy(files))?.code, "23505");
  return { files, db, history };
}

for (const words of ["", "IF NOT EXISTS"]) {
  scenario(
    `CREATE INDEX CONCURRENTLY ${words} failed on duplicates: while they are there, nothing is touched`,
    async (world) => {
      const { files, db } = await failedToBuild(world, unique(words));
      await refused(files, db, "rehearsal-failed", { exit: 2, words: /23505/ });
      await db.script(`UPDATE "people" SET "email" = 'b@example.org' WHERE "id" = 2`);
      await repaired(files, db, {
        executed: ["9000_unique"],
        ...(words !== "" && { withoutPrisma: true }),
      });
      await assert.rejects(db.script(`INSERT INTO "people" VALUES (3, 'b@example.org')`), { code: "23505" });
    },
  );
}

scenario("IF NOT EXISTS passed over it: recorded as applied, and made again", async (world) => {
  const { files, db, history } = await failedToBuild(world, unique("IF NOT EXISTS"));
  await history.resolveRolledBack("9000_unique");
  await history.deploy([unique("IF NOT EXISTS")]);
  await db.script(`UPDATE "people" SET "email" = 'b@example.org' WHERE "id" = 2`);
  await repaired(files, db, { executed: [], withoutPrisma: true });
});
