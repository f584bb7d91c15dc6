import assert from "node:assert/strict";
import { access, readFile, writeFile } from "node:fs/promises";
import { fileOf } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import { type Repaired, repairedBefore, takenBack, tell, undo } from "./undone.ts";

const base = {
  ...fileOf(
    "0001_base",
    `CREATE TYPE "mood" AS ENUM ('calm', 'glad');
CREATE TABLE "people" ("id" serial PRIMARY KEY, "name" text NOT NULL, "age" text, "mood" "mood" NOT NULL DEFAULT 'calm', "seen" timestamptz(3) NOT NULL DEFAULT now(), "score" numeric(10,4));
CREATE TABLE "notes" ("id" int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "person" int NOT NULL REFERENCES "people" ("id") ON DELETE CASCADE, "text" text NOT NULL DEFAULT '', "length" int GENERATED ALWAYS AS (length("text")) STORED);
CREATE INDEX "notes_person" ON "notes" ("person");
CREATE TABLE "log" ("line" text);
CREATE FUNCTION "hello"("who" text) RETURNS text LANGUAGE sql AS 'SELECT ''hello '' || who';
CREATE FUNCTION "note"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "log" VALUES (TG_OP); RETURN NEW; END $$;
CREATE TRIGGER "noted" AFTER INSERT OR UPDATE ON "people" FOR EACH ROW EXECUTE FUNCTION "note"();
CREATE VIEW "adults" AS SELECT "id", "name" FROM "people" WHERE "age" >= '18';
COMMENT ON TABLE "notes" IS 'what people said';
`,
  ),
  rows: [
    `INSERT INTO "people" ("name", "age", "score") VALUES ('Ada', '36', 1.2345), ('Bob', '007', 2.5), (E'C\\tl\\\\o\\n', NULL, NULL)`,
    `INSERT INTO "notes" ("person", "text") VALUES (1, 'one'), (2, 'two'), (2, '')`,
  ],
};

interface Change {
  readonly title: string;
  readonly sql: string;
  readonly notBack?: RegExp;
  /** Without the trigger, which writes to a table that has no primary key. */
  readonly quiet?: true;
  readonly choose?: readonly string[];
}

const changes: readonly Change[] = [
  {
    title: "a column is added and filled",
    sql: `ALTER TABLE "people" ADD COLUMN "extra" int NOT NULL DEFAULT 7`,
  },
  {
    title: "a column is dropped",
    sql: `ALTER TABLE "people" DROP COLUMN "score"; ALTER TABLE "notes" DROP COLUMN "person"`,
  },
  {
    title: "a table is dropped",
    sql: `DROP TABLE "notes"; DROP TABLE "log"; DROP TRIGGER "noted" ON "people"`,
  },
  {
    title: "types are changed, with loss",
    sql: `DROP VIEW "adults"; ALTER TABLE "people" ALTER COLUMN "age" TYPE int USING "age"::int, ALTER COLUMN "score" TYPE numeric(10,1), ALTER COLUMN "seen" TYPE date`,
  },
  {
    title: "rows are changed, inserted and deleted",
    quiet: true,
    sql: `UPDATE "people" SET "name" = upper("name"), "age" = NULL WHERE "id" <> 2; DELETE FROM "notes" WHERE "person" = 1`,
  },
  {
    title: "views and functions are replaced",
    sql: `CREATE OR REPLACE VIEW "adults" AS SELECT "id", "name", "age" FROM "people"; CREATE OR REPLACE FUNCTION "hello"("who" text) RETURNS text LANGUAGE sql AS 'SELECT ''bye '' || who'`,
  },
  { title: "a column is renamed", sql: `ALTER TABLE "people" RENAME COLUMN "name" TO "title"` },
  {
    title: "constraints, indexes, defaults and row security",
    sql: `DROP INDEX "notes_person"; CREATE UNIQUE INDEX "notes_person" ON "notes" ("person", "text"); ALTER TABLE "notes" DROP CONSTRAINT "notes_person_fkey"; ALTER TABLE "notes" ADD CONSTRAINT "notes_person_fkey" FOREIGN KEY ("person") REFERENCES "people" ("id"); ALTER TABLE "people" ALTER COLUMN "name" DROP NOT NULL, ALTER COLUMN "mood" SET DEFAULT 'glad', ALTER COLUMN "age" SET DEFAULT '1'; ALTER TABLE "log" ENABLE ROW LEVEL SECURITY; CREATE POLICY "all" ON "log" USING (true); DROP FUNCTION "hello"(text); ALTER TABLE "people" ADD CONSTRAINT "named" CHECK ("name" <> '')`,
  },
  {
    title: "an enum gets a value",
    sql: `ALTER TYPE "mood" ADD VALUE 'sad'`,
    notBack: /enum-value public\.mood\.sad: a value of an enum cannot be removed/,
  },
];

const silent = { ...base, sql: base.sql.replace(/CREATE TRIGGER .*\n/, "") };

for (const { title, sql, notBack, choose, quiet } of changes) {
  scenario(title, async ({ database }) => {
    const db = await database();
    const first = quiet ? silent : base;
    const files = [first, fileOf("0002_change", `${sql};\n`)];
    await new PrismaHistory(db).deploy([first]);
    const repaired = await repairedBefore(files, db, { command: "migrate", args: ["--native"] });
    if (notBack === undefined) {
      const answer = await takenBack(files, db, repaired, { ...(choose && { choose }) });
      assert.deepEqual(answer.notBack, [], tell(answer));
      return;
    }
    const answer = await undo(files, db, repaired.stateDirectory);
    assert.deepEqual([answer.outcome, answer.exit], ["done", 0], tell(answer));
    assert.match(answer.notBack.join("\n"), notBack);
  });
}

