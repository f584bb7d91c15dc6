import { type AppMigration, drawApplication } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario, type World } from "../scenario.ts";

/** All but the last migration ran; the last one failed and was marked as rolled back. */
async function rolledBack({ random, database }: World, statements: "none" | "some" | "all") {
  const { migrations } = drawApplication(random);
  const last = migrations.at(-1) as AppMigration;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, -1));
  await history.recordFailure(last, { code: "55P03", message: "canceling statement due to lock timeout" });
  await history.resolveRolledBack(last.name);
  const there = { none: 0, some: random.integer(1, last.statements.length - 1), all: last.statements.length }[
    statements
  ];
  await db.script(last.statements.slice(0, there).join(";\n"));
  return { migrations, last, db, history };
}

scenario("nothing of it is there: it is executed", async (world) => {
  const { migrations, last, db } = await rolledBack(world, "none");
  await repaired(migrations, db, { executed: [last.name], withoutPrisma: true });
});

scenario("a part of it is there: the rest is executed", async (world) => {
  const { migrations, last, db } = await rolledBack(world, "some");
  await repaired(migrations, db, { executed: [], marked: [last.name], withoutPrisma: true });
});

scenario("all of it is there: it is recorded", async (world) => {
  const { migrations, last, db } = await rolledBack(world, "all");
  await repaired(migrations, db, { executed: [], marked: [last.name], withoutPrisma: true });
});

scenario("it then succeeded: there is nothing to do", async (world) => {
  const { migrations, last, db, history } = await rolledBack(world, "none");
  await history.deploy([last]);
  await refused(migrations, db, "nothing-to-do", { exit: 0 });
});
