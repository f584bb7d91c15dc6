import assert from "node:assert/strict";
import { drawApplication, fileOf, neighbour } from "../application.ts";
import { quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

scenario("all migrations ran: there is nothing to do", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  await refused(migrations, db, "nothing-to-do", { exit: 0 });
  await refused(migrations, db, "nothing-to-do", { exit: 0, command: "migrate" });
});

for (const command of ["repair", "migrate"] as const) {
  scenario(`some have not run yet: ${command} executes them`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const names = migrations.map(({ name }) => name);
    const ran = random.integer(1, migrations.length - 1);
    const db = await database();
    const beside = neighbour(random);
    await db.script(beside);
    await new PrismaHistory(db).deploy(migrations.slice(0, ran));
    const { plan } = await repaired(migrations, db, {
      command,
      beside,
      executed: names.slice(ran),
      ...(command === "repair" && { withoutPrisma: true }),
    });
    assert.equal(plan?.purpose, command);
  });
}

scenario("an empty database: all is made", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await repaired(migrations, db, { executed: migrations.map(({ name }) => name), withoutPrisma: true });
});

scenario("migrate does no more than its name says", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init, next] = migrations;
  const failed = await database();
  const history = new PrismaHistory(failed);
  await history.deploy([init]);
  await history.recordFailure(next, { code: "57014", message: "canceling statement due to user request" });
  await refused(migrations, failed, "refused", { command: "migrate", words: /godwit repair/ });

  const drifted = await database();
  await new PrismaHistory(drifted).deploy(migrations);
  await drifted.script(`ALTER TABLE ${quote(init.makes)} ADD COLUMN "by hand" int`);
  await refused(migrations, drifted, "nothing-to-do", { command: "migrate", exit: 0 });
});

scenario("a table gets another name, and a new one gets its former name", async ({ database }) => {
  const table = 'CREATE TABLE "talk" ("id" int PRIMARY KEY, "body" text);';
  const files = [
    { ...fileOf("1_talk", table), rows: [`INSERT INTO "talk" VALUES (1, 'a'), (2, 'b')`] },
    fileOf("2_chat", 'ALTER TABLE "talk" RENAME TO "chat";\nALTER INDEX "talk_pkey" RENAME TO "chat_pkey";'),
    fileOf("3_talk", table),
  ];
  const db = await database();
  await new PrismaHistory(db).deploy(files.slice(0, 1));
  await repaired(files, db, { written: ["talk"], withoutPrisma: true });
  assert.deepEqual(await db.rows('SELECT "body" FROM "chat" ORDER BY 1'), [{ body: "a" }, { body: "b" }]);
});
