import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { type Database, quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import type { Random } from "../random.ts";
import { ask, refused, repaired } from "../repair.ts";
import { scenario, type World } from "../scenario.ts";

async function withFailure({ random, database }: World, logs: boolean) {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, -1));
  if (logs)
    await history.recordFailure(failed, {
      code: "55P03",
      message: "canceling statement due to lock timeout",
    });
  else await history.recordKilled(failed);
  await db.script([failed.sql, ...failed.rows].join(";\n"));
  return { migrations, failed, db };
}

scenario("somebody finished it by hand: it is recorded, and nothing is executed", async (world) => {
  const { migrations, failed, db } = await withFailure(world, true);
  const { plan } = await repaired(migrations, db, { marked: [failed.name], executed: [] });
  assert.deepEqual([plan?.makes, plan?.changes, plan?.removes, plan?.hazards], [[], [], [], []]);
});

scenario("the runner was killed while the server went on and committed", async (world) => {
  const { migrations, failed, db } = await withFailure(world, false);
  await repaired(migrations, db, { marked: [failed.name], executed: [], withoutPrisma: true });
});

/** Everything but the data statement, of which nobody can know. */
async function withDataStatement(db: Database, random: Random) {
  const { migrations } = drawApplication(random);
  const last = migrations.at(-1) as AppMigration;
  const table = quote(migrations[0].makes);
  const update = `UPDATE ${table} SET "status" = 'done'`;
  const at = random.integer(0, last.statements.length);
  const failed = fileOf(last.name, `${last.statements.toSpliced(at, 0, update).join(";\n")};\n`);
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, -1));
  await db.script(`UPDATE ${table} SET "status" = 'draft'`);
  await history.recordKilled(failed);
  await db.script(last.sql);
  const statuses = async () => [
    ...new Set((await db.rows(`SELECT "status" FROM ${table}`)).map(({ status }) => status)),
  ];
  return { files: [...migrations.slice(0, -1), failed], failed, written: [migrations[0].makes], statuses };
}

scenario(
  "its file also has an UPDATE: asked, and not executed where it took effect",
  async ({ random, database }) => {
    const db = await database();
    const { files, failed, statuses } = await withDataStatement(db, random);
    const { questions } = await refused(files, db, "choose", { words: /take effect/ });
    assert.deepEqual(
      questions.map(({ check, migration, options }) => [check, migration, options.map(({ id }) => id)]),
      [["failed-migration", failed.name, ["mark-applied", "run-data"]]],
    );
    await repaired(files, db, {
      choose: ["failed-migration=mark-applied"],
      marked: [failed.name],
      executed: [],
      withoutPrisma: true,
    });
    assert.deepEqual(await statuses(), ["draft"]);
  },
);

scenario(
  "its file also has an UPDATE: executed alone where it did not take effect",
  async ({ random, database }) => {
    const db = await database();
    const { files, failed, written, statuses } = await withDataStatement(db, random);
    const { certificate } = await repaired(files, db, {
      choose: [`failed-migration:${failed.name}=run-data`],
      marked: [failed.name],
      executed: [],
      written,
      withoutPrisma: true,
    });
    assert.equal(certificate?.written.length, 1);
    assert.deepEqual(await statuses(), ["done"]);
  },
);

scenario("a choice that is none of the options is refused", async ({ random, database }) => {
  const db = await database();
  const { files } = await withDataStatement(db, random);
  const before = await db.dump();
  const said = await ask(files, db, { choose: ["failed-migration=delete-row"] });
  assert.notEqual(said.exit, 0);
  assert.match(said.stdout + said.stderr, /mark-applied/);
  assert.equal(await db.dump(), before);
});
