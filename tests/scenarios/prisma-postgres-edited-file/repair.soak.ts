import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario, type World } from "../scenario.ts";

/** All are applied; afterwards one of the files is written anew. */
async function editing({ random, database }: World, edit: (migration: AppMigration) => string) {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  const which = random.integer(0, migrations.length - 1);
  return { db, files: migrations.map((file, i) => (i === which ? { ...file, sql: edit(file) } : file)) };
}

scenario("only a comment was changed: there is nothing to do", async (world) => {
  const { db, files } = await editing(world, ({ sql }) => `-- Ticket 4711\n${sql}`);
  await refused(files, db, "nothing-to-do", { exit: 0 });
});

scenario("a comment was changed, and another migration waits: it is executed", async (world) => {
  const { db, files } = await editing(world, ({ sql }) => `-- Ticket 4711\n${sql}`);
  const more = fileOf("9999_more", 'CREATE TABLE "more" ("id" int PRIMARY KEY);\n');
  await repaired([...files, more], db, { executed: [more.name], remain: ["warning edited-migration"] });
});

scenario(
  "a statement was added to an applied file: it is not executed behind anybody's back, and told",
  async (world) => {
    const { db, files } = await editing(
      world,
      ({ sql, makes }) => `${sql}\nALTER TABLE "${makes}" ADD COLUMN "afterthought" text;\n`,
    );
    const { reasons } = await refused(files, db, "nothing-to-do", { exit: 0 });
    assert.match(`${reasons}`, /was edited after it was applied/);
  },
);
