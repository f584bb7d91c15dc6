import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const forget = (name: string) => `DELETE FROM "_prisma_migrations" WHERE "migration_name" = '${name}'`;

scenario(
  "the row of an applied migration was deleted: it is recorded again",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const last = migrations.at(-1) as AppMigration;
    const db = await database();
    await new PrismaHistory(db).deploy(migrations);
    await db.script(forget(last.name));
    await repaired(migrations, db, { executed: [], marked: [last.name] });
  },
);

const takenBack = [
  fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY)'),
  fileOf("2_add", 'ALTER TABLE "t" ADD COLUMN "a" int'),
  fileOf("3_drop", 'ALTER TABLE "t" DROP COLUMN "a"'),
];

for (const [choice, expected] of [
  ["mark-applied", { marked: ["2_add"], executed: [] }],
  ["run", { executed: ["2_add"] }],
] as const) {
  scenario(
    `the row of one whose effects were taken back, which cannot be told: ${choice}`,
    async ({ database }) => {
      const db = await database();
      await new PrismaHistory(db).deploy(takenBack);
      await db.script(`INSERT INTO "t" VALUES (1); ${forget("2_add")}`);
      const { questions } = await refused(takenBack, db, "choose");
      assert.deepEqual(
        questions.map(({ check, migration }) => [check, migration]),
        [["pending", "2_add"]],
      );
      await repaired(takenBack, db, {
        ...expected,
        choose: [`pending=${choice}`],
        ...(choice === "run" && { withoutPrisma: true }),
      });
    },
  );
}

scenario(
  "the row of the last one, which drops a table and makes it again: never unasked",
  async ({ database }) => {
    const files = [
      fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY)'),
      fileOf("2_token", 'DROP TABLE IF EXISTS "t" CASCADE; CREATE TABLE "t" ("id" int PRIMARY KEY)'),
    ];
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script(`INSERT INTO "t" VALUES (1), (2); ${forget("2_token")}`);
    await refused(files, db, "choose");
    await repaired(files, db, {
      choose: ["pending=mark-applied"],
      marked: ["2_token"],
      executed: [],
      withoutPrisma: true,
    });
  },
);
