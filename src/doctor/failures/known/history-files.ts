import { codes, type Failure, fact, type Probe, says } from "../failure.ts";

const git: Probe = {
  command: "git log --all --stat --oneline -- MIGRATIONS_DIRECTORY",
  shows: "In which commit a migration's file was added, renamed, edited or removed.",
};

/** Failures where the files are not those which the history knows. */
export const historyFiles: readonly Failure[] = [
  {
    id: "missing-file",
    frameworks: ["prisma", "rails", "typeorm", "alembic", "laravel"],
    title: (facts) =>
      `${fact(facts, "migration", "A migration")} is in the history, but its file is not here`,
    summary: "The database has seen a migration which this code does not contain.",
    signs: [
      codes(["P3015"], { framework: "prisma" }),
      says("Could not find the migration file", undefined, { framework: "prisma" }),
      says("not found locally in prisma/migrations", undefined, { framework: "prisma" }),
      says("missing from the local migrations directory", undefined, { framework: "prisma" }),
      says("local migration history and the migrations table from your database are different", undefined, {
        framework: "prisma",
      }),
      says("NO FILE", /\bup\s{1,8}(?<migration>\d{1,17})\s{1,6}\*{5,12} NO FILE/, { framework: "rails" }),
      says("No migration with version number", /No migration with version number (?<migration>\d{1,17})/, {
        framework: "rails",
      }),
      says("UnknownMigrationVersionError", undefined, { framework: "rails" }),
      says("Can't locate revision", /Can't locate revision identified by '(?<migration>\w{1,64})'/, {
        framework: "alembic",
      }),
      says("No such revision or branch", /No such revision or branch '(?<migration>\w{1,64})'/, {
        framework: "alembic",
      }),
      says("is not present", /Revision (?<migration>\w{1,64}) referenced from .{1,200} is not present/, {
        framework: "alembic",
      }),
      says("Migration not found:", /Migration not found: (?<migration>[\w.-]{1,200})/, {
        framework: "laravel",
      }),
      says(
        "Migration not found",
        /(?<migration>\d{4}_\d\d_\d\d_\d{6}_\w{1,150}) \.{2,200} Migration not found/,
        { framework: "laravel" },
      ),
      says(
        "was found in the source code",
        /No migration (?<migration>\w{1,200}) was found in the source code/,
        { framework: "typeorm" },
      ),
    ],
    causes: [
      "An older image or checkout runs on a database that a newer one has migrated.",
      "The file was never committed, or was generated at boot on a volume that is gone.",
      "The file was removed, renamed or squashed after it had been applied.",
      "The database belongs to another branch or application.",
    ],
    tellApart: [
      {
        ...git,
        command: "git log --all --stat --oneline -S MIGRATION_NAME",
        shows:
          "The commit which has the missing migration: in a newer release (older code is running), removed later, or nowhere (it was never committed).",
      },
    ],
    cure: [
      {
        framework: "alembic",
        text: "Recover the file from version control or from the image that applied it, and put it back. If it is lost for good, prove which known revision the schema equals, and only then point `alembic_version` at that one.",
      },
      {
        text: "Recover the file from version control, or start the release that contains it. The history is right; it is the code that lacks something.",
      },
    ],
    popularCure: {
      what: "An empty file under the missing name, `alembic stamp head` (with --purge), or deleting the row.",
      why: "The schema stays ahead of the code unseen: the next migrations collide with what the lost one made, and nothing can take it back.",
    },
  },
  {
    id: "database-ahead",
    frameworks: ["prisma", "rails", "typeorm", "alembic", "laravel"],
    title: () => "The database may be ahead of this code",
    summary:
      "The newest migration in the history is not among the files: so it looks when an older image is started on a database that was upgraded.",
    signs: [
      says("missing from the local migrations directory", undefined, { framework: "prisma" }),
      says("No migration with version number", undefined, { framework: "rails" }),
      says("Can't locate revision", undefined, { framework: "alembic" }),
      says("Migration not found", undefined, { framework: "laravel" }),
      says("was found in the source code", /No migration \w{1,200} was found in the source code/, {
        framework: "typeorm",
      }),
    ],
    causes: [
      "The image was downgraded, or a rolling deployment still has old containers.",
      "A tag such as `latest` was resolved to an older image from a cache.",
      "It is not ahead: the file was lost, renamed or never committed.",
    ],
    tellApart: [
      {
        framework: "alembic",
        command: "alembic heads",
        shows:
          "The newest revision of this code. If the revision that cannot be located is known to a newer release, the database is ahead.",
      },
      {
        command: "git tag --contains COMMIT_OF_THE_MIGRATION",
        shows:
          "The releases which know the migration; if the running one is not among them, the database is ahead.",
      },
    ],
    cure: [
      {
        text: "Start the newest release that was ever started on this database, or a newer one. To go back for good, restore the backup taken before the upgrade, together with the old image.",
      },
    ],
    popularCure: {
      what: "Deleting the rows which the old code does not know.",
      why: "The schema remains the new one. The old code writes what the new one does not expect, and the next upgrade runs the same migrations again and fails on what exists.",
    },
  },
  {
    id: "renamed-migration",
    frameworks: ["prisma", "typeorm", "laravel"],
    title: (facts) =>
      `${fact(facts, "recordedAs", "A migration")} was renamed to ${fact(facts, "migration", "another name")} after it was applied`,
    summary: "The same change under another name looks new to the framework, and is run again.",
    signs: [],
    causes: [
      "The file's timestamp or name was changed in a later release.",
      "Two migrations happen to have the same words in their names, and one file is missing.",
    ],
    tellApart: [
      {
        ...git,
        command: "git log --all --follow --stat --oneline -- NEW_FILE",
        shows:
          "A rename with 100 % the same content is the first cause; two files with histories of their own are the second.",
      },
    ],
    cure: [
      {
        text: "Compare the contents. If they are the same, change the name in the history's row to the new one (one row, after a backup). If the new file does more, run only what is new.",
      },
    ],
    popularCure: {
      what: "Adding IF NOT EXISTS everywhere so that the second run passes.",
      why: "Whatever the file does besides creating tables (updates, inserts) is done twice.",
    },
  },
  {
    id: "edited-migration",
    frameworks: ["prisma"],
    title: (facts) => `${fact(facts, "migration", "A migration")} was edited after it was applied`,
    summary:
      "The file's checksum is not the one that was recorded. The database has the old content, a new database would get the new one.",
    signs: [
      says(
        "was modified after it was applied",
        /migration `(?<migration>[^`]{1,200})` was modified after it was applied/,
        { framework: "prisma" },
      ),
      says("modified since they were applied", undefined, { framework: "prisma" }),
    ],
    causes: [
      "Only comments or spaces were changed: the effect is the same.",
      "A released migration was corrected, and existing databases lack the correction.",
      "The name was used again for other content: the history belongs to another release.",
    ],
    tellApart: [
      {
        framework: "prisma",
        engine: "postgres",
        command: "npx godwit doctor",
        shows: "Whether the schema holds what the file says today.",
      },
      {
        ...git,
        command: "git log -p -- prisma/migrations/NAME/migration.sql",
        shows: "What was changed, and in which release.",
      },
    ],
    cure: [
      {
        text: "If old and new content have the same effect, record the new checksum for that one row. Else restore the file as it was applied, and put the change into a new migration.",
      },
    ],
    popularCure: {
      what: "Resetting the development database, or clearing all checksums.",
      why: "A reset deletes the data. Cleared checksums hide the next edit too, which may be one that matters.",
    },
  },
];
