import assert from "node:assert/strict";
import { join } from "node:path";
import type { Diagnosis } from "../../../src/workflows/result.ts";
import { fileOf } from "../application.ts";
import type { Database } from "../database.ts";
import { finding, found } from "../doctor.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { explain, repair } from "../repair.ts";
import { scenario } from "../scenario.ts";

const files = [
  fileOf(
    "0001_library",
    'CREATE TABLE "book" ("id" int PRIMARY KEY, "title" text, "pages" int DEFAULT 1);\nCREATE INDEX "by_title" ON "book" ("title");\nCREATE INDEX "by_pages" ON "book" ("pages");\n',
  ),
];

/** A project whose doctor and repair remember in one place. */
async function remembering(db: Database) {
  const [project, stateDirectory] = [await writeProject(files), await newDirectory("state")];
  const place = ["--project", project, "--database", db.url, "--state-dir", stateDirectory];
  return {
    choose: (...choose: string[]) => repair(files, db, { project, stateDirectory, choose }),
    async doctor(...more: string[]) {
      const said = await godwit(["doctor", "--json", ...place, ...more]);
      const answer = documentOf<Diagnosis>(said);
      return { ...answer, exit: said.exit };
    },
  };
}

scenario("what was kept is a note, as long as it is as it was", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script('DROP INDEX "by_title"; ALTER TABLE "book" ADD COLUMN "isbn" text');
  const { choose, doctor } = await remembering(db);
  const kept = await choose("drift=keep");
  assert.deepEqual([kept.outcome, kept.exit], ["nothing-to-do", 0], explain(kept));

  const after = await doctor();
  assert.deepEqual([found(after), after.exit], [["info drift"], 0]);
  const note = finding(after, "drift");
  assert.match(note.title, /2 objects differ from the migrations, by choice/);
  assert.deepEqual(note.remedies, []);
  // Without a choice, nobody is asked once more.
  const again = await choose();
  assert.deepEqual([again.outcome, again.exit], ["nothing-to-do", 0], explain(again));

  await db.script('ALTER TABLE "book" ALTER COLUMN "isbn" SET DEFAULT 0');
  const changed = await doctor();
  assert.deepEqual(found(changed), ["warning drift"]);
  const { facts } = finding<{ extra: { key: string }[]; kept: { key: string }[] }>(changed, "drift");
  assert.deepEqual(
    [facts.extra, facts.kept].map((objects) => objects.map(({ key }) => key)),
    [["column public.book.isbn"], ["index public.by_title"]],
  );
});

scenario(
  "a choice for all that is new leaves alone what was kept; its name does not",
  async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script('DROP INDEX "by_title"');
    const { choose, doctor } = await remembering(db);
    await choose("drift=keep");
    await db.script('ALTER TABLE "book" ALTER COLUMN "pages" SET DEFAULT 2');

    const undone = await choose("drift=undo");
    assert.deepEqual([undone.outcome, undone.exit], ["done", 0], explain(undone));
    const [book] =
      await db.rows(`SELECT to_regclass('by_title') "index", pg_get_expr(adbin, adrelid) "default"
    FROM pg_attrdef WHERE adrelid = 'book'::regclass`);
    assert.deepEqual(book, { index: null, default: "1" });
    assert.deepEqual(found(await doctor()), ["info drift"]);

    const named = await choose("drift:index public.by_title=undo");
    assert.deepEqual([named.outcome, named.exit], ["done", 0], explain(named));
    assert.deepEqual(found(await doctor()), []);
    // It was forgotten: a hand that does it once more is somebody else's.
    await db.script('DROP INDEX "by_title"');
    assert.deepEqual(found(await doctor()), ["error drift"]);
  },
);

scenario("one is kept while another is still open; a bundle knows of both", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  await db.script('DROP INDEX "by_title"; DROP INDEX "by_pages"');
  const { choose, doctor } = await remembering(db);
  const one = await choose("drift:index public.by_title=keep");
  assert.deepEqual([one.outcome, one.exit], ["refused", 3], explain(one));
  const bundle = join(await newDirectory("bundle"), "state.json");
  const answer = await doctor("--bundle", bundle);
  const { facts } = finding<{ missing: { key: string }[]; kept: { key: string }[] }>(answer, "drift");
  assert.deepEqual(
    [facts.missing, facts.kept].map((objects) => objects.map(({ key }) => key)),
    [["index public.by_pages"], ["index public.by_title"]],
  );
  const recalled = documentOf<Diagnosis>(await godwit(["doctor", "--json", "--from", bundle]));
  assert.deepEqual(finding(recalled, "drift").facts, finding(answer, "drift").facts);
});
