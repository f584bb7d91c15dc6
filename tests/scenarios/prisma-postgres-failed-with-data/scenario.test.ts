import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctor, finding, found } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

interface Facts {
  extent: string;
  untraced: number[];
}

scenario(
  "rows were changed before the first statement that shows: running it again is not simply safe",
  async ({ database }) => {
    const init = fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY, "a" int)');
    const fill = fileOf("2_fill", 'UPDATE "t" SET "a" = "a" * 100;\nCREATE UNIQUE INDEX "j" ON "t"("a");\n');
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy([init]);
    await db.script('INSERT INTO "t" VALUES (1, 1), (2, 1)');
    // A driver that commits each statement.
    await db.script('UPDATE "t" SET "a" = "a" * 100');
    await history.recordFailure(fill, { code: "23505", message: 'could not create unique index "j"' });
    const answer = await doctor([init, fill], db);
    assert.deepEqual(found(answer), ["error failed-migration", "info rows-in-the-way"]);
    const { facts, remedies, explanation } = finding<Facts>(answer, "failed-migration");
    assert.deepEqual([facts.extent, facts.untraced], ["nothing", [1]]);
    assert.match(explanation, /statement 1 changes data or runs code/);
    for (const { recommended, steps } of remedies) {
      assert.equal(recommended, false);
      assert.equal(steps[0]?.kind, "person");
    }
  },
);
