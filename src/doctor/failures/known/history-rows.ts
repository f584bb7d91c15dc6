import { codes, type Failure, fact, says } from "../failure.ts";
import { historyTables, status } from "./commands.ts";

/** Failures of the history itself: rows that fail, assert, or do not fit. */
export const historyRows: readonly Failure[] = [
  {
    id: "asserted-never-executed",
    frameworks: ["prisma", "alembic"],
    title: (facts) =>
      `${fact(facts, "asserted", "A migration")} was recorded as applied without being executed`,
    summary:
      "A command wrote the history row; nothing ran. The next migration looks for tables that nobody ever made, and fails.",
    signs: [
      says("marked as applied", /Migration (?<asserted>[\w.-]{1,200}) marked as applied/, {
        framework: "prisma",
        besides: ["missing-object"],
      }),
      says("Running stamp_revision", /Running stamp_revision \S{0,80} ?-> (?<asserted>\w{1,40})/, {
        framework: "alembic",
        besides: ["missing-object"],
      }),
    ],
    causes: [
      "The migration was marked as applied (`resolve --applied`, `stamp`) on a database which did not have its tables.",
      "It had its tables then, and they are gone since: another database, a partial restore.",
      "The tables are there, in another schema than the one the connection looks into.",
    ],
    tellApart: [
      ...status("For each migration: what the history claims beside what is really in the schema."),
      ...historyTables(
        "The schema in which the history lives; compare with where the application's tables are.",
      ),
    ],
    cure: [
      {
        framework: "prisma",
        text: "Prove for each asserted migration whether its objects exist. For those whose objects are all missing, take back the assertion and let `prisma migrate deploy` run them in order.",
      },
      {
        text: "Prove for each asserted migration whether its objects exist. Set the history back to the newest migration that is really there, and let the runner do the rest.",
      },
    ],
    popularCure: {
      what: "Marking the next migration as applied too, or deleting only the failed row.",
      why: "The missing tables stay missing; every later migration builds on them and fails the same way, and the application fails after that.",
    },
  },
  {
    id: "failed-migration",
    frameworks: ["prisma", "rails", "typeorm", "laravel"],
    title: (facts) => `The migration ${fact(facts, "migration", "(not named in the log)")} failed`,
    summary:
      "A migration began and did not finish. How much of it was executed depends on engine and framework; it may be nothing, a part, or everything.",
    signs: [
      codes(["P3009", "P3018"], { framework: "prisma" }),
      says("migrate found failed migrations", undefined, { framework: "prisma" }),
      says("A migration failed to apply. New migrations", undefined, { framework: "prisma" }),
      says("Following migration", /Following migrations? have failed:/, { framework: "prisma" }),
      says("migration started at", /The `[^`]{1,200}` migration started at .{1,60} failed/, {
        framework: "prisma",
      }),
      says("later migrations canceled", undefined, { framework: "rails", otherwise: true }),
      says("Error during migration run", undefined, { framework: "typeorm", otherwise: true }),
      says("failed, error:", /Migration "(?<migration>[^"]{1,200})" failed, error:/, {
        framework: "typeorm",
        otherwise: true,
      }),
      says(" FAIL", /^\s{0,4}(?<migration>\d{4}_\d\d_\d\d_\d{6}_\w{1,150}) \.{3}.{0,200} FAIL\s{0,200}$/, {
        framework: "laravel",
        otherwise: true,
      }),
    ],
    causes: [
      "One of its statements was refused: the error printed with it (now, or at its first run) says which.",
      "The process was killed while a statement ran. The server may have finished it all the same: failed does not mean not applied.",
      "An earlier migration is recorded as applied but its tables are not there.",
      "The database was restored from a backup that was taken while this row was failed.",
    ],
    tellApart: [
      ...status("Whether the failed migration's changes are in the schema: all, none, or which part."),
      ...historyTables("Which framework's history there is; ask that framework for its status."),
    ],
    cure: [
      {
        framework: "prisma",
        text: "Find out which of its statements took effect. None: remove the cause, then `npx prisma migrate resolve --rolled-back NAME` and `npx prisma migrate deploy`. All: `npx prisma migrate resolve --applied NAME`. A part: finish the missing statements (or undo the others) by hand first, then settle the row accordingly.",
      },
      {
        text: "Read the error that stopped it and remove the cause. Before running it again, look whether a part of it took effect: on MySQL and MariaDB, and wherever the migration ran without a transaction, what came before the error is still there.",
      },
    ],
    popularCure: {
      what: "Deleting the failed row from the history, or marking the migration as applied, and starting again.",
      why: "Deleting it runs the same statements against the same state: it fails again, or stops at what the first run left. Marking it as applied hides whatever was never executed.",
    },
  },
  {
    id: "illegal-resolve",
    frameworks: ["prisma"],
    title: (facts) =>
      `\`prisma migrate resolve\` was refused for ${fact(facts, "migration", "this migration")}`,
    summary:
      "The command asks for a change which the migration's row does not allow: it is applied already, was never applied, is not failed, or has another name.",
    signs: [
      codes(["P3008", "P3011", "P3012", "P3017"], { framework: "prisma" }),
      says(
        "is already recorded as applied",
        /migration `(?<migration>[^`]{1,200})` is already recorded as applied/,
      ),
      says(
        "cannot be rolled back because",
        /[Mm]igration `(?<migration>[^`]{1,200})` cannot be rolled back because/,
      ),
      says(
        "could not be found. Please make sure",
        /migration (?<migration>[\w.`-]{1,200}) could not be found\. Please make sure/,
      ),
    ],
    causes: [
      "The row is already in the state that was asked for: an earlier try, or another process, settled it.",
      "The name is not the full name of the migration's directory.",
      "The command reaches another database than the one that failed.",
    ],
    tellApart: [
      {
        engine: "mysql",
        framework: "prisma",
        command: "npx prisma migrate status",
        shows: "The state of each migration, and the database that was asked.",
      },
      {
        command: "npx godwit doctor",
        shows: "The database that was asked, each row's state, and what of it is in the schema.",
      },
    ],
    cure: [
      {
        text: "Read the row's state before resolving. If it is applied, nothing need be done; if the name is wrong, use the directory's full name; if the database is another, correct its URL.",
      },
    ],
    popularCure: {
      what: "Trying `--applied` where `--rolled-back` is refused, or the other way round.",
      why: "One of the two will be accepted, and the history then claims what nobody has looked at.",
    },
  },
  {
    id: "foreign-history",
    frameworks: ["prisma"],
    title: () => "The history belongs to other files of the same names",
    summary:
      "The names agree, the contents do not: this database was migrated by another release, whose files had the same names. What they made is not what these files expect.",
    signs: [
      says(
        "was modified after it was applied",
        /migration `(?<edited>[^`]{1,200})` was modified after it was applied/,
        {
          framework: "prisma",
          besides: ["missing-object", "already-exists"],
        },
      ),
    ],
    causes: [
      "A release replaced released migrations and kept their names; the database is of an older release (or a fork).",
      "The files were edited one by one, and the schema is that of this project all the same.",
      "The URL points at the database of another application or environment.",
    ],
    tellApart: [
      {
        framework: "prisma",
        engine: "mysql",
        command: "git log --oneline -- prisma/migrations/NAME/migration.sql",
        shows: "The releases in which the file had other content: one of them made this database.",
      },
      {
        command: "npx godwit doctor",
        shows:
          "Whether the schema fits these files at all; if hardly anything fits, it is another release's.",
      },
    ],
    cure: [
      {
        text: "Find the release whose files fit this history (`git log -p -- prisma/migrations/NAME/migration.sql` shows each content), start that one, and upgrade from there step by step; or transfer the data into a new database.",
      },
    ],
    popularCure: {
      what: "Writing the new checksums into the history, or deleting the failed row.",
      why: "The history then looks right and the schema is not: each later migration may fail on a column that was never made.",
    },
  },
];
