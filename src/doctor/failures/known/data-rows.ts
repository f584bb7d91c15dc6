import { codes, everyFramework, type Failure, fact, says } from "../failure.ts";
import { queries } from "./commands.ts";

/** Failures where rows stand in the way. */
export const dataRows: readonly Failure[] = [
  {
    id: "null-values",
    anytime: true,
    frameworks: everyFramework,
    title: (facts) =>
      `Rows without a value in ${fact(facts, "column", "a column")} stand in the way of NOT NULL`,
    summary: "The column shall not be NULL, and some rows (or the new column of all of them) are.",
    signs: [
      codes(["23502"], { engine: "postgres" }),
      codes(["1048", "1138", "1364"], { engine: "mysql" }),
      says(
        "violates not-null constraint",
        /null value in column "(?<column>[^"]{1,120})"(?: of relation "(?<table>[^"]{1,120})")? violates not-null/,
        { engine: "postgres" },
      ),
      says(
        "contains null values",
        /column "(?<column>[^"]{1,120})"(?: of relation "(?<table>[^"]{1,120})")? contains null values/,
        { engine: "postgres" },
      ),
      says("cannot be null", /Column '(?<column>[^']{1,120})' cannot be null/, { engine: "mysql" }),
      says("Invalid use of NULL value", undefined, { engine: "mysql" }),
      says("doesn't have a default value", /Field '(?<column>[^']{1,120})' doesn't have a default value/, {
        engine: "mysql",
      }),
      says("NOT NULL constraint failed", /NOT NULL constraint failed: (?<column>[\w.]{1,120})/, {
        engine: "sqlite",
      }),
      says("Cannot add a NOT NULL column", undefined, { engine: "sqlite" }),
      says("Cannot insert the value NULL", undefined),
    ],
    causes: [
      "A NOT NULL column is added to a table that has rows, without a default.",
      "Older rows never had a value, because the column was optional then.",
      "A seeder or the application writes rows without it: older code on a newer schema.",
    ],
    tellApart: queries({
      postgres: "select count(*) as rows, count(COLUMN) as with_value from TABLE",
      mysql: "select count(*) as total, count(COLUMN) as with_value from TABLE",
      sqlite: "select count(*), count(COLUMN) from TABLE",
      shows:
        "How many rows have no value. None: it is a new row that fails, so look at who writes it. An error that the column is missing: it is just being added.",
    }),
    cure: [
      {
        text: "Decide what the right value is for the rows without one; fill them in batches; then set NOT NULL (on PostgreSQL by a validated CHECK first, so that the table is not locked for long).",
      },
    ],
    popularCure: {
      what: "DEFAULT '' or 0.",
      why: "It makes up data: an empty string looks like an answer, breaks unique keys and foreign keys, and cannot be told from real values later.",
    },
  },
  {
    id: "sequence-behind",
    anytime: true,
    frameworks: everyFramework,
    title: (facts) => `The next number for ${fact(facts, "constraint", "the primary key")} is taken already`,
    summary:
      "A row was inserted whose primary key exists. If the database chose the number, its sequence is behind the rows.",
    signs: [
      says(
        "duplicate key value",
        /duplicate key value violates unique constraint "(?!schema_migrations|ar_internal|alembic|_prisma|data_migrations|pg_)(?<constraint>\w{1,120}_pkey|PK_\w{1,60})"/,
        { engine: "postgres" },
      ),
    ],
    causes: [
      "Rows were copied or restored with their numbers, and the sequence was not moved on.",
      "A seeder writes fixed numbers: this is its second run, or the application's rows came first.",
      "Two rows of the migration itself have the same key.",
    ],
    tellApart: queries({
      postgres:
        "select pg_get_serial_sequence('TABLE', 'id') as sequence, (select max(id) from TABLE) as highest_row, s.last_value from pg_sequences s where format('%I.%I', s.schemaname, s.sequencename)::regclass = pg_get_serial_sequence('TABLE', 'id')::regclass",
      shows:
        "last_value below highest_row: the sequence is behind. Otherwise somebody wrote the number himself: the seeder.",
    }),
    cure: [
      {
        text: "Set the sequence to the highest row, under a lock on the table, and do so for every sequence that a column owns. If it was a seeder, let it look for the row by its natural key, and not write numbers.",
      },
    ],
    popularCure: {
      what: "Trying again until it works.",
      why: "Each try takes one number further, and the next gap of rows stops it again; meanwhile rows are lost.",
    },
  },
  {
    id: "duplicate-rows",
    anytime: true,
    frameworks: everyFramework,
    title: (facts) => `Duplicate rows: ${fact(facts, "constraint", "a unique key")} is violated`,
    summary:
      "Two rows have the same value where it must be unique: they were there before the unique index, or a row is inserted a second time.",
    signs: [
      codes(["23505"], { engine: "postgres" }),
      codes(["1062", "1586"], { engine: "mysql" }),
      says(
        "duplicate key value",
        /duplicate key value violates unique constraint "(?<constraint>[^"]{1,120})"/,
        { engine: "postgres" },
      ),
      says("could not create unique index", /could not create unique index "(?<constraint>[^"]{1,120})"/, {
        engine: "postgres",
      }),
      says("Duplicate entry", /Duplicate entry '(?<value>.{0,120}?)' for key '?(?<constraint>[\w.]{1,120})/, {
        engine: "mysql",
      }),
      says("UNIQUE constraint failed", /UNIQUE constraint failed: (?<constraint>[\w., ]{1,120})/, {
        engine: "sqlite",
      }),
      says("RecordNotUnique", undefined, { framework: "rails" }),
      says("UniqueConstraintViolationException", undefined, { framework: "laravel" }),
    ],
    causes: [
      "A seeder runs at every start, and inserts again what is there.",
      "The seeder or code is older than the database: it looks for the row by a key which a newer release has changed.",
      "Duplicates were there before the unique index was wanted.",
      "Two processes do the same at the same moment.",
    ],
    tellApart: queries({
      postgres:
        "select COLUMN, count(*), array_agg(id order by id) as ids from TABLE group by 1 having count(*) > 1",
      mysql:
        "select COLUMN, count(*), group_concat(id order by id) as ids from TABLE group by 1 having count(*) > 1",
      sqlite: "select COLUMN, count(*), group_concat(id) from TABLE group by 1 having count(*) > 1",
      shows:
        "Rows: duplicates are there already, these are their ids. No rows: something is inserting a second one; look at the seeder and at the image's version.",
    }),
    cure: [
      {
        text: "Duplicates: look at each group, merge by a rule that someone chose (and move what points to them), then build the index. A second insert: make the seeder an upsert on the natural key. Older code: start the release that fits the database.",
      },
    ],
    popularCure: {
      what: "Deleting all but min(id), or catching the exception.",
      why: "The row that stays may be the wrong one, and what pointed to the others is deleted with them. A caught exception hides the next, different one.",
    },
  },
  {
    id: "orphan-rows",
    anytime: true,
    frameworks: everyFramework,
    title: (facts) => `Rows point to rows that do not exist (${fact(facts, "constraint", "foreign key")})`,
    summary: "A foreign key is added, or a row is written or deleted, and its partner is missing.",
    signs: [
      codes(["23503"], { engine: "postgres" }),
      codes(["1452", "1451", "1216"], { engine: "mysql" }),
      says(
        "violates foreign key constraint",
        /violates foreign key constraint "(?<constraint>[^"]{1,120})"/,
        { engine: "postgres" },
      ),
      says(
        "a foreign key constraint fails",
        /a foreign key constraint fails(?:.{0,120}CONSTRAINT `(?<constraint>[^`]{1,120})`)?/,
        { engine: "mysql" },
      ),
      says("FOREIGN KEY constraint failed", undefined, { engine: "sqlite" }),
      says("ActiveRecord::InvalidForeignKey", undefined, { framework: "rails" }),
    ],
    causes: [
      "Parents were deleted while there was no foreign key.",
      "An earlier data migration skipped rows and was recorded as done.",
      "Rows are inserted in the wrong order, or parents were not seeded.",
      "A parent is deleted which still has children.",
    ],
    tellApart: queries({
      postgres:
        "select c.COLUMN as missing_parent, count(*) from CHILD c left join PARENT p on p.id = c.COLUMN where c.COLUMN is not null and p.id is null group by 1 order by 2 desc limit 20",
      mysql:
        "select c.COLUMN as missing_parent, count(*) from CHILD c left join PARENT p on p.id = c.COLUMN where c.COLUMN is not null and p.id is null group by 1 order by 2 desc limit 20",
      sqlite: "pragma foreign_key_check",
      shows: "The orphans by missing parent. None: it is a new row, or one that is being deleted.",
    }),
    cure: [
      {
        text: "Give the orphans a parent (the right one, or one made for them), or move them to a table of their own to look at later; then add the key. Count before and after.",
      },
    ],
    popularCure: {
      what: "Switching the checks off, or deleting the orphans.",
      why: "With the checks off the key exists and does not hold. Deleted orphans may be the only trace of something that people still need.",
    },
  },
  {
    id: "values-do-not-fit",
    anytime: true,
    frameworks: everyFramework,
    title: (facts) => `Values do not fit ${fact(facts, "column", fact(facts, "type", "the column's type"))}`,
    summary:
      "Existing or new values are too long, out of range, or cannot be converted to the column's (new) type.",
    signs: [
      codes(["22001", "22P02", "22003", "22007", "22008"], { engine: "postgres" }),
      codes(["1406", "1292", "1366", "1264", "1265", "1411", "1067"], { engine: "mysql" }),
      says("value too long for type", /value too long for type (?<type>[\w() ]{1,60})/, {
        engine: "postgres",
      }),
      says("invalid input", /invalid input (?:syntax|value) for (?:type|enum) (?<type>[\w ]{1,60})/, {
        engine: "postgres",
      }),
      says(
        "cannot be cast automatically",
        /column "(?<column>[^"]{1,120})" cannot be cast automatically to type (?<type>[\w ]{1,60})/,
        { engine: "postgres" },
      ),
      says("Data too long for column", /Data too long for column '(?<column>[^']{1,120})'/, {
        engine: "mysql",
      }),
      says("Data truncated for column", /Data truncated for column '(?<column>[^']{1,120})'/, {
        engine: "mysql",
      }),
      says(
        "Incorrect ",
        /Incorrect (?:\w{1,20} )?value: .{0,120} for column (?:`[^`]{1,80}`\.){0,2}[`']?(?<column>[\w.]{1,120})/,
        { engine: "mysql" },
      ),
      says("Out of range value", /Out of range value for column '(?<column>[^']{1,120})'/, {
        engine: "mysql",
      }),
      says("Invalid default value", /Invalid default value for '(?<column>[^']{1,120})'/, {
        engine: "mysql",
      }),
      says("ActiveRecord::ValueTooLong", undefined, { framework: "rails" }),
      says("datatype mismatch", /(?:SQLITE_MISMATCH|SQLite|sqlite|SQLSTATE).{0,60}datatype mismatch/, {
        engine: "sqlite",
      }),
    ],
    causes: [
      "The new type is narrower than some rows.",
      "Old rows contain what was allowed then: zero dates, empty strings for numbers, emoji in utf8 (three bytes).",
      "The server's sql_mode became strict with an upgrade.",
      "PostgreSQL needs a USING clause to convert.",
    ],
    tellApart: queries({
      postgres:
        "select max(length(COLUMN::text)) as longest, count(*) filter (where COLUMN::text !~ '^-?[0-9]+$') as not_a_number, count(*) from TABLE",
      mysql:
        "select @@sql_mode, max(char_length(COLUMN)) as longest, sum(cast(COLUMN as char) like '0000-00-00%') as zero_dates, count(*) from TABLE",
      sqlite: "select typeof(COLUMN), max(length(COLUMN)), count(*) from TABLE group by 1",
      shows: "How long the longest value is, and how many rows do not convert.",
    }),
    cure: [
      {
        text: "Name the rows which do not fit, decide what becomes of each kind (widen the column, correct, set NULL), write that down as a data migration, then change the type.",
      },
    ],
    popularCure: {
      what: "Cutting values off, or setting sql_mode to ''.",
      why: "What is cut off is lost, and a lax mode goes on writing zero dates and truncated text without an error.",
    },
  },
];
