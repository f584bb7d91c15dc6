import assert from "node:assert/strict";
import { drawApplication, fileOf, neighbour } from "../application.ts";
import { quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

scenario(
  "the first migration was only marked, the second one failed: both are executed, beside the tables of others",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const [init, next, ...later] = migrations;
    const statements = [
      `ALTER TABLE ${quote(init.makes)} ADD COLUMN "seen at" timestamp`,
      ...next.statements,
    ];
    const files = [init, fileOf(next.name, `${statements.join(";\n")};\n`), ...later];
    const db = await database();
    const beside = neighbour(random);
    await db.script(beside);
    const history = new PrismaHistory(db);
    await history.resolveApplied(init);
    assert.equal((await history.deploy(files.slice(1)))?.code, "42P01");
    const answer = await repaired(files, db, { beside, executed: files.map(({ name }) => name) });
    assert.deepEqual(
      answer.plan?.parts.map(({ kind }) => kind),
      ["transaction"],
    );
  },
);

scenario(
  "it was only marked, and a hand has made a part of it: the rest is made",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const [init, ...later] = migrations;
    const db = await database();
    await new PrismaHistory(db).resolveApplied(init);
    await db.script(init.statements.slice(0, 2).join(";\n"));
    await repaired(migrations, db, { executed: later.map(({ name }) => name) });
  },
);

scenario(
  "it was only marked, and it deletes: whoever marked it may have wanted to keep that",
  async ({ database }) => {
    const files = [
      fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY, "old" text, "kept" text)'),
      fileOf("2_drop", 'ALTER TABLE "t" DROP COLUMN "old"'),
      fileOf("3_more", 'ALTER TABLE "t" ADD COLUMN "more" int'),
    ] as const;
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy([{ ...files[0], rows: [`INSERT INTO "t" VALUES (1, 'a', 'b')`] }]);
    await history.resolveApplied(files[1]);
    await history.deploy([files[2]]);
    const asked = await refused(files, db, "choose", { words: /2_drop/ });
    assert.deepEqual(
      asked.questions.map(({ check }) => check),
      ["asserted-never-executed"],
    );
    const done = await repaired(files, db, {
      choose: ["asserted-never-executed=execute"],
      executed: ["2_drop"],
    });
    assert.ok(done.plan?.hazards.includes("deletes-data"));
    assert.deepEqual(await db.rows('SELECT * FROM "t"'), [{ id: 1, kept: "b", more: null }]);
  },
);
