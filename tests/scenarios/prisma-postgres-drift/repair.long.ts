import assert from "node:assert/strict";
import { comparable, takenBack } from "../../undo/undone.ts";
import { fileOf } from "../application.ts";
import { doctor, found } from "../doctor.ts";
import { newDirectory } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { explain, refused, repair, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { adopted } from "./adopted.ts";

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

scenario(
  "undo: a column that a hand has added goes, and godwit undo brings its rows back",
  async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script(
      `ALTER TABLE "book" ADD COLUMN "isbn" text; UPDATE "book" SET "isbn" = 'i' || "id"; CREATE INDEX "by_isbn" ON "book" ("isbn")`,
    );
    const one = await refused(files, db, "refused", { choose: ["drift:column book.isbn=undo"] });
    assert.match(one.reasons.join(), /index public\.by_isbn stands on column public\.book\.isbn/);
    const before = comparable(await db.dump());
    const stateDirectory = await newDirectory("state");
    const { plan } = await repaired(files, db, {
      choose: ["drift=undo"],
      stateDirectory,
      marked: [],
      executed: [],
      withoutPrisma: true,
    });
    assert.deepEqual(plan?.hazards.toSorted(), ["blocks-writes", "deletes-data", "not-reversible"]);
    await takenBack(files, db, { stateDirectory, before });
  },
);

scenario("undo: a table that a later file gave more columns has all of them again", async ({ database }) => {
  const first = fileOf("0001_shop", 'CREATE TABLE "item" ("id" int);\nCREATE TABLE "user" ("id" int);');
  const later = fileOf(
    "0002_names",
    'ALTER TABLE "user" ADD COLUMN "name" text, ADD COLUMN "logo" text;\nALTER TABLE "item" ADD COLUMN "name" text;',
  );
  const alone = fileOf("0003_mail", 'ALTER TABLE "user" ADD COLUMN "mail" text;');
  const removal = fileOf("0004_no_logo", 'ALTER TABLE "user" DROP COLUMN "logo";');
  const all = [first, later, alone, removal];
  const db = await database();
  await new PrismaHistory(db).deploy(all);
  await db.script('DROP TABLE "user"');
  assert.deepEqual(found(await doctor(all, db)), ["error drift"]);
  await repaired(all, db, {
    choose: ["drift=undo"],
    marked: [],
    executed: [],
    withoutPrisma: true,
  });
});

scenario(
  "undo: while a file waits which opens a transaction itself and leaves no trace",
  async ({ database }) => {
    const waiting = [
      fileOf("0002_shelf", 'CREATE TABLE "shelf" ("id" int);'),
      fileOf("0003_fill", 'BEGIN;\nINSERT INTO "shelf" VALUES (1);\nCOMMIT;'),
    ];
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script('DROP INDEX "by_title"');
    await repaired([...files, ...waiting], db, { choose: ["drift=undo"], withoutPrisma: true });
  },
);

scenario("adopt: an added column and an index become a migration", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(
    `ALTER TABLE "book" ADD COLUMN "isbn" text NOT NULL DEFAULT 'none'; CREATE INDEX "by_isbn" ON "book" ("isbn")`,
  );
  await adopted(files, db, ["drift=adopt"]);
});

scenario("keep: it stays, and is no reason to refuse", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script('DROP INDEX "by_title"');
  const before = await db.dump();
  const answer = await repair(files, db, { choose: ["drift:index by_title=keep"] });
  assert.deepEqual([answer.outcome, answer.exit], ["nothing-to-do", 0], explain(answer));
  assert.match(answer.reasons.join(), /by choice: index public\.by_title/);
  assert.equal(await db.dump(), before);
});
