import { codes, everyFramework, type Failure, fact, says } from "../failure.ts";
import { queries } from "./commands.ts";

/** Failures where the engine refuses a change of the schema as it stands. */
export const schemaRefusals: readonly Failure[] = [
  {
    id: "dependent-objects",
    frameworks: everyFramework,
    title: (facts) =>
      `${fact(facts, "dependent", "A view, policy or key")} depends on what the migration changes`,
    summary:
      "PostgreSQL refuses to alter or drop a column, table or type while a view, rule, policy, key or function uses it.",
    signs: [
      codes(["2BP01"], { engine: "postgres" }),
      says("cannot drop", /cannot drop .{1,200} because other objects depend on it/, { engine: "postgres" }),
      says(
        "cannot alter type of a column",
        /cannot alter type of a column used (?:by|in) (?:a |an )?(?<dependent>[\w ]{1,60})/,
        { engine: "postgres" },
      ),
      says(
        "depends on",
        /^(?:DETAIL: {1,2})?(?<dependent>(?:view|rule|policy|constraint|function|materialized view|trigger) .{1,120}) depends on (?:column|table|type|view|function) /,
        { engine: "postgres" },
      ),
    ],
    causes: [
      "A view or policy was made by hand, or by another tool, and no migration knows of it.",
      "A migration of the same project made it, and a later one forgot it.",
      "A foreign key of another application's table points here.",
    ],
    tellApart: queries({
      postgres:
        "select distinct c.oid::regclass as dependent, c.relkind, pg_get_userbyid(c.relowner) as owner from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class c on c.oid = r.ev_class where d.refobjid = to_regclass('TABLE')",
      shows:
        "The views which use the table, and whose they are. Search the migrations for their names: found in none, they were made by hand.",
    }),
    cure: [
      {
        text: "Save the dependents' definitions (pg_get_viewdef), and in one transaction: remove them, make the change, create them again with their grants. Put that into the migration.",
      },
    ],
    popularCure: {
      what: "CASCADE.",
      why: "It drops the views, policies and foreign keys too, silently; a missing policy means rows that anyone may read.",
    },
  },
  {
    id: "invalid-index",
    consequence: true,
    frameworks: everyFramework,
    title: (facts) => `The index ${fact(facts, "object", "")} is INVALID`.replace("  ", " "),
    summary:
      "An index built concurrently failed half-way and stayed behind. It is not used, it may not enforce uniqueness, and IF NOT EXISTS is content with it.",
    signs: [
      says("_ccnew", /(?<object>\w{1,120}_cc(?:new|old)\d{0,4})\b/, { engine: "postgres" }),
      says("invalid", /(?:skipping|cannot).{0,60}invalid index "(?<object>[^"]{1,200})"/, {
        engine: "postgres",
      }),
      says(
        "INVALID",
        /index "?(?<object>[\w.]{1,120})"? is INVALID|"(?<table>[\w.]{1,120})".{0,80}btree.{0,120} INVALID/,
        { engine: "postgres" },
      ),
      says("CONCURRENTLY", /CREATE (?:UNIQUE )?INDEX CONCURRENTLY/i, {
        engine: "postgres",
        besides: ["duplicate-rows", "blocked-statement", "statement-cancelled", "already-exists"],
      }),
      says("algorithm: :concurrently", undefined, {
        framework: "rails",
        engine: "postgres",
        besides: ["duplicate-rows", "blocked-statement", "statement-cancelled", "already-exists"],
      }),
    ],
    causes: [
      "The concurrent build met duplicate rows.",
      "It was cancelled, timed out, or lost its connection.",
      "REINDEX CONCURRENTLY stopped, and left an index with _ccnew or _ccold.",
      "It is being built at this moment by another session.",
    ],
    tellApart: queries({
      postgres:
        "select i.indexrelid::regclass as index, i.indrelid::regclass as on_table, i.indisvalid, i.indisready, p.pid as being_built_by from pg_index i left join pg_stat_progress_create_index p on p.index_relid = i.indexrelid where not i.indisvalid",
      shows: "Each invalid index. With a pid it is being built now: wait. Without one it is a leftover.",
    }),
    cure: [
      {
        text: "Remove what made it fail (duplicates: name them and merge them), then rebuild the leftover: `REINDEX INDEX CONCURRENTLY name`. One with _ccnew is a spare copy and may be removed.",
      },
    ],
    popularCure: {
      what: "IF NOT EXISTS (`if_not_exists: true`) and running the migration again.",
      why: "It succeeds, since an index of that name exists; it is invalid all the same, and duplicates still get in.",
    },
  },
  {
    id: "incompatible-foreign-key",
    frameworks: everyFramework,
    title: (facts) =>
      `The foreign key ${fact(facts, "constraint", "")} does not fit the column it points at`.replace(
        "  ",
        " ",
      ),
    summary:
      "Both columns must agree in type, sign, length and, on MySQL and MariaDB, in character set and collation; and the target needs a unique key.",
    signs: [
      codes(["1215", "3780", "1822"], { engine: "mysql" }),
      codes(["42830"], { engine: "postgres" }),
      says("errno: 150", /errno: 150 ?"?(?:Foreign key constraint is incorrectly formed)?/, {
        engine: "mysql",
      }),
      says("Foreign key constraint is incorrectly formed", undefined, { engine: "mysql" }),
      says("Cannot add foreign key constraint", undefined, { engine: "mysql" }),
      says(
        "are incompatible",
        /Referencing column '(?<column>[^']{1,120})' and referenced column '[^']{1,120}' in foreign key constraint '(?<constraint>[^']{1,120})' are incompatible/,
        { engine: "mysql" },
      ),
      says("MismatchedForeignKey", undefined, { framework: "rails" }),
      says(
        "cannot be implemented",
        /foreign key constraint "(?<constraint>[^"]{1,120})" cannot be implemented/,
        { engine: "postgres" },
      ),
      says("no unique constraint matching given keys", undefined, { engine: "postgres" }),
      says("foreign key mismatch", /foreign key mismatch - "(?<table>\w{1,120})" referencing/, {
        engine: "sqlite",
      }),
    ],
    causes: [
      "The database's default collation is not the one which the older tables have.",
      "One column is `int`, the other `bigint`; or one is unsigned.",
      "The column that is pointed at has no primary or unique key.",
      "The table that is pointed at is of another storage engine (MyISAM).",
    ],
    tellApart: queries({
      postgres:
        "select table_schema, table_name, column_name, data_type, udt_name from information_schema.columns where column_name in ('COLUMN', 'REFERENCED_COLUMN')",
      mysql:
        "select table_name, column_name, column_type, collation_name, column_key from information_schema.columns where table_schema = database() and column_name in ('COLUMN', 'REFERENCED_COLUMN')",
      sqlite: "select name, sql from sqlite_schema where name in ('TABLE', 'REFERENCED_TABLE')",
      shows: "Type, sign, collation and key of both columns side by side: what differs is the cause.",
    }),
    cure: [
      {
        text: "Bring the columns into line: convert table and database to one collation, or change the type of the newer column. Then look which tables and keys the failed run left behind before starting it again.",
      },
    ],
    popularCure: {
      what: "SET FOREIGN_KEY_CHECKS = 0, or leaving the foreign key out.",
      why: "Checks off does not help against unlike types on a new key, and lets orphans in; a key left out is missed when the data is already wrong.",
    },
  },
  {
    id: "key-too-long",
    frameworks: everyFramework,
    title: () => "A key or row is longer than the engine allows",
    summary:
      "An index over long text, or a row with too many wide columns, is beyond the engine's limit. On MySQL and MariaDB the table made before it stays.",
    signs: [
      codes(["1071", "1118", "1709"], { engine: "mysql" }),
      codes(["54000"], { engine: "postgres" }),
      says("Specified key was too long", undefined, { engine: "mysql" }),
      says("Row size too large", undefined, { engine: "mysql" }),
      says(
        "exceeds btree version",
        /index row size \d{1,9} exceeds btree version \d maximum \d{1,9} for index "(?<object>[^"]{1,120})"/,
        { engine: "postgres" },
      ),
    ],
    causes: [
      "utf8mb4 needs four bytes for a character: varchar(255) is longer than the 767 bytes of old row formats.",
      "The row format is COMPACT or REDUNDANT, or the server is older than MySQL 5.7 or MariaDB 10.2.",
      "On PostgreSQL: one value is too long for a btree index (about 2700 bytes).",
    ],
    tellApart: queries({
      postgres:
        "select ctid, octet_length(COLUMN::text) as bytes from TABLE order by 2 desc nulls last limit 10",
      mysql:
        "select table_name, row_format, table_collation, create_time from information_schema.tables where table_schema = database() order by create_time desc limit 10",
      shows:
        "MySQL and MariaDB: a row format other than Dynamic is the cause; the newest table is what the failed migration left. PostgreSQL: the longest values.",
    }),
    cure: [
      {
        text: "Shorten the indexed column or index a prefix, or set the row format to DYNAMIC; on PostgreSQL index a hash of the value. The table that was left behind must be compared with the migration before it is run again.",
      },
    ],
    popularCure: {
      what: "Setting the default string length to 191 and running everything again.",
      why: "The half-made table is still there and now fails with already exists; and columns of older tables keep their length.",
    },
  },
  {
    id: "sqlite-alter",
    frameworks: ["prisma", "rails", "typeorm", "alembic", "laravel"],
    title: () => "SQLite cannot make this change with ALTER TABLE",
    summary:
      "SQLite can rename, add and drop simple columns; constraints, types and keys cannot be altered. The table must be built anew and its rows copied.",
    signs: [
      says("in SQLite dialect", /No support for ALTER of constraints in SQLite dialect/, {
        framework: "alembic",
        engine: "sqlite",
      }),
      says("SQLite doesn", /SQLite doesn.t support (?:dropping foreign keys|multiple calls to dropColumn)/, {
        framework: "laravel",
        engine: "sqlite",
      }),
      says(
        "syntax error",
        /(?:^\s{0,8}|(?:SQLITE|SQLite|sqlite|SQLSTATE\[HY000\]|[Ee]rror).{0,60})near "(?:ALTER|CONSTRAINT|MODIFY|DROP|COLUMN|CHANGE)": syntax error/,
        { engine: "sqlite" },
      ),
      says(
        "Cannot add a",
        /Cannot add a (?:UNIQUE|PRIMARY KEY) column|Cannot add a column with non-constant default|Cannot add a REFERENCES column/,
        { engine: "sqlite" },
      ),
      says(
        "after drop column",
        /error in (?:table|index|view|trigger) (?<object>\w{1,120}) after drop column/,
        { engine: "sqlite" },
      ),
      says("cannot drop", /cannot drop (?:PRIMARY KEY|UNIQUE) column: "(?<object>\w{1,120})"/, {
        engine: "sqlite",
      }),
    ],
    causes: [
      "The migration was written for PostgreSQL or MySQL.",
      "An index, view or trigger still names the column.",
      "The file's SQLite library is older than the change needs.",
    ],
    tellApart: [
      {
        command:
          "sqlite3 -readonly FILE \"select sqlite_version(), type, name, sql from sqlite_schema where tbl_name = 'TABLE' or sql like '%COLUMN%'\"",
        shows: "The table's definition, and the indexes, views and triggers that name the column.",
      },
    ],
    cure: [
      {
        framework: "alembic",
        text: "Use batch mode (`op.batch_alter_table`), which builds the table anew. Set foreign_keys off outside the transaction, and run `PRAGMA foreign_key_check` after it. Copy the file first.",
      },
      {
        text: "Build the table anew: foreign_keys off outside the transaction, create the new one, copy the rows, rename, `PRAGMA foreign_key_check`. Copy the file first. If many such changes come, move to PostgreSQL with data and history.",
      },
    ],
    popularCure: {
      what: "Deleting the database file, or commenting the statement out.",
      why: "The data is gone; or the schema differs from what every later migration expects.",
    },
    insteadOf: ["missing-object"],
  },
];
