import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RepairResult } from "../../../src/workflows/repair-result.ts";
import type { RepairTalk } from "../../../src/workflows/repair-wishes.ts";
import { prismaEnvironment } from "../../prisma/cli.ts";
import { fileOf } from "../application.ts";
import { repairWith } from "../conversation.ts";
import { finding, quickDoctor } from "../doctor.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { explain, refused, repair, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { base } from "./base.ts";

const unique = fileOf("0002_key", "CREATE UNIQUE INDEX one ON people (email);\n");
const place = "rows-in-the-way:0002_key:public.one";

scenario("rows to which others refer are not set aside, nor is that offered", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const { facts } = finding<{ ways: { options: { choice: string }[] }[] }>(
    await quickDoctor([base, unique], db),
    "rows-in-the-way",
  );
  assert.deepEqual(
    facts.ways.map(({ options }) => options.map(({ choice }) => choice)),
    [["expression:SQL", "merge:greatest:id", "merge:least:id"]],
  );
  await refused([base, unique], db, "rehearsal-failed", {
    choose: [`${place}=quarantine`],
    exit: 2,
    words: /rows of public\.letter refer to them \(letter_people_fkey\): 1/,
  });
  await refused([base, unique], db, "rehearsal-failed", {
    choose: [`${place}=expression:lower(email)`],
    exit: 2,
    words: /would still be in the way: 1/,
  });
  await db.script("ALTER TABLE people ADD COLUMN friend int REFERENCES people");
  await refused([base, unique], db, "refused", {
    choose: [`${place}=merge:least:id`],
    words: /points to rows of the same table/,
  });
});

scenario("what is chosen must be one expression, and name rows that are in the way", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  await refused([base, unique], db, "refused", {
    choose: [`${place}=expression:email); DROP TABLE letter; --`],
    words: /no single expression/,
  });
  const project = await writeProject([base, unique]);
  for (const choice of ["rows-in-the-way:0003_other=quarantine", "rows-in-the-way=value:TEXT"]) {
    const said = await godwit(["migrate", "--project", project, "--database", db.url, "--choose", choice]);
    assert.equal(said.exit, 64, said.stdout + said.stderr);
  }
});

scenario(
  "an index that is built concurrently, and was left INVALID over duplicates",
  async ({ database }) => {
    const db = await database();
    const concurrent = fileOf("0002_key", "CREATE UNIQUE INDEX CONCURRENTLY one ON people (email);\n");
    assert.equal((await new PrismaHistory(db).deploy([base, concurrent]))?.code, "23505");
    const { plan } = await repaired([base, concurrent], db, {
      choose: [`${place}=merge:greatest:id`],
      written: ["people", "letter"],
      executed: ["0002_key"],
      withoutPrisma: true,
    });
    assert.deepEqual(
      plan?.parts.map(({ kind }) => kind),
      ["transaction", "alone", "transaction"],
    );
  },
);

scenario("a file that opens a transaction itself", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const strict = fileOf(
    "0002_strict",
    `BEGIN;
CREATE TYPE "mood_new" AS ENUM ('good', 'bad');
ALTER TABLE "people" ALTER COLUMN "mood" TYPE "mood_new" USING ("mood"::text::"mood_new");
ALTER TYPE "mood" RENAME TO "mood_old";
ALTER TYPE "mood_new" RENAME TO "mood";
DROP TYPE "mood_old";
COMMIT;
`,
  );
  await repaired([base, strict], db, {
    command: "migrate",
    choose: ["rows-in-the-way:0002_strict:public.people.mood=value:bad"],
    written: ["people"],
    withoutPrisma: true,
  });
  assert.deepEqual(await db.rows("SELECT mood::text FROM people WHERE id = 2"), [{ mood: "bad" }]);
});

scenario("half of the file is there, and rows are in the way of the rest", async ({ database }) => {
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([base]);
  const strict = fileOf(
    "0002_strict",
    `ALTER TABLE people ADD COLUMN a int;
ALTER TABLE people ALTER email SET NOT NULL;
ALTER TABLE people ADD COLUMN b int;
`,
  );
  await history.recordFailure(strict, { code: "23502", message: "column contains null values" });
  await db.script("ALTER TABLE people ADD COLUMN a int");
  await repaired([base, strict], db, {
    choose: ["rows-in-the-way=value:none"],
    written: ["people"],
    marked: ["0002_strict"],
    withoutPrisma: true,
  });
});

