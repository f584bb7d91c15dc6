import { type Failure, fact, type Probe, says } from "../failure.ts";

const git: Probe = {
  command: "git log --all --stat --oneline -- MIGRATIONS_DIRECTORY",
  shows: "In which commit a migration's file was added, renamed, edited or removed.",
};

/** Failures of names and order among the files. */
export const historyOrder: readonly Failure[] = [
  {
    id: "skipped-migration",
    frameworks: ["rails", "typeorm", "laravel"],
    title: (facts) =>
      `${fact(facts, "migration", "A migration")} is older than what was applied, and was not run itself`,
    summary: "A branch was merged late: its migration sorts before others which were applied already.",
    signs: [],
    causes: [
      "A branch with an older timestamp was merged after a newer migration had been deployed.",
      "Its row was lost, and its changes are in the schema.",
      "It was rolled back by itself, on purpose.",
    ],
    tellApart: [
      {
        ...git,
        shows: "When the file came into the main branch, compared with when the newer ones were released.",
      },
    ],
    cure: [
      {
        text: "Look in the schema whether its changes are there. Absent: check that it also works after the newer ones (on a copy), and run it. Present: record it.",
      },
    ],
    popularCure: {
      what: "Giving it a new timestamp to make it the newest.",
      why: "Where it has been applied under the old name it will be run a second time.",
    },
  },
  {
    id: "several-heads",
    frameworks: ["alembic"],
    title: () => "The migrations have more than one head",
    summary:
      "Two revisions have the same parent, so `head` is ambiguous; or the history holds several rows of which one includes the other.",
    signs: [
      says("Multiple head", /Multiple head(?:s| revisions) are present/, { framework: "alembic" }),
      says(
        "overlaps with other requested revisions",
        /Requested revision (?<migration>\w{1,64}) overlaps with other requested revisions (?<other>[\w, ]{1,200})/,
        { framework: "alembic" },
      ),
    ],
    causes: [
      "Two branches each added a revision, and both were merged.",
      "Revisions that were generated at boot lie beside the packaged ones.",
      "One revision id occurs in two files.",
      "The table `alembic_version` holds a revision and its ancestor.",
    ],
    tellApart: [
      {
        command: "alembic heads --verbose",
        shows:
          "The heads with their files and parents: files which are not in version control were generated; one head only, and the table holds too many rows.",
      },
    ],
    cure: [
      {
        text: "If both heads are real: `alembic merge heads`, commit it, `alembic upgrade head`. If one was generated at boot and never applied, take that file out. If it was applied, prove which of its changes are in the schema first.",
      },
    ],
    popularCure: {
      what: "Editing `down_revision` in a shipped revision, or `alembic upgrade heads` without a look.",
      why: "Databases which already ran it in the old order are no longer described by the files; `heads` applies a stray generated branch as well.",
    },
  },
  {
    id: "duplicate-version",
    frameworks: ["rails", "typeorm", "alembic", "laravel"],
    title: (facts) =>
      `Two migrations share one version or name${facts["migration"] ? ` (${fact(facts, "migration", "")})` : ""}`,
    summary: "The framework cannot tell the two apart, or the language cannot load both.",
    signs: [
      says(
        "Multiple migrations have the",
        /Multiple migrations have the (?:version number|name) (?<migration>\w{1,200})/,
        { framework: "rails" },
      ),
      says("DuplicateMigration", /DuplicateMigration(?:Version|Name)Error/, { framework: "rails" }),
      says("Duplicate migrations:", /Duplicate migrations: (?<migration>[\w, ]{1,300})/, {
        framework: "typeorm",
      }),
      says("is present more than once", /Revision (?<migration>\w{1,64}) is present more than once/, {
        framework: "alembic",
      }),
      says(
        "Cannot declare class",
        /Cannot declare class (?<migration>[\w\\]{1,200}), because the name is already in use/,
        { framework: "laravel" },
      ),
    ],
    causes: [
      "Two branches made a migration in the same second, or copied one.",
      "A compiled or renamed copy of the file was left behind (dist, another engine's migrations).",
      "A migration has the same class name as an older one.",
    ],
    tellApart: [git],
    cure: [
      {
        text: "Rename the one which has not been shipped, class name and all. If both were shipped, keep the names in the history as they are and load each from one place only.",
      },
    ],
    popularCure: {
      what: "Deleting one of the two.",
      why: "If it was applied anywhere, its history row has no file from then on; if not, its change is lost.",
    },
  },
];
