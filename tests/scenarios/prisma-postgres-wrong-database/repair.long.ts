import { drawApplication, fileOf } from "../application.ts";
import { djangoDatabase, railsDatabase } from "../foreign-databases.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused } from "../repair.ts";
import { scenario } from "../scenario.ts";

for (const [whose, sql] of [
  ["Rails", railsDatabase],
  ["Django", djangoDatabase],
] as const) {
  scenario(`the URL leads to the database of a ${whose} application`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const db = await database();
    await db.script(sql);
    await refused(migrations, db, "refused");
    await refused(migrations, db, "refused", { command: "migrate" });
  });
}

scenario("the URL leads to the database of another Prisma application", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy([
    fileOf("20230101000000_start", 'CREATE TABLE "Cat" (id text PRIMARY KEY, name text);'),
    fileOf("20230202000000_dogs", 'CREATE TABLE "Dog" (id text PRIMARY KEY, name text);'),
  ]);
  await db.script(`INSERT INTO "Cat" VALUES ('c', 'Tom')`);
  await refused(migrations, db, "refused");
});

scenario("its first migration has the name of ours", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy([
    fileOf(migrations[0].name, 'CREATE TABLE "Cat" (id text PRIMARY KEY, name text);'),
    fileOf("0009_dogs", 'CREATE TABLE "Dog" (id text PRIMARY KEY, name text);'),
  ]);
  await refused(migrations, db, "refused");
});