scenario(
  "keys that are checked at COMMIT, triggers that write elsewhere, hostile names",
  async ({ database }) => {
    const db = await database();
    const people = {
      ...fileOf(
        "0001_people",
        `CREATE TABLE "te;am" ("i""d" int PRIMARY KEY);
CREATE TABLE "pe'o(p""le" ("I d" int PRIMARY KEY, "e-m'ail" text, "team" int REFERENCES "te;am" DEFERRABLE INITIALLY DEFERRED, "\\ d" date);
CREATE TABLE "log" ("what" text);
CREATE FUNCTION "note"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "log" VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER "notes" AFTER UPDATE OR DELETE ON "pe'o(p""le" FOR EACH ROW EXECUTE FUNCTION "note"();
`,
      ),
      rows: [
        `INSERT INTO "te;am" VALUES (1)`,
        `INSERT INTO "pe'o(p""le" VALUES (1, 'a', 1, '2025-02-01'), (2, NULL, 1, '2025-01-02'), (3, 'c', 1, '2024-12-31')`,
      ],
    };
    const strict = fileOf(
      "0002_strict",
      `ALTER TABLE "pe'o(p""le" ALTER "e-m'ail" SET NOT NULL;
ALTER TABLE "pe'o(p""le" ADD CONSTRAINT "c""k" CHECK ("\\ d" > '2025-01-01');
`,
    );
    await new PrismaHistory(db).deploy([people, strict]);
    const { questions } = await refused([people, strict], db, "choose");
    assert.equal(questions.length, 2);
    const { plan } = await repaired([people, strict], db, {
      choose: [
        `rows-in-the-way:${questions[0]?.migration.slice(0)}=value:it's; \\ --`,
        `rows-in-the-way:${questions[1]?.migration}=quarantine`,
      ],
      written: ["pe'o(p\"le", "log"],
      withoutPrisma: true,
    });
    assert.ok(JSON.stringify(plan).includes("notes of "));
    assert.deepEqual(await db.rows(`SELECT "I d" AS id, "e-m'ail" AS mail FROM "pe'o(p""le" ORDER BY 1`), [
      { id: 1, mail: "a" },
      { id: 2, mail: "it's; \\ --" },
    ]);
    assert.deepEqual(await db.rows('SELECT "row" FROM godwit_quarantine.kept_row'), [
      { row: { "I d": "3", "e-m'ail": "c", team: "1", "\\ d": "2024-12-31" } },
    ]);
  },
);

scenario("what comes after it is run by the project's own Prisma", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const files = [base, unique, fileOf("0003_more", "CREATE TABLE more (id int PRIMARY KEY);\n")];
  const project = await writeProject(files);
  await symlink(join(import.meta.dirname, "../../../node_modules"), join(project, "node_modules"));
  const said = await godwit(
    [
      ...["migrate", "--json", "--yes", "--project", project, "--database", db.url],
      ...["--state-dir", await newDirectory("state"), "--choose", `${place}=merge:least:id`],
    ],
    await prismaEnvironment(),
  );
  const { outcome, plan, certificate } = documentOf<RepairResult>(said);
  assert.equal(outcome, "done", said.stderr + said.stdout);
  assert.deepEqual(
    plan?.parts.map((part) => (part.kind === "runner" ? part.migrations : part.kind)),
    ["transaction", ["0003_more"]],
  );
  assert.ok(certificate?.proven.some((sentence) => /Prisma .* finds nothing to do/.test(sentence)));
});

scenario("without a rehearsal", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  await repaired([base, unique], db, {
    command: "migrate",
    args: ["--without-rehearsal"],
    choose: [`${place}=merge:least:id`],
    written: ["people", "letter"],
    withoutPrisma: true,
  });
});

scenario("as a script for psql", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const strict = fileOf(
    "0003_strict",
    "ALTER TABLE people ADD COLUMN phone text NOT NULL, ALTER email SET NOT NULL;\n",
  );
  const files = [base, unique, strict];
  const script = join(await newDirectory("script"), "plan.sql");
  const answer = await repair(files, db, {
    command: "migrate",
    args: ["--rehearse-only", "--plan-out", script],
    choose: [
      `${place}=merge:least:id`,
      "rows-in-the-way:0003_strict:public.people.phone=value:none",
      "rows-in-the-way:0003_strict:public.people.email=quarantine",
    ],
  });
  assert.equal(answer.outcome, "rehearsed", explain(answer));
  await promisify(execFile)("psql", [db.url, "-X", "-v", "ON_ERROR_STOP=1", "-f", script]);
  assert.equal((await quickDoctor(files, db)).outcome, "healthy");
  assert.deepEqual(await db.rows("SELECT id, phone FROM people"), [{ id: 1, phone: "none" }]);
});

scenario("on a terminal it is asked, and the answer may be a person's own", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const strict = fileOf("0002_strict", "ALTER TABLE people ALTER email SET NOT NULL;\n");
  const asked: (string | undefined)[] = [];
  const choose: RepairTalk["choose"] = async ({ options }) => {
    asked.push(...options.map(({ prefix, id }) => prefix ?? id));
    return "value:none";
  };
  const result = await repairWith(async () => true, [base, strict], db, { talk: { choose } });
  assert.equal(result.outcome, "done", JSON.stringify(result.failure));
  assert.deepEqual(asked, ["value:", "expression:", "quarantine"]);
  assert.deepEqual(await db.rows("SELECT email FROM people WHERE id = 3"), [{ email: "none" }]);
});
