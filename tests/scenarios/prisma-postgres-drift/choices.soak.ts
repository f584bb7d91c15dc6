import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { prismaEnvironment } from "../../prisma/cli.ts";
import { fileOf } from "../application.ts";
import { repairWith } from "../conversation.ts";
import { doctor, found } from "../doctor.ts";
import { newDirectory, surroundings, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { explain, refused, repair, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { adopted } from "./adopted.ts";
import { changes, library, rows } from "./hand-changes.ts";

const files = [{ ...library, rows }];
const pending = fileOf(
  "9001_shelf",
  'CREATE TABLE "shelf" ("id" int PRIMARY KEY, "book" int REFERENCES "book");\nCREATE INDEX "by_author" ON "book" ("author");',
);
const choose = ["drift=undo"];
/** Somebody's own. */
const notes = 'CREATE TABLE "notes" ("id" serial, "book" int REFERENCES "book")';

scenario("undo comes first, and what is pending runs on what it was tested with", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(
    `DROP INDEX "by_title"; DROP VIEW "novels"; DROP TRIGGER "checked" ON "book"; DROP FUNCTION "check_book"; ALTER TABLE "book" DROP CONSTRAINT "by"; ${notes}; INSERT INTO "notes" ("book") VALUES (1)`,
  );
  await repaired([...files, pending], db, {
    choose,
    marked: [],
    executed: [pending.name],
    byHand: notes,
  });
});

scenario("a migration failed half-way, and a hand was at work too", async ({ database }) => {
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(files);
  const failed = fileOf(
    "9001_more",
    'ALTER TABLE "book" ADD COLUMN "year" int;\nALTER TABLE "book" ADD COLUMN "place" text;',
  );
  await history.recordFailure(failed, { code: "57014", message: "canceling statement due to user request" });
  await db.script(
    'ALTER TABLE "book" ADD COLUMN "year" int; ALTER TABLE "author" ALTER COLUMN "name" DROP NOT NULL; CREATE INDEX "by_year" ON "book" ("year")',
  );
  await repaired([...files, failed], db, {
    choose,
    marked: [failed.name],
    executed: [],
    withoutPrisma: true,
  });
});

scenario(
  "rows do not fit the former type: the rehearsal shows it, and nothing is changed",
  async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script(
      `ALTER TABLE "book" DROP CONSTRAINT "thick"; ALTER TABLE "book" ALTER COLUMN "pages" DROP DEFAULT; ALTER TABLE "book" ALTER COLUMN "pages" TYPE text USING 'many'`,
    );
    const { failure } = await refused(files, db, "rehearsal-failed", { choose, exit: 2 });
    assert.equal(failure?.reason.kind === "statement" && failure.reason.code, "22P02");
  },
);

scenario("a column that is made again is empty, and that is said", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script('ALTER TABLE "book" DROP COLUMN "author"');
  const { plan } = await repaired(files, db, { choose, marked: [], executed: [], withoutPrisma: true });
  assert.match(plan?.notes.join() ?? "", /What was in column public\.book\.author is not brought back/);
});

scenario("a view that is made again keeps its owner, comment and rights", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  const roles = `DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`;
  await db.script(`${roles} GRANT SELECT ON "novels" TO reader; COMMENT ON VIEW "novels" IS 'a note'`);
  const before = await db.dump();
  await db.script(changes["a view redefined"]?.[0] ?? "");
  const answer = await repair(files, db, { choose });
  assert.equal(answer.outcome, "done", explain(answer));
  assert.equal(await db.dump(), before);
});

scenario("each object its own choice: a column that counts is adopted", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(
    'DROP INDEX "by_title"; ALTER TABLE "book" ADD COLUMN "isbn" text; ALTER TABLE "book" ADD COLUMN "n" serial',
  );
  const { answer } = await adopted(files, db, ["drift=keep", "drift:column book.n=adopt"], {
    remain: ["error drift"],
  });
  assert.match(
    answer.plan?.notes.join() ?? "",
    /by choice: index public\.by_title, column public\.book\.isbn/,
  );
});

scenario("a column that counts, with its sequence, goes", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(
    'ALTER TABLE "book" ADD COLUMN "n" serial; ALTER TABLE "book" ADD COLUMN "m" int GENERATED ALWAYS AS IDENTITY',
  );
  await repaired(files, db, { choose, marked: [], executed: [], withoutPrisma: true });
});

scenario("nothing of a plan is written where its application fails", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(changes["an index added"]?.[0] ?? "");
  const project = await writeProject(files);
  const before = await db.dump();
  const answer = await repair(files, db, {
    project,
    choose: ["drift=adopt"],
    environment: { GODWIT_FAULT: "apply/statement:1" },
  });
  assert.deepEqual([answer.outcome, answer.exit], ["failed", 2], explain(answer));
  assert.equal(await db.dump(), before);
  assert.deepEqual(await readdir(join(project, "prisma")), ["migrations", "schema.prisma"]);
  assert.equal((await readdir(join(project, "prisma/migrations"))).length, 2);
});