/** `log` has no primary key, and the trigger's own rows are in it. */
scenario("what was written since stays, and what the repair inserted is told", async ({ database }) => {
  const db = await database();
  const change = `UPDATE "people" SET "name" = upper("name"), "age" = '1'; INSERT INTO "people" ("name") VALUES ('new')`;
  const files = [silent, fileOf("0002_change", `${change};\n`)];
  await new PrismaHistory(db).deploy([silent]);
  const repaired = await repairedBefore(files, db, { command: "migrate", args: ["--native"] });
  await db.script(
    `UPDATE "people" SET "name" = 'Bobby' WHERE "id" = 2; DELETE FROM "people" WHERE "id" = 3; INSERT INTO "people" ("id", "name") VALUES (100, 'since')`,
  );
  const answer = await undo(files, db, repaired.stateDirectory);
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], tell(answer));
  assert.match(answer.notBack.join("\n"), /1 row that the repair inserted into public\.people/);
  assert.deepEqual(await people(db), [
    { id: 1, name: "Ada", age: "36" },
    { id: 2, name: "Bobby", age: "007" },
    { id: 4, name: "new", age: null },
    { id: 100, name: "since", age: null },
  ]);
});

scenario("what the repair inserted is deleted where a person says so", async ({ database }) => {
  const db = await database();
  const files = [silent, fileOf("0002_change", `INSERT INTO "people" ("name") VALUES ('new'), ('newer');\n`)];
  await new PrismaHistory(db).deploy([silent]);
  const repaired = await repairedBefore(files, db, { command: "migrate", args: ["--native"] });
  await db.script(`UPDATE "people" SET "age" = '5' WHERE "name" = 'newer'`);
  const answer = await undo(files, db, repaired.stateDirectory, { choose: ["undo=with-new-rows"] });
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], tell(answer));
  assert.deepEqual(
    (await people(db)).map(({ name }) => name),
    ["Ada", "Bob", "C\tl\\o\n", "newer"],
  );
});

scenario("a table without a primary key: its rows are told, and where they are", async ({ database }) => {
  const db = await database();
  const logged = { ...base, rows: [...base.rows, `INSERT INTO "log" VALUES ('kept')`] };
  const files = [logged, fileOf("0002_change", `UPDATE "log" SET "line" = 'changed';\n`)];
  await new PrismaHistory(db).deploy([logged]);
  const repaired = await repairedBefore(files, db, { command: "migrate", args: ["--native"] });
  const answer = await undo(files, db, repaired.stateDirectory);
  const file = /in (\/\S+\.copy)$/.exec(answer.notBack.join("\n"))?.[1];
  assert.ok(file !== undefined, tell(answer));
  await access(file);
  assert.match(await readFile(file, "utf8"), /^kept$/m);
});

/** The rehearsal and the backup's own hash are what stands between a damaged file and the database. */
scenario("a backup that is not what was saved is not put back", async ({ database }) => {
  const db = await database();
  const files = [base, fileOf("0002_change", `DROP TABLE "notes";\n`)];
  await new PrismaHistory(db).deploy([base]);
  const repaired: Repaired = await repairedBefore(files, db, { command: "migrate", args: ["--native"] });
  const directory = repaired.answer.recordDirectory ?? "";
  const { tables } = JSON.parse(await readFile(`${directory}/backup/backup.json`, "utf8"));
  const notes = tables.find(({ name }: { name: string }) => name === "notes");
  const file = `${directory}/backup/${notes.file}`;
  await writeFile(file, (await readFile(file, "utf8")).replace("two", "too"));
  const then = await db.dump();
  const answer = await undo(files, db, repaired.stateDirectory);
  assert.deepEqual([answer.outcome, answer.exit], ["rehearsal-failed", 2], tell(answer));
  assert.match(answer.failure?.reason.kind ?? "", /backup/);
  assert.equal(await db.dump(), then);
});

async function people(db: Database): Promise<Record<string, unknown>[]> {
  return db.rows(`SELECT "id", "name", "age" FROM "people" ORDER BY "id"`);
}

scenario("owners, rights and comments of what is made again", async ({ database }) => {
  const db = await database();
  await db.script(`DO $$ BEGIN CREATE ROLE "undo reader"; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
  const dressed = fileOf(
    "0001_base",
    `CREATE TABLE "t" ("id" int PRIMARY KEY, "a" int);
CREATE INDEX "t_a" ON "t" ("a");
CREATE FUNCTION "f"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW "v" AS SELECT "a" FROM "t";
CREATE POLICY "p" ON "t" FOR SELECT TO "undo reader" USING ("a" > 0);
ALTER TABLE "t" ENABLE ROW LEVEL SECURITY;
ALTER VIEW "v" OWNER TO "undo reader";
GRANT SELECT ON "t" TO "undo reader" WITH GRANT OPTION;
GRANT UPDATE ("a") ON "t" TO "undo reader";
REVOKE ALL ON FUNCTION "f"() FROM PUBLIC;
COMMENT ON INDEX "t_a" IS 'it''s fast';
COMMENT ON COLUMN "t"."a" IS 'a';
`,
  );
  const files = [dressed, fileOf("0002_away", `DROP VIEW "v"; DROP TABLE "t"; DROP FUNCTION "f"();\n`)];
  await new PrismaHistory(db).deploy([{ ...dressed, rows: [`INSERT INTO "t" VALUES (1, 2)`] }]);
  const repaired = await repairedBefore(files, db, { command: "migrate", args: ["--native"] });
  const answer = await takenBack(files, db, repaired);
  assert.deepEqual(answer.notBack, [], tell(answer));
});
