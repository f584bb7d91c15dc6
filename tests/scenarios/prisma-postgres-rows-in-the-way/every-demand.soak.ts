import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { finding, found, quickDoctor } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";
import { base, codeOf, passes, refusals } from "./cases.ts";

for (const [what, [sql, code, rows]] of Object.entries(refusals)) {
  scenario(`${what}: ${code || "nothing"}`, async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy([base]);
    assert.equal(await codeOf(db, sql), code, "the case is not what it says");
    const answer = await quickDoctor([base, fileOf("0002_strict", `${sql};\n`)], db);
    if (code === "") return assert.deepEqual(found(answer), ["info pending"]);
    const { facts, title } = finding<{ ways: { code: string; rows: number }[] }>(answer, "rows-in-the-way");
    assert.deepEqual(
      facts.ways.map((way) => [way.code, way.rows]),
      [[code, rows]],
    );
    assert.match(title, /^0002_strict will fail on rows that are there: /);
    assert.equal(answer.exit, 1);
  });
}

for (const [what, sql] of Object.entries(passes)) {
  scenario(`nothing is in the way: ${what}`, async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy([base]);
    assert.equal(await codeOf(db, sql), "", "the case is not what it says");
    const answer = await quickDoctor([base, fileOf("0002_fine", `${sql};\n`)], db);
    // That something comes first which gives rows other values is told at most as a "perhaps".
    assert.deepEqual(
      found(answer).filter((one) => !/^(?:warning|info) rows-in-the-way$/.test(one)),
      ["info pending"],
    );
  });
}
