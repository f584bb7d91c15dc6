import { codes, everyFramework, type Failure, fact, says } from "../failure.ts";
import { queries, status } from "./commands.ts";

/** Tables in which histories are kept: frameworks look for them before they make them, and servers log that as an error. */
const notHistory = String.raw`(?!"?(?:\w{1,60}\.)?(?:_prisma_migrations|schema_migrations|ar_internal_metadata|data_migrations|alembic_version|migrations|typeorm_metadata)")`;

const missingRelation = new RegExp(
  `(?:relation|table|view|sequence|type) ${notHistory}"(?<object>[^"]{1,200})" does not exist(?!, skipping)`,
);

/** Failures where the schema is not what the next statement expects. */
export const schemaObjects: readonly Failure[] = [
  {
    id: "unrecorded-schema",
    frameworks: ["typeorm", "rails", "laravel", "alembic", "prisma"],
    title: () => "The schema was made by another road than the migrations",
    summary:
      "Tables came from synchronize, db push, a schema load or create_all, so the history does not know them; the migrations now want to make them again.",
    signs: [
      says("synchroniz", /\bsynchroniz(?:e|ing|ation)\b/, {
        framework: "typeorm",
        besides: ["already-exists", "incompatible-foreign-key"],
      }),
      says("db push", undefined, { framework: "prisma", besides: ["unmanaged-schema", "already-exists"] }),
      says("in sync with your Prisma schema", undefined, {
        framework: "prisma",
        besides: ["unmanaged-schema", "already-exists"],
      }),
      says("db:schema:load", undefined, { framework: "rails", besides: ["already-exists"] }),
      says("stored database schema", /Loading stored database schemas?/, {
        framework: "laravel",
        besides: ["already-exists"],
      }),
      says("create_all", undefined, { framework: "alembic", besides: ["already-exists"] }),
    ],
    causes: [
      "The first start made the schema from the models, and a later one switched to migrations.",
      "Making it stopped half-way (a failed foreign key, a killed process) and nothing says so in the history.",
      "A dump was loaded without the history table's rows.",
    ],
    tellApart: status(
      "Which migrations the history has, if any. None, beside existing tables: the schema came by another road; compare it with what the migrations would make.",
    ).concat(
      queries({
        postgres:
          "select schemaname, tablename, tableowner from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2",
        mysql:
          "select table_name, create_time from information_schema.tables where table_schema = database() order by create_time",
        sqlite: "select name, sql from sqlite_schema where type = 'table'",
        shows:
          "The tables that exist; with many, compare them with an empty database on which the migrations were run.",
      }),
    ),
    cure: [
      {
        text: "Run the migrations on an empty database and compare the two schemas, foreign keys and indexes included. Record as applied only what is proven to be there; add what is missing; then run the rest.",
      },
    ],
    popularCure: {
      what: "Inserting the history row of each migration that fails, until it starts.",
      why: "It does start, but what those migrations would have added beside the existing table (foreign keys, indexes, columns, rows) is missing from then on without a trace.",
    },
  },
  {
    id: "enum-values",
    frameworks: ["prisma", "rails", "typeorm", "alembic", "laravel"],
    title: (facts) =>
      facts["value"]
        ? `The new enum value ${fact(facts, "value", "")} is used in the transaction that adds it`
        : `The enum type ${fact(facts, "object", "of the migration")} is left over from before`,
    summary:
      "PostgreSQL keeps enum types apart from tables: a downgrade that drops the table leaves the type; and a value added to one cannot be used before the transaction is committed.",
    signs: [
      codes(["55P04"], { engine: "postgres" }),
      says(
        "unsafe use of new value",
        /unsafe use of new value "(?<value>[^"]{1,100})" of enum type "?(?<object>[^\s"]{1,100})/,
        { engine: "postgres" },
      ),
      says("already exists", /\btype "(?<object>[^"]{1,120})" already exists(?!, skipping)/, {
        engine: "postgres",
      }),
    ],
    causes: [
      "A downgrade, or tables removed by hand, left the enum type behind.",
      "The whole schema is there already, and this type is only its first object.",
      "ALTER TYPE ... ADD VALUE and a statement that uses the value are in one migration.",
    ],
    tellApart: queries({
      postgres:
        "select t.typnamespace::regnamespace as schema, t.typname, array_agg(distinct e.enumlabel) as labels, array_agg(distinct a.attrelid::regclass) as used_by from pg_type t join pg_enum e on e.enumtypid = t.oid left join pg_attribute a on a.atttypid = t.oid and not a.attisdropped group by 1, 2",
      shows:
        "Each enum, its labels, and the tables which use it. Used by none: a leftover. Used: the tables are there already.",
    }),
    cure: [
      {
        text: "A leftover that no table uses: compare its labels with the migration's, and remove it or let the migration skip it. In use: see already-exists. A new value: split the migration in two, so that the value is committed before it is used.",
      },
    ],
    popularCure: {
      what: "Dropping the type with CASCADE.",
      why: "CASCADE drops every column of that type, with its data.",
    },
    insteadOf: ["already-exists"],
  },
  {
    id: "already-exists",
    frameworks: everyFramework,
    title: (facts) => `${fact(facts, "object", "An object that the migration creates")} already exists`,
    summary:
      "A statement creates a table, column, index or type which the database has already. The history does not know about it, or it is half of an earlier try.",
    signs: [
      codes(["42P07", "42701", "42710", "42P06", "42723"], { engine: "postgres" }),
      codes(["1050", "1060", "1061", "1826"], { engine: "mysql" }),
      says(
        "already exists",
        /\b(?:relation|table|schema|index|constraint|extension|function) "(?<object>[^"]{1,200})"(?: for relation "(?<table>[^"]{1,120})")? already exists(?!, skipping)/,
        { engine: "postgres" },
      ),
      says(
        "already exists",
        /column "(?<object>[^"]{1,120})" of relation "(?<table>[^"]{1,120})" already exists(?!, skipping)/,
        { engine: "postgres" },
      ),
      says(
        "already exists",
        /(?:Error|error|Exception|\b1050\b).{0,60}\bTable [`'](?<object>[^`']{1,200})[`'] already exists/,
        { engine: "mysql" },
      ),
      says("Duplicate column name", /Duplicate column name [`'](?<object>[^`']{1,200})[`']/, {
        engine: "mysql",
      }),
      says("Duplicate key name", /Duplicate key name [`'](?<object>[^`']{1,200})[`']/, { engine: "mysql" }),
      says(
        "already exists",
        /(?:^\s{0,8}|(?:SQLITE|SQLite|sqlite|SQLSTATE|[Ee]rror:).{0,100}\b)(?:table|index|view|trigger) [`"'[]?(?<object>[\w.]{1,120})[`"'\]]? already exists(?!, skipping)/,
        { engine: "sqlite" },
      ),
      says("duplicate column name", /duplicate column name: (?<object>\w{1,120})/, { engine: "sqlite" }),
    ],
    causes: [
      "An earlier try of this migration got that far, and was not rolled back (MySQL, MariaDB, SQLite, or a migration without a transaction).",
      "The schema was made by another road: synchronize, db push, schema load, create_all, a dump.",
      "The migration was applied, and its history row was lost, renamed, or never written (a crash between the two).",
      "Two processes migrate at the same time, and the other one made it a moment ago.",
      "It is another application's table of the same name.",
    ],
    tellApart: status(
      "Whether the history has this migration and its neighbours. With an empty history the schema came by another road; with all before it applied, look for the rest of this one's changes.",
    ).concat(
      queries({
        postgres:
          "select table_schema, table_name, column_name, data_type from information_schema.columns where table_name = 'TABLE' order by ordinal_position",
        mysql: "show create table TABLE",
        sqlite: "select sql from sqlite_schema where tbl_name = 'TABLE'",
        shows: "The object's real definition: compare it, part by part, with the one in the migration.",
      }),
    ),
    cure: [
      {
        text: "Compare what exists with what the migration would make. Equal, with all else that it does: record it as applied. Partly there: finish its missing statements. Different: find out whose it is before anything else.",
      },
    ],
    popularCure: {
      what: "IF NOT EXISTS in every statement, or dropping the table and starting again.",
      why: "IF NOT EXISTS accepts a table with other columns without a word. Dropping deletes its rows.",
    },
  },
  {
    id: "missing-object",
    anytime: true,
    frameworks: everyFramework,
    title: (facts) => `${fact(facts, "object", "A table or column that is needed")} does not exist`,
    summary: "A statement needs a table or column which is not there, or not where it is looked for.",
    signs: [
      codes(["42P01", "42703", "42704", "42883"], { engine: "postgres" }),
      codes(["1146", "1051", "1054", "1091", "1305"], { engine: "mysql" }),
      says("does not exist", missingRelation, { engine: "postgres" }),
      says(
        "does not exist",
        /column "?(?<object>[^\s"]{1,200})"?(?: of relation "(?<table>[^"]{1,120})")? does not exist(?!, skipping)/,
        { engine: "postgres" },
      ),
      says(
        "does not exist",
        /function (?<object>[\w.]{1,120}\([^()]{0,120}\)) does not exist(?!, skipping)/,
        { engine: "postgres" },
      ),
      says(
        "doesn't exist",
        /Table '(?![^']{0,100}\.(?:_prisma_migrations|schema_migrations|ar_internal_metadata|alembic_version|migrations|typeorm_metadata)')(?<object>[^']{1,200})' doesn't exist/,
        { engine: "mysql" },
      ),
      says("Unknown column", /Unknown column '(?<object>[^']{1,200})' in /, { engine: "mysql" }),
      says("Can't DROP", /Can't DROP (?:\w{1,20} )?[`'](?<object>[^`']{1,200})[`']/, { engine: "mysql" }),
      says(
        "no such",
        /(?:^\s{0,8}(?=[^:]{10,20}: \S{1,200}\s{0,200}$)|(?:SQLITE|SQLite|sqlite|SQLSTATE|[Ee]rror).{0,100})no such (?:table|column|index): (?<object>[\w.]{1,200})/,
        { engine: "sqlite" },
      ),
    ],
    causes: [
      "An earlier migration is recorded as applied but was never executed here.",
      "The object is in another schema than those on the search path, or its name differs in upper and lower case.",
      "An extension that brings the function or type is not installed in this database.",
      "It is another database than you think: empty, or another release's.",
      "Someone dropped or renamed it by hand, or an earlier try got half-way.",
      "Migrations run in the wrong order: an older one came after a newer one, or data before schema.",
    ],
    tellApart: [
      {
        framework: "prisma",
        engine: "mysql",
        command: "npx prisma migrate status",
        shows: "The database that was asked, and which migrations count as applied there.",
      },
      {
        framework: "prisma",
        engine: "sqlite",
        command: "npx prisma migrate status",
        shows: "The database that was asked, and which migrations count as applied there.",
      },
      {
        framework: "prisma",
        command: "npx godwit doctor",
        shows:
          "For each migration: what the history claims beside what is really there. An applied one whose objects are absent is the cause.",
      },
      ...queries({
        postgres:
          "select current_database(), current_schemas(false) as looked_in, table_schema, table_name from information_schema.tables where lower(table_name) = lower('TABLE')",
        mysql:
          "select database(), table_schema, table_name from information_schema.tables where lower(table_name) = lower('TABLE')",
        sqlite: "select name, sql from sqlite_schema where lower(tbl_name) = lower('TABLE')",
        shows:
          "No row: it is in no schema of this database. A row: it is there, under another schema or spelling.",
      }),
    ],
    cure: [
      {
        text: "Find which migration makes the object, and why it is absent, before running anything. If that migration never ran, run it first; if the object is elsewhere, correct the schema in the URL or the search path.",
      },
    ],
    popularCure: {
      what: "Creating an empty table of that name by hand, or deleting the failed history row.",
      why: "An empty table lacks columns, keys and rows, and the next migration builds on it. The deleted row fails again on the same absence.",
    },
  },
];
