import assert from "node:assert/strict";
import { drawApplication, fileOf } from "../application.ts";
import { doctor, finding, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";
import { changes, type Kind, library, rows } from "./hand-changes.ts";

for (const [what, [sql, kind, object]] of Object.entries(changes)) {
  scenario(`by hand: ${what}`, async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy([{ ...library, rows }]);
    await db.script(sql);
    const answer = await doctor([library], db);
    assert.deepEqual(found(answer), [`${kind === "extra" ? "warning" : "error"} drift`]);
    const { facts } = finding<Record<Kind, { object: string }[]>>(answer, "drift");
    const objects = (of: Kind) => facts[of].map((one) => one.object);
    // With the column its check went, which a hand put back otherwise.
    const others = objects("different").filter(
      (one) => what !== "a column dropped" || !one.endsWith(".thick"),
    );
    assert.deepEqual(
      { missing: objects("missing"), different: others, extra: objects("extra") },
      { missing: [], different: [], extra: [], [kind]: [object] },
    );
    assert.equal(answer.migrations[0]?.state, "applied");
    // What a migration makes is present though something was added to it.
    const isAdded = kind === "extra" || what === "row security switched on";
    assert.equal(answer.migrations[0]?.actual === "present", isAdded);
    assert.equal(answer.position?.exact, false);
    assert.equal(answer.exit, 1);
  });
}

scenario("what is environment is no drift: owner, comment, grant, order of columns", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([{ ...library, rows }]);
  await db.script(`
    DO $$ BEGIN CREATE ROLE somebody; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    ALTER TABLE "author" OWNER TO somebody;
    COMMENT ON TABLE "book" IS 'a note';
    GRANT SELECT ON "book" TO somebody;
    ALTER TABLE "author" DROP COLUMN "name"; ALTER TABLE "author" ADD COLUMN "name" text NOT NULL DEFAULT 'x';
    ALTER TABLE "author" ALTER COLUMN "name" DROP DEFAULT`);
  const answer = await doctor([library], db);
  assert.deepEqual([found(answer), answer.position?.exact, answer.exit], [[], true, 0]);
});

scenario("what REINDEX CONCURRENTLY left behind is told as that", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([{ ...library, rows }]);
  // What an interrupted one leaves: https://www.postgresql.org/docs/current/sql-reindex.html
  await db.script(`CREATE INDEX "by_title_ccnew" ON "book" ("title");
    UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"by_title_ccnew"'::regclass`);
  const answer = await doctor([library], db);
  assert.deepEqual(found(answer), ["warning drift"]);
  const { evidence } = finding(answer, "drift");
  assert.match(
    evidence.join(),
    /added +index by_title_ccnew, INVALID: left by REINDEX CONCURRENTLY of by_title/,
  );
});

scenario("a table of nobody's is noted and left alone", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  await db.script("CREATE TABLE nobodys (id int)");
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["info foreign-objects"]);
  assert.deepEqual(finding<{ foreign: string[] }>(answer, "foreign-objects").facts.foreign, [
    "table public.nobodys",
  ]);
  assert.deepEqual([answer.outcome, answer.position?.exact, answer.exit], ["healthy", true, 0]);
});

scenario(
  "a table that a hand removed, and that a migration far ahead removes, is missing",
  async ({ database }) => {
    const files = [
      fileOf(
        "1_shop",
        `CREATE TABLE "trace" ("id" int PRIMARY KEY, "name" text);
CREATE TABLE "score" ("id" int PRIMARY KEY, "trace" int CONSTRAINT "of" REFERENCES "trace");
CREATE INDEX "by_name" ON "trace" ("name");`,
      ),
      fileOf("2_name", 'ALTER TABLE "score" ADD COLUMN "name" text;'),
      fileOf("3_no_key", 'ALTER TABLE "score" DROP CONSTRAINT "of";'),
      fileOf("4_no_index", 'DROP INDEX "by_name";'),
      fileOf("5_without_traces", 'DROP TABLE "trace";\nDROP TABLE "score";'),
    ];
    const db = await database();
    await new PrismaHistory(db).deploy(files.slice(0, 1));
    await db.script('DROP TABLE "trace" CASCADE');
    const answer = await doctor(files, db);
    assert.deepEqual(found(answer), ["error drift", "info pending"]);
    assert.deepEqual(said(answer).slice(1), Array(4).fill("pending absent"));
  },
);
