import { codes, everyFramework, type Failure, fact, says } from "../failure.ts";
import { queries } from "./commands.ts";

/** Failures of where the schema lives, and of what was changed beside the migrations. */
export const schemaSurroundings: readonly Failure[] = [
  {
    id: "wrong-schema",
    frameworks: everyFramework,
    title: () => "The connection may not create in this schema, or looks into none that exists",
    summary:
      "The search path names no usable schema, or the user has no right to create in it. Since PostgreSQL 15 nobody but the database's owner may create in `public` unless it is granted.",
    signs: [
      codes(["3F000"], { engine: "postgres" }),
      says("no schema has been selected to create in", undefined, { engine: "postgres" }),
      says("permission denied for schema", /permission denied for schema "?(?<schema>[\w.-]{1,120})/, {
        engine: "postgres",
      }),
      says("does not exist", /schema "(?<schema>[^"]{1,120})" does not exist(?!, skipping)/, {
        engine: "postgres",
      }),
    ],
    causes: [
      "PostgreSQL 15 or newer, and the application's user is not the owner of the database.",
      "The grant was given in another database: privileges on `public` are of each database by itself.",
      "The schema in the URL (`?schema=`, `search_path`, `currentSchema`) is misspelt, or was not restored.",
    ],
    tellApart: queries({
      postgres:
        "select current_database(), current_user, current_schemas(false) as search_path, n.nspname as schema, pg_get_userbyid(n.nspowner) as owner, has_schema_privilege(n.oid, 'CREATE') as may_create from pg_namespace n where nspname !~ '^(pg_|information_schema)'",
      shows:
        "The schemas of this database, their owners, and whether you may create there. An empty search_path: the schema's name is wrong.",
    }),
    cure: [
      {
        text: "Connect as the database's owner, or let the owner run in exactly this database: GRANT USAGE, CREATE ON SCHEMA public TO the application's user. For a missing schema, correct the name or create it.",
      },
    ],
    popularCure: {
      what: "Making the user a superuser, or granting CREATE to PUBLIC.",
      why: "Both remove a protection for all time, and objects then belong to whoever happened to run the migration.",
    },
    insteadOf: ["not-owner"],
  },
  {
    id: "collation-mismatch",
    anytime: true,
    frameworks: everyFramework,
    title: (facts) => `The collation of ${fact(facts, "object", "the database")} has changed its version`,
    summary:
      "The operating system's sort order changed under the database (a new image or library). Indexes on text may be in the wrong order: rows are not found, and duplicates get past unique indexes.",
    signs: [
      says(
        "collation version mismatch",
        /(?<object>(?:database|collation) "[^"]{1,120}") has a collation version mismatch/,
        { engine: "postgres" },
      ),
      says("has version mismatch", /(?<object>collation "[^"]{1,120}") has version mismatch/, {
        engine: "postgres",
      }),
    ],
    causes: [
      "The server's image was changed (Debian release, Alpine to Debian) on the same volume.",
      "The data directory was copied to another machine.",
      "Only the recorded version is old: the indexes were rebuilt already.",
    ],
    tellApart: queries({
      postgres:
        "select datname, datcollate, datcollversion as recorded, pg_database_collation_actual_version(oid) as actual from pg_database where datname = current_database()",
      shows:
        "Recorded and actual version. Different: check the indexes on text with amcheck (bt_index_check) before anything else.",
    }),
    cure: [
      {
        text: "Take a backup. Look for duplicates that slipped past unique indexes, `REINDEX DATABASE CONCURRENTLY`, and only then `ALTER DATABASE name REFRESH COLLATION VERSION`.",
      },
    ],
    popularCure: {
      what: "Only REFRESH COLLATION VERSION.",
      why: "It makes the warning go away, and leaves the indexes in the wrong order.",
    },
  },
  {
    id: "drift",
    frameworks: ["prisma", "typeorm", "alembic"],
    title: () => "The schema is not what the migrations make",
    summary:
      "Someone or something changed the schema beside the migrations; or the models were changed and no migration was written.",
    signs: [
      says("Drift detected", /Drift detected: Your database schema is not in sync/, { framework: "prisma" }),
      says("New upgrade operations detected", undefined, { framework: "alembic" }),
      says("Unexpected changes in database schema", undefined, { framework: "typeorm" }),
    ],
    causes: [
      "A change by hand, or by another tool or a hosting provider.",
      "A migration that was edited after it was applied.",
      "Models that were changed without a migration.",
    ],
    tellApart: [
      {
        framework: "alembic",
        command: "alembic check",
        shows:
          "The operations by object: what the models have and the database lacks, or the other way round.",
      },
      {
        framework: "typeorm",
        command: "npx typeorm schema:log -d data-source.js",
        shows: "The statements which would make the schema like the entities; it only prints them.",
      },
      {
        command: "npx godwit doctor",
        shows: "Each object that differs: missing, extra or different, and the migration it belongs to.",
      },
    ],
    cure: [
      {
        text: "Decide for each object: keep it and write a migration that makes it (recorded as applied here), or undo it in a new migration. Models without a migration: write the migration.",
      },
    ],
    popularCure: {
      what: "`prisma migrate reset`, `db push`, or synchronize.",
      why: "A reset deletes the data; the others change the database until it looks right, columns that hold data included.",
    },
  },
  {
    id: "database-missing",
    frameworks: everyFramework,
    title: (facts) =>
      `The database ${fact(facts, "database", "")} does not exist on this server`.replace("  ", " "),
    summary: "The server was reached, but there is no database of that name.",
    signs: [
      codes(["P1003"], { framework: "prisma" }),
      codes(["3D000"], { engine: "postgres" }),
      codes(["1049"], { engine: "mysql" }),
      says("does not exist", /FATAL: {1,2}database "(?<database>[^"]{1,120})" does not exist/, {
        engine: "postgres",
      }),
      says("does not exist", /[Dd]atabase [`"](?<database>[^`"]{1,200})[`"] does not exist/),
      says("Unknown database", /Unknown database '(?<database>[^']{1,120})'/, { engine: "mysql" }),
      says("NoDatabaseError", undefined, { framework: "rails" }),
      says(
        "does not exist.",
        /Database (?:file at path \[)?(?:\()?(?<database>\/[^\s)\]]{1,200})[)\]]? does not exist\./,
        { engine: "sqlite" },
      ),
    ],
    causes: [
      "The name in the URL is misspelt, or the environment variable is not set and a default was taken.",
      "The volume is new: server and user were created, the database was not.",
      "It is another server than you think (localhost inside a container is the container).",
    ],
    tellApart: queries({
      postgres: "select datname, pg_get_userbyid(datdba) as owner from pg_database where not datistemplate",
      mysql: "show databases",
      sqlite: "select 1",
      shows:
        "The databases on that server (on PostgreSQL connect to `postgres` for this). Only the system's own: the volume is new.",
    }),
    cure: [
      {
        text: "Compare with where your data was yesterday before creating anything. If the name is wrong, correct the URL; if the volume is new, find the old one or restore the backup; create the database only where it shall begin empty.",
      },
    ],
    popularCure: {
      what: "Creating an empty database and migrating it.",
      why: "It works, and the application runs without your data; what is written from now on lies in the wrong place.",
    },
  },
];
