import { type AppMigration, drawApplication } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused } from "../repair.ts";
import { scenario } from "../scenario.ts";

scenario("older code on a newer database: no plan", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const here = random.integer(1, migrations.length - 1);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  const files = migrations.slice(0, here);
  await refused(files, db, "refused", { words: new RegExp(migrations.at(-1)?.name ?? "") });
  await refused(files, db, "refused", { command: "migrate" });
});

scenario(
  "a file was renamed and edited after it had been applied: a person has to say so",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const last = migrations.at(-1) as AppMigration;
    const db = await database();
    await new PrismaHistory(db).deploy(migrations);
    const files = [
      ...migrations.slice(0, -1),
      { ...last, name: `${last.name}_renamed`, sql: `-- moved\n${last.sql}` },
    ];
    await refused(files, db, "refused");
  },
);