scenario("what stands on something that no migration makes is not adopted", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(`ALTER TABLE "book" ADD COLUMN "isbn" text; CREATE INDEX "by_isbn" ON "book" ("isbn")`);
  const { reasons } = await refused(files, db, "refused", { choose: ["drift:index by_isbn=adopt"] });
  assert.match(reasons.join(), /stands on column public\.book\.isbn/);
});

const main = join(import.meta.dirname, "../../../src/cli/main.ts");

scenario("killed between the file and its row: the next repair records it on proof", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script(changes["an index added"]?.[0] ?? "");
  const [project, state] = [await writeProject(files), await newDirectory("state")];
  // began, locked, part, unchanged, wrote
  const { environment, cwd } = await surroundings({ GODWIT_FAULT: "apply/kill:5" });
  const args = [
    "repair",
    "--yes",
    "--project",
    project,
    "--database",
    db.url,
    "--state-dir",
    state,
    "--choose",
    "drift=adopt",
  ];
  const child = spawn(process.execPath, [main, ...args], { cwd, env: environment, stdio: "ignore" });
  assert.equal(await new Promise((resolve) => child.once("close", (_code, by) => resolve(by))), "SIGKILL");
  const names = (await readdir(join(project, "prisma/migrations"))).filter((name) => name.startsWith("9001"));
  assert.equal(names.length, 1);
  const answer = await repair(files, db, { project, stateDirectory: state });
  assert.equal(answer.outcome, "done", explain(answer));
  const again = await repair(files, db, { project, stateDirectory: state });
  assert.deepEqual([again.outcome, again.findings], ["nothing-to-do", []], explain(again));
});

scenario("an application that lives in a schema of its own", async ({ database }) => {
  const db = await database();
  await db.script('CREATE SCHEMA "app"');
  await new PrismaHistory(db, "app").deploy([library]);
  await db.script(
    'SET search_path = app; DROP INDEX "by_title"; ALTER TABLE "book" ADD COLUMN "isbn" text; ALTER TABLE "book" ALTER COLUMN "pages" SET DEFAULT 3',
  );
  await repaired([library], db, { schema: "app", choose, marked: [], executed: [], withoutPrisma: true });
  assert.deepEqual(found(await doctor([library], db, "?schema=app")), []);
});

scenario("asked on a terminal: without an answer it stays, and no answer is needed", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script('DROP INDEX "by_title"; ALTER TABLE "book" ADD COLUMN "isbn" text');
  const asked: string[] = [];
  const ask = (answer?: string) =>
    repairWith(() => Promise.resolve(true), files, db, {
      talk: {
        choose: ({ migration, options }) => {
          asked.push(`${migration}: ${options.map(({ id }) => id).join()}`);
          return Promise.resolve(migration.startsWith("index") ? answer : undefined);
        },
      },
    });
  const { outcome, remedy = "" } = await ask();
  assert.equal(outcome, "refused");
  assert.match(remedy, /--choose drift=undo, --choose drift=adopt, --choose drift=keep/);
  assert.deepEqual(asked, [
    "index public.by_title: keep,undo,adopt",
    "column public.book.isbn: keep,undo,adopt",
  ]);
  assert.equal((await ask("undo")).outcome, "done");
  assert.deepEqual(found(await doctor(files, db)), ["warning drift"]);
});

scenario("undone by us, and what is pending by the project's own Prisma", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script('DROP INDEX "by_title"');
  const project = await writeProject([...files, pending]);
  await symlink(join(import.meta.dirname, "../../../node_modules"), join(project, "node_modules"));
  const environment = await prismaEnvironment();
  const { plan } = await repaired(
    [...files, pending],
    db,
    { marked: [], executed: [pending.name], withoutPrisma: true },
    () => repair([...files, pending], db, { project, environment, choose }),
  );
  assert.deepEqual(
    plan?.parts.map(({ kind }) => kind),
    ["transaction", "runner"],
  );
});

scenario(
  "a plan as a script: what is undone, and the file that is to be written first",
  async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script('DROP INDEX "by_title"; ALTER TABLE "book" ADD COLUMN "isbn" text');
    const script = join(await newDirectory("plan"), "repair.sql");
    const answer = await repair(files, db, {
      choose: ["drift:index by_title=undo", "drift:column book.isbn=adopt"],
      args: ["--plan-out", script, "--rehearse-only"],
    });
    assert.equal(answer.outcome, "rehearsed", explain(answer));
    const text = await readFile(script, "utf8");
    assert.match(
      text,
      /^-- FIRST write this new migration [\s\S]*^-- prisma\/migrations\/9001_adopt_column_book_isbn\/migration\.sql\./m,
    );
    assert.match(text, /^-- {5}ALTER TABLE "public"\."book" ADD COLUMN "isbn" text;$/m);
    assert.match(text, /CREATE INDEX "by_title" ON "book" \("title"\)/);
  },
);
