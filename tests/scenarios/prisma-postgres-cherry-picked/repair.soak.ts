import { type AppMigration, drawApplication } from "../application.ts";
import type { Database } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
import { scenario, type World } from "../scenario.ts";

/** Draws an application whose later migrations can do without an earlier one, which can also run after them. */
async function passOver(
  { random, database }: World,
  then: (late: AppMigration, db: Database) => Promise<void>,
) {
  for (let tries = 0; tries < 50; tries++) {
    const { migrations } = drawApplication(random);
    const late = migrations[random.integer(1, migrations.length - 2)] as AppMigration;
    const [trial, db] = [await database(), await database()];
    const others = migrations.filter((one) => one !== late);
    if ((await new PrismaHistory(trial).deploy([...others, late])) === undefined) {
      await new PrismaHistory(db).deploy(others);
      await then(late, db);
      return migrations;
    }
    await Promise.all([trial.drop(), db.drop()]);
  }
  throw new RangeError("no application was drawn whose later migrations can do without an earlier one");
}

scenario("an earlier migration was passed over: it is executed", async (world) => {
  let db: Database | undefined;
  let name = "";
  const migrations = await passOver(world, async (late, made) => {
    [db, name] = [made, late.name];
  });
  if (db !== undefined) await repaired(migrations, db, { executed: [name] });
});

scenario("it was executed by hand after the later ones: it is recorded", async (world) => {
  let db: Database | undefined;
  let name = "";
  const migrations = await passOver(world, async (late, made) => {
    await made.script([late.sql, ...late.rows].join(";\n"));
    [db, name] = [made, late.name];
  });
  if (db !== undefined) await repaired(migrations, db, { executed: [], marked: [name], withoutPrisma: true });
});
