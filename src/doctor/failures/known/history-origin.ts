import { codes, type Failure, fact, says } from "../failure.ts";

/** Failures of how a history begins, and on which engine. */
export const historyOrigin: readonly Failure[] = [
  {
    id: "unmanaged-schema",
    frameworks: ["prisma"],
    title: () => "The database is not empty, and has no migration history",
    summary:
      "Prisma refuses to run migrations on a schema that holds tables but no `_prisma_migrations` rows: it cannot know which were applied.",
    signs: [
      codes(["P3005"], { framework: "prisma" }),
      says("The database schema is not empty", undefined, { framework: "prisma" }),
    ],
    causes: [
      "The schema was made by `prisma db push` or by a dump without the history table.",
      "The tables are another application's: the database or schema is shared, or the URL is wrong.",
      "The history table is in another schema, or was dropped.",
    ],
    tellApart: [
      {
        engine: "mysql",
        framework: "prisma",
        command:
          "npx prisma migrate diff --from-migrations prisma/migrations --to-schema prisma/schema.prisma --script",
        shows:
          "What the migrations lack against the data model. Compare the tables in the database with both.",
      },
      {
        command: "npx godwit doctor",
        shows:
          "Which migrations the schema contains whole, in part or not at all, and which tables belong to none.",
      },
    ],
    cure: [
      {
        text: "Mark as applied exactly those migrations which are proven to be in the schema, one by one, from the first; then `npx prisma migrate deploy` runs the rest. If the tables are not yours, use a database or schema of your own.",
      },
    ],
    popularCure: {
      what: "`prisma migrate reset`, or marking every migration as applied.",
      why: "A reset deletes all data. Marked migrations are never executed: the first one that needs a missing table fails (42P01), now with a false history.",
    },
  },
  {
    id: "cannot-replay",
    frameworks: ["prisma"],
    title: (facts) =>
      `The migrations do not run on an empty database (${fact(facts, "migration", "see the error")})`,
    summary:
      "Prisma runs the whole history on a shadow database. It fails there, or the shadow database cannot be made; your own database was not touched.",
    signs: [
      codes(["P3006", "P3014"], { framework: "prisma" }),
      says("failed to apply cleanly to the shadow database", undefined, { framework: "prisma" }),
      says("could not create the shadow database", undefined, { framework: "prisma" }),
    ],
    causes: [
      "A migration was edited or removed, or sorts before one that it needs.",
      "The history has no base: the first tables were made by other means.",
      "An extension, role or schema is missing on the shadow database.",
      "The user may not create databases.",
    ],
    tellApart: [
      {
        command: "npx godwit doctor",
        shows: "The first migration and statement which an empty database refuses, and why.",
      },
    ],
    cure: [
      {
        text: "Make the history replayable: restore edited or removed files, add a first migration that creates the base (and mark it as applied where the tables exist), create the extension in a migration. For a missing privilege, give `shadowDatabaseUrl` an empty database.",
      },
    ],
    popularCure: {
      what: "Deleting the migrations directory and starting with a fresh one.",
      why: "Every existing database then has a history that no file explains, and can be migrated no more.",
    },
  },
  {
    id: "provider-switched",
    frameworks: ["prisma"],
    title: (facts) =>
      `The migrations were written for ${fact(facts, "lockProvider", "another engine")}, the schema says ${fact(facts, "provider", "otherwise")}`,
    summary:
      "Migrations are SQL of one engine. `migration_lock.toml` names it, and the datasource now names another.",
    signs: [
      codes(["P3019"], { framework: "prisma" }),
      says(
        "migration_lock.toml",
        /datasource provider `(?<provider>\w{1,20})` .{0,80}does not match .{0,60}migration_lock\.toml, `(?<lockProvider>\w{1,20})`/,
        { framework: "prisma" },
      ),
    ],
    causes: [
      "The application was moved to another engine, with the old engine's migrations.",
      "The URL or provider of another environment was taken.",
    ],
    tellApart: [
      {
        command: "git log -p --all -- '*migration_lock.toml' '*schema.prisma'",
        shows: "When the provider was changed, and whether on purpose.",
      },
    ],
    cure: [
      {
        text: "If the switch was meant: make a new history for the new engine, transfer the data, and keep the old one with the old database. If not: restore provider and URL.",
      },
    ],
    popularCure: {
      what: "Editing the provider in `migration_lock.toml`.",
      why: "The SQL inside is still the other engine's. It fails in the middle, and on MySQL leaves what it had done so far.",
    },
  },
  {
    id: "generated-at-boot",
    frameworks: ["prisma", "alembic"],
    title: () => "Migrations are generated when the application starts",
    summary:
      "The start writes new migrations instead of running packaged ones. Files and database live in different places and part ways.",
    signs: [
      says(
        "environment is non-interactive",
        /Prisma Migrate has detected that the environment is non-interactive/,
        { framework: "prisma" },
      ),
      says("Generating ", /Generating \S{1,300}versions\/(?<migration>\w{1,100})\.py/, {
        framework: "alembic",
        besides: [
          "pending",
          "missing-file",
          "several-heads",
          "already-exists",
          "missing-object",
          "null-values",
          "sqlite-alter",
          "enum-values",
        ],
      }),
      says("--autogenerate", /alembic revision .{0,80}--autogenerate/, {
        framework: "alembic",
        besides: [
          "pending",
          "missing-file",
          "several-heads",
          "already-exists",
          "missing-object",
          "null-values",
          "sqlite-alter",
          "enum-values",
        ],
      }),
    ],
    causes: [
      "The entrypoint calls `alembic revision --autogenerate` or `prisma migrate dev`.",
      "A developer's command was run inside the container by hand.",
    ],
    tellApart: [
      {
        command: "docker compose config",
        shows:
          "The entrypoint and command of the service, and on which volumes the migrations and the database lie.",
      },
    ],
    cure: [
      {
        text: "Generate migrations while developing, commit and package them; at boot only apply them (`alembic upgrade head`, `prisma migrate deploy`). What the containers generated so far: keep the files of each volume until it is proven which of them its database contains.",
      },
    ],
    popularCure: {
      what: "Deleting the generated files, or the database, to get the start going.",
      why: "Files deleted: the history names revisions nobody has (Can't locate revision). Database deleted: the data is gone, and the next generated revision refuses (not up to date).",
    },
  },
];
