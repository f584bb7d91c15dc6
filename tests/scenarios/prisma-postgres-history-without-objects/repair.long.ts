import assert from "node:assert/strict";
import { drawApplication, fileOf, neighbour } from "../application.ts";
import { quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

scenario(
  "all that the history speaks of is gone: asked, then made again, empty",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const ran = random.integer(1, migrations.length - 1);
    const db = await database();
    const history = new PrismaHistory(db);
    for (const migration of migrations.slice(0, ran)) await history.recordApplied(migration);
    const beside = neighbour(random);
    await db.script(beside);
    const { questions } = await refused(migrations, db, "choose", { words: /is gone/ });
    assert.deepEqual(
      questions.map(({ check, migration }) => [check, migration]),
      migrations.slice(0, ran).map(({ name }) => ["history-without-objects", name]),
    );
    const { plan } = await repaired(migrations, db, {
      beside,
      choose: ["history-without-objects=make-again"],
      executed: migrations.map(({ name }) => name),
    });
    assert.ok(
      plan?.notes.some((note) => /comes back empty/.test(note)),
      `${plan?.notes}`,
    );
  },
);

scenario(
  "one migration's only table was dropped by hand, and a later one changed it",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const files = [
      migrations[0],
      fileOf("0002_only", 'CREATE TABLE "only" ("id" int PRIMARY KEY, "note" text, "gone" int)'),
      fileOf("0003_change", 'ALTER TABLE "only" DROP COLUMN "gone"'),
      fileOf("0004_beside", 'CREATE TABLE "beside" ("id" int PRIMARY KEY)'),
    ] as const;
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script('DROP TABLE "only"');
    await refused(files, db, "choose", { words: /0002_only/ });
    await repaired(files, db, {
      choose: ["history-without-objects=make-again"],
      executed: [],
      withoutPrisma: true,
    });
  },
);

scenario("one migration's only index was dropped by hand", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init] = migrations;
  const files = [init, fileOf("0002_index", `CREATE INDEX "to drop" ON ${quote(init.makes)} ("status");\n`)];
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script('DROP INDEX "to drop"');
  await refused(files, db, "choose", { words: /0002_index/ });
  await repaired(files, db, {
    choose: ["history-without-objects=make-again"],
    executed: [],
    withoutPrisma: true,
  });
});
