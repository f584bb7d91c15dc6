import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctor, doctorInWords, finding, found } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";
import { base, codeOf, refusals } from "./cases.ts";

scenario("several migrations wait, and each meets other rows", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const chosen = [
    "a value is required",
    "a value is required in a partitioned table",
    "a new column is required",
    "an index over an expression is unique",
    "a key of two columns is unique",
    "a foreign key",
    "a check",
    "a shorter text",
    "a smaller integer",
  ];
  const files = chosen.map((what, i) =>
    fileOf(`${String(i + 2).padStart(4, "0")}_strict`, `${refusals[what]?.[0]};\n`),
  );
  for (const what of chosen) assert.equal(await codeOf(db, refusals[what]?.[0] ?? ""), refusals[what]?.[1]);
  const { findings, exit } = await doctor([base, ...files], db);
  const ways = findings
    .filter(({ check, severity }) => check === "rows-in-the-way" && severity === "error")
    .map(({ facts }) => facts as { ways: { code: string; rows: number }[] });
  assert.deepEqual(
    ways.map(({ ways: [way] }) => [way?.code, way?.rows]),
    chosen.map((what) => refusals[what]?.slice(1)),
  );
  assert.equal(exit, 1);
});

scenario("what comes first may mend the rows, so nothing is claimed", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const files = [
    base,
    fileOf("0002_fill", "UPDATE people SET email = id || '@example.org' WHERE email IS NULL;\n"),
    fileOf("0003_strict", "ALTER TABLE people ALTER COLUMN email SET NOT NULL;\n"),
  ];
  const answer = await doctor(files, db);
  const { title, severity } = finding(answer, "rows-in-the-way");
  assert.deepEqual([severity, answer.exit], ["info", 0]);
  assert.match(title, /^0003_strict may fail/);
  // Whether a statement about another table does it, as by a trigger, cannot be seen.
  const other = [base, fileOf("0002_fill", "UPDATE team SET id = id;\n"), ...files.slice(2)];
  assert.equal(finding(await doctor(other, db), "rows-in-the-way").severity, "warning");
  assert.equal(
    await codeOf(
      db,
      files
        .map(({ sql }) => sql)
        .slice(1)
        .join("\n"),
    ),
    "",
  );
});

scenario("rows are shown so that they are found, and nobody is named", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const files = [
    base,
    fileOf("0002_one", 'CREATE UNIQUE INDEX "one" ON "people" ("email");\n'),
    fileOf("0003_team", "ALTER TABLE people ADD FOREIGN KEY (team) REFERENCES team;\n"),
  ];
  const words = await doctorInWords(files, db);
  assert.match(words, /1 value of email in more than one row/);
  assert.match(words, /id 1, 2: a… \(15 characters\)/);
  assert.match(words, /2 rows with a team that no row of team has/);
  assert.match(words, /id 2: 7/);
  assert.doesNotMatch(words, /ann@/);
  await db.script("UPDATE people SET email = 'c' WHERE id = 2; UPDATE people SET team = 1 WHERE team > 2");
  assert.deepEqual(found(await doctor(files, db)), ["info pending"]);
});

scenario("a migration that failed on rows: which they are", async ({ database }) => {
  const db = await database();
  const strict = fileOf(
    "0002_strict",
    "ALTER TABLE people ADD COLUMN a int;\nCREATE UNIQUE INDEX one ON people (email);\n",
  );
  const refusal = await new PrismaHistory(db).deploy([base, strict]);
  assert.equal(refusal?.code, "23505");
  const answer = await doctor([base, strict], db);
  assert.deepEqual(found(answer), ["error failed-migration", "error rows-in-the-way"]);
});
