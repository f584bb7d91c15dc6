import { fileOf } from "../application.ts";

export const library = fileOf(
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
export const rows = [
  `INSERT INTO "author" VALUES (1, 'Ann')`,
  `INSERT INTO "book" VALUES (1, 'A', 10, 'novel', 1), (2, 'B', 20, 'poem', 1)`,
];

export type Kind = "missing" | "different" | "extra";

/** What a hand did, and the one object in which it shows. */
export const changes: Record<string, readonly [sql: string, kind: Kind, object: string]> = {
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
