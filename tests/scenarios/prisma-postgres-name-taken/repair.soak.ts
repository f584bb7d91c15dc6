import assert from "node:assert/strict";
import { drawApplication } from "../application.ts";
import { quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused } from "../repair.ts";
import { scenario } from "../scenario.ts";

const otherTable = (name: string) => `
  CREATE TABLE ${quote(name)} (id varchar(9) PRIMARY KEY, colour text, wheels int, sold_at date);
  INSERT INTO ${quote(name)} VALUES ('car-1', 'red', 4, '2020-02-02');`;

scenario(
  "before anything ran, another application has a table of that name",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const db = await database();
    await db.script(otherTable(migrations[0].makes));
    await refused(migrations, db, "refused");
  },
);

scenario("the first migration failed on it", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await db.script(otherTable(migrations[0].makes));
  assert.equal((await new PrismaHistory(db).deploy(migrations))?.code, "42P07");
  await refused(migrations, db, "refused");
});

for (const [kind, make] of [
  ["table", otherTable],
  ["view", (name: string) => `CREATE VIEW ${quote(name)} AS SELECT 1 AS id, 'draft'::text AS status`],
  ["sequence", (name: string) => `CREATE SEQUENCE ${quote(name)}`],
] as const) {
  scenario(`a ${kind} has the name of a table that is to be made`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const next = random.integer(1, migrations.length - 1);
    const db = await database();
    await new PrismaHistory(db).deploy(migrations.slice(0, next));
    await db.script(make(migrations[next]?.makes ?? ""));
    await refused(migrations, db, "refused");
    await refused(migrations, db, "refused", { command: "migrate" });
  });
}

scenario("the other table has the name, and replaced ours", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const makes = migrations.at(-1)?.makes ?? "";
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  await db.script(`DROP TABLE ${quote(makes)} CASCADE; ${otherTable(makes)}`);
  await refused(migrations, db, "refused");
});
