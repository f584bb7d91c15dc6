import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const files = [
  {
    ...fileOf(
      "0001_library",
      'CREATE TABLE "book" ("id" int PRIMARY KEY, "title" text, "pages" int DEFAULT 1);\nCREATE INDEX "by_title" ON "book" ("title");\n',
    ),
    rows: [`INSERT INTO "book" VALUES (1, 'A', 10), (2, 'B', 20)`],
  },
];

scenario("undo: a dropped index is made by the migration's own statement", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script('DROP INDEX "by_title"');
  const { plan } = await repaired(files, db, {
    choose: ["drift:index public.by_title=undo"],
    marked: [],
    executed: [],
  });
  const steps = plan?.parts.flatMap((part) => (part.kind === "runner" ? [] : part.steps));
  assert.deepEqual(
    steps?.map((step) => step.kind === "statements" && step.statements.map(({ sql }) => sql)),
    [['CREATE INDEX "by_title" ON "book" ("title")']],
  );
});

scenario("undo: a default that was changed", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script('ALTER TABLE "book" ALTER COLUMN "pages" SET DEFAULT 2');
  await repaired(files, db, { choose: ["drift=undo"], marked: [], executed: [], withoutPrisma: true });
});
