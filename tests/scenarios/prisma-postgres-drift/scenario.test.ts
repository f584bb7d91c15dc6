import assert from "node:assert/strict";
import { drawApplication, fileOf } from "../application.ts";
import { doctor, finding, found } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

const library = fileOf(
  "9000_library",
  `CREATE TYPE "genre" AS ENUM ('novel', 'poem');
CREATE TABLE "author" ("id" int PRIMARY KEY, "name" text NOT NULL);
CREATE TABLE "book" ("id" int PRIMARY KEY, "title" varchar(100) NOT NULL, "pages" int DEFAULT 1, "genre" "genre", "author" int,
  CONSTRAINT "thick" CHECK ("pages" > 0),
  CONSTRAINT "by" FOREIGN KEY ("author") REFERENCES "author" ON DELETE CASCADE);
CREATE INDEX "by_title" ON "book" ("title");
CREATE VIEW "novels" AS SELECT "id", "title" FROM "book" WHERE "genre" = 'novel';
CREATE FUNCTION "shout"("word" text) RETURNS text LANGUAGE sql AS 'SELECT upper(word)';
CREATE FUNCTION "check_book"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER "checked" BEFORE INSERT ON "book" FOR EACH ROW EXECUTE FUNCTION "check_book"();
`,
);
const rows = [
  `INSERT INTO "author" VALUES (1, 'Ann')`,
  `INSERT INTO "book" VALUES (1, 'A', 10, 'novel', 1), (2, 'B', 20, 'poem', 1)`,
];

type Kind = "missing" | "different" | "extra";

/** What a hand did, and the one object in which it shows. */
const changes: Record<string, readonly [sql: string, kind: Kind, object: string]> = {
  "a column dropped": [
    'ALTER TABLE "book" DROP COLUMN "pages" CASCADE; ALTER TABLE "book" ADD CONSTRAINT "thick" CHECK (id > 0)',
    "missing",
    "column public.book.pages",
  ],
  "a column's type": [
    'ALTER TABLE "book" ALTER COLUMN "pages" TYPE bigint',
    "different",
    "column public.book.pages",
  ],
  "a type widened under no view": [
    'ALTER TABLE "author" ALTER COLUMN "name" TYPE varchar(90)',
    "different",
    "column public.author.name",
  ],
  "NOT NULL dropped": [
    'ALTER TABLE "author" ALTER COLUMN "name" DROP NOT NULL',
    "different",
    "column public.author.name",
  ],
  "a default changed": [
    'ALTER TABLE "book" ALTER COLUMN "pages" SET DEFAULT 2',
    "different",
    "column public.book.pages",
  ],
  "a default dropped": [
    'ALTER TABLE "book" ALTER COLUMN "pages" DROP DEFAULT',
    "different",
    "column public.book.pages",
  ],
  "an index dropped": ['DROP INDEX "by_title"', "missing", "index public.by_title"],
  "an index of another shape": [
    'DROP INDEX "by_title"; CREATE INDEX "by_title" ON "book" (lower("title"))',
    "different",
    "index public.by_title",
  ],
  "a check dropped": [
    'ALTER TABLE "book" DROP CONSTRAINT "thick"',
    "missing",
    "constraint public.book.thick",
  ],
  "a check NOT VALID": [
    'ALTER TABLE "book" DROP CONSTRAINT "thick"; ALTER TABLE "book" ADD CONSTRAINT "thick" CHECK ("pages" > 0) NOT VALID',
    "different",
    "constraint public.book.thick",
  ],
  "a foreign key of another action": [
    'ALTER TABLE "book" DROP CONSTRAINT "by"; ALTER TABLE "book" ADD CONSTRAINT "by" FOREIGN KEY ("author") REFERENCES "author" ON DELETE SET NULL',
    "different",
    "constraint public.book.by",
  ],
  "a view redefined": [
    `CREATE OR REPLACE VIEW "novels" AS SELECT "id", "title" FROM "book" WHERE "genre" = 'poem'`,
    "different",
    "view public.novels",
  ],
  "a view dropped": ['DROP VIEW "novels"', "missing", "view public.novels"],
  "a function's body": [
    `CREATE OR REPLACE FUNCTION "shout"("word" text) RETURNS text LANGUAGE sql AS 'SELECT lower(word)'`,
    "different",
    "function public.shout(word text)",
  ],
  "a trigger disabled": [
    'ALTER TABLE "book" DISABLE TRIGGER "checked"',
    "different",
    "trigger public.book.checked",
  ],
  "a trigger dropped": ['DROP TRIGGER "checked" ON "book"', "missing", "trigger public.book.checked"],
  "row security switched on": [
    'ALTER TABLE "book" ENABLE ROW LEVEL SECURITY',
    "different",
    "table public.book",
  ],
  "a column added": ['ALTER TABLE "book" ADD COLUMN "isbn" text', "extra", "column public.book.isbn"],
  "an index added": ['CREATE INDEX "by_pages" ON "book" ("pages")', "extra", "index public.by_pages"],
  "a view added": [
    'CREATE VIEW "thick books" AS SELECT * FROM "book" WHERE "pages" > 500',
    "extra",
    'view public."thick books"',
  ],
  "an enum value added": [`ALTER TYPE "genre" ADD VALUE 'essay'`, "extra", "enum-value public.genre.essay"],
};

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
