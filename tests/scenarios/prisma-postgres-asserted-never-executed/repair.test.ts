import assert from "node:assert/strict";
import { drawApplication, fileOf, neighbour } from "../application.ts";
import { quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
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
