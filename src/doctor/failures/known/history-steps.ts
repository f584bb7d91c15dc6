import { type Failure, says } from "../failure.ts";
import { historyTables, status } from "./commands.ts";

/** Failures where one history waits for another, or comes from elsewhere. */
export const historySteps: readonly Failure[] = [
  {
    id: "histories-out-of-step",
    frameworks: ["rails", "laravel"],
    title: () => "Data migrations or seeds are out of step with the schema migrations",
    summary:
      "There are two histories (schema, and data or seeds), and one has run ahead of the other: code meets a schema which is older or newer than the one it was written for.",
    signs: [
      says("data:migrate` to update", undefined, { framework: "rails" }),
      says("db/data/", /\bdb\/data\/(?<migration>\d{8,17}_\w{1,120})\.rb/, {
        framework: "rails",
        besides: ["missing-object"],
      }),
      says("Seeding: ", /Seeding: (?<seeder>[\w\\]{1,120})/, {
        framework: "laravel",
        besides: ["missing-object"],
      }),
      says("Seeder ...", /(?<seeder>[\w\\]{1,120}Seeder) \.{3}.{0,200}RUNNING/, {
        framework: "laravel",
        besides: ["missing-object"],
      }),
    ],
    causes: [
      "The schema migrations ran, the data migrations (or seeders) did not: two commands, and the boot script calls one.",
      "All schema migrations ran first, and a data migration from between two of them now misses a column that a later one removed.",
      "An older image's seeders run on a newer schema.",
    ],
    tellApart: [
      {
        framework: "rails",
        command: "bin/rails db:migrate:status:with_data",
        shows: "Both histories in one list by time: a `down` above an `up` is where they parted.",
      },
      {
        framework: "laravel",
        command: "php artisan migrate:status",
        shows: "Whether migrations are pending which the seeder's tables and columns need.",
      },
      {
        command: "bin/rails db:migrate:status:with_data",
        shows: "Both histories in one list by time: a `down` above an `up` is where they parted.",
      },
    ],
    cure: [
      {
        framework: "rails",
        text: "Run both in the order of their versions: `bin/rails db:migrate:with_data`. If a later schema migration has already removed what a data migration needs, write that step in SQL against the schema of today.",
      },
      {
        text: "Bring the schema to the version for which the seeders were written (`php artisan migrate`), then run them; run seeds of the image whose schema it is.",
      },
    ],
    popularCure: {
      what: "Inserting the data migration's version into its history so that the start goes on.",
      why: "The rows it should have changed stay as they were; the next migration (NOT NULL, unique, foreign key) fails on them, or the application reads wrong data.",
    },
  },
  {
    id: "restored-backup",
    frameworks: ["prisma", "laravel"],
    title: () => "The restored backup carries the state of a run that was never finished",
    summary:
      "History and lock rows come back with a backup. One which was taken while a migration ran, or had failed, blocks every start since, though nothing is running.",
    signs: [
      says("pg_restore", /pg_restore: .{0,120}(?:_prisma_migrations|cache_locks|"?migrations"?)/, {
        besides: ["failed-migration", "lock-held"],
      }),
      says("restoring", /restor(?:ing|ed) .{0,80}(?:backup|dump|snapshot|_prisma_migrations|cache_locks)/i, {
        besides: ["failed-migration", "lock-held"],
      }),
      says("restored", /(?:backup|dump|snapshot).{0,80} restored/i, {
        besides: ["failed-migration", "lock-held"],
      }),
    ],
    causes: [
      "The backup holds a failed migration's row.",
      "The backup holds a lock row (`cache_locks` of Laravel's --isolated) whose owner does not exist here.",
      "The backup is older than the code, and the failure is a new one.",
    ],
    tellApart: [
      {
        framework: "laravel",
        command: "php artisan tinker --execute=\"dump(DB::table('cache_locks')->get())\"",
        shows: "A lock row which is older than the restore belongs to a process that is not here.",
      },
      {
        framework: "prisma",
        command: "npx godwit doctor",
        shows:
          "When the failed migration started: before the restore, it came with the backup. And what of it is in the schema.",
      },
      ...historyTables("Which history was restored with the backup."),
    ],
    cure: [
      {
        text: "Compare the row's time with the restore's. A lock row whose owner is proven dead may be removed, that one row. A failed row is settled like any other: by what is in the restored schema.",
      },
    ],
    popularCure: {
      what: "Emptying the history or lock table after each restore.",
      why: "With the lock rows go those of processes that are alive; with the history goes the knowledge of what was applied.",
    },
  },
  {
    id: "pending",
    consequence: true,
    frameworks: ["prisma", "rails", "alembic"],
    title: () => "Migrations are pending, and somebody refuses to go on without them",
    summary:
      "The code has migrations which this database has not seen. The application, or a command that must come after them, stops.",
    signs: [
      says("migrations are pending", /[Mm]igrations are pending\. To resolve this issue/, {
        framework: "rails",
      }),
      says("Migrations are pending", /Migrations are pending\. To resolve this issue/, {
        framework: "rails",
      }),
      says("PendingMigrationError", undefined, { framework: "rails" }),
      says("pending migration", /You have \d{1,6} pending migrations?:/, { framework: "rails" }),
      says("not yet been applied:", /Following migrations? ha(?:ve|s) not yet been applied:/, {
        framework: "prisma",
      }),
      says("Target database is not up to date", undefined, { framework: "alembic" }),
    ],
    causes: [
      "Nobody ran the migrations: the start has no step for it, or the step came to nothing.",
      "They were run on another database.",
      "The start runs a command which demands an up-to-date database (`alembic check`, `alembic revision --autogenerate`) before the one that would bring it up to date.",
    ],
    tellApart: status(
      "Which migrations are pending; all of them, on a database that is in use, means another database or a lost history.",
    ).concat(historyTables("Whether this database has a history at all.")),
    cure: [
      {
        framework: "alembic",
        text: "Run `alembic upgrade head` first, and only that at boot. Revisions are generated by a developer and packaged with the application, never at boot.",
      },
      {
        framework: "rails",
        text: "Run `bin/rails db:migrate` once, from one process, before the application starts (and `bin/rails data:migrate` where data migrations are pending).",
      },
      {
        text: "Take a backup and run the framework's own migrate command once, from one process, before the application starts.",
      },
    ],
    popularCure: {
      what: "Recording them as applied (`alembic stamp head`, rows by hand) so that the start goes on.",
      why: "The schema stays as old as it was, and the application now meets it without a warning.",
    },
  },
];
