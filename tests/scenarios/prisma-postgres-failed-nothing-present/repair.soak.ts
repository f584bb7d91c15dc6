import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario, type World } from "../scenario.ts";

scenario("the runner was killed before the file was sent: it is run again", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const ran = random.integer(0, migrations.length - 2);
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, ran));
  await history.recordKilled(migrations[ran] as AppMigration);
  await repaired(migrations, db, { executed: migrations.slice(ran).map(({ name }) => name) });
});

scenario(
  "rows make it fail: it is asked what is to become of them, and after the rows were mended it is run",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const last = migrations.at(-1) as AppMigration;
    const column = `ALTER TABLE ${quote(migrations[0].makes)} ADD COLUMN "must" int NOT NULL`;
    const failing = fileOf(last.name, `${last.sql}\n${column};\n`);
    const files = [...migrations.slice(0, -1), failing];
    const db = await database();
    assert.equal((await new PrismaHistory(db).deploy(files))?.code, "23502");
    const { questions } = await refused(files, db, "choose", { words: /23502/ });
    assert.match(questions[0]?.migration ?? "", /\.must$/);
    await db.script(`TRUNCATE ${quote(migrations[0].makes)} CASCADE`);
    await repaired(files, db, { executed: [last.name], withoutPrisma: true });
  },
);

/** A table is filled: where that stands in the file decides whether it is proven that it did not take effect. */
async function failedWithData({ random, database }: World, where: "before" | "after") {
  const { migrations } = drawApplication(random);
  const table = quote(migrations[0].makes);
  const make = 'CREATE TABLE "copied" ("id" int GENERATED ALWAYS AS IDENTITY, "status" text)';
  const fill = `INSERT INTO "copied" ("status") SELECT "status" FROM ${table}`;
  const update = `UPDATE ${table} SET "status" = 'open'`;
  const failed = fileOf("9000_data", `${(where === "after" ? [make, fill] : [update, make]).join(";\n")};\n`);
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations);
  await history.recordFailure(failed, { code: "57014", message: "canceling statement due to user request" });
  return { files: [...migrations, failed], failed, db, table, written: [migrations[0].makes] };
}

scenario(
  "a data statement after what it needs, which is not there: proven that it was undone, and not asked",
  async (world) => {
    const { files, failed, db, table } = await failedWithData(world, "after");
    await repaired(files, db, { executed: [failed.name], withoutPrisma: true });
    assert.deepEqual(
      await db.rows('SELECT count(*)::int AS n FROM "copied"'),
      await db.rows(`SELECT count(*)::int AS n FROM ${table}`),
    );
  },
);

scenario("a data statement before all that shows: asked", async (world) => {
  const { files, failed, db, table, written } = await failedWithData(world, "before");
  const { questions } = await refused(files, db, "choose");
  assert.deepEqual(
    questions.map(({ check, options }) => [check, options.map(({ id }) => id)]),
    [["failed-migration", ["run-again"]]],
  );
  await repaired(files, db, {
    choose: ["failed-migration=run-again"],
    executed: [failed.name],
    written,
    withoutPrisma: true,
  });
  assert.deepEqual(await db.rows(`SELECT DISTINCT "status" FROM ${table}`), [{ status: "open" }]);
});

scenario("it needs a table that no migration makes: there is no plan", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const broken = fileOf("0002_broken", 'ALTER TABLE "never made" ADD COLUMN x int;\n');
  const files = [migrations[0], broken, ...migrations.slice(2)];
  const db = await database();
  assert.equal((await new PrismaHistory(db).deploy(files))?.code, "42P01");
  await refused(files, db, "refused", { words: /0002_broken is refused on an empty database \(42P01/ });
});
