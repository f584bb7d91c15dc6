import { type AppMigration, drawApplication } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

scenario("half-executed, dumped and restored: the rest is executed", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  const original = await database();
  const history = new PrismaHistory(original);
  await history.deploy(migrations.slice(0, -1));
  await history.recordFailure(failed, { code: "57014", message: "canceling statement due to user request" });
  await original.script(failed.statements.slice(0, random.integer(1, 6)).join(";\n"));
  await repaired(migrations, await original.restored(), {
    marked: [failed.name],
    executed: [],
    restored: true,
  });
});

scenario("healthy, dumped and restored: there is nothing to do", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const original = await database();
  await new PrismaHistory(original).deploy(migrations);
  await refused(migrations, await original.restored(), "nothing-to-do", { exit: 0 });
});
