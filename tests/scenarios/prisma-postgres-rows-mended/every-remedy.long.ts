import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { drawnPart } from "../random.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { base } from "./base.ts";
import { cases } from "./cases.ts";

for (const [what, { sql, choose, written, truth, gives }] of drawnPart(
  "remedies",
  Object.entries(cases),
  0.5,
)) {
  scenario(`pending rows, migrate --choose: ${what}`, async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy([base]);
    const fine = fileOf("0002_fine", "CREATE TABLE other (id int);\n");
    const files = [base, fine, fileOf("0003_strict", `${sql};\n`)];
    const { questions } = await refused(files, db, "choose", { command: "migrate" });
    assert.deepEqual(
      questions.map(({ check, migration }) => `${check}:${migration}`),
      choose.map((one) => `rows-in-the-way:0003_strict:${one.slice(0, one.indexOf("="))}`),
    );
    await repaired(files, db, {
      command: "migrate",
      choose: choose.map((one) => `rows-in-the-way:0003_strict:${one}`),
      written,
      executed: ["0002_fine", "0003_strict"],
      withoutPrisma: true,
    });
    assert.deepEqual(await db.rows(truth), [{ v: gives }]);
  });
}
