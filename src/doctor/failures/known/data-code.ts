import { type Failure, fact, says } from "../failure.ts";
import { queries } from "./commands.ts";

/** Failures of the code that changes rows. */
export const dataCode: readonly Failure[] = [
  {
    id: "data-validation",
    frameworks: ["rails", "laravel", "typeorm"],
    title: (facts) =>
      `A data migration's own rule refuses a row: ${fact(facts, "rule", "validation failed")}`,
    summary:
      "The code that changes the rows uses today's models. A row that the table allows breaks one of their rules, and the data migration stops.",
    signs: [
      says("Validation failed:", /Validation failed: (?<rule>.{1,160})/, {
        framework: "rails",
        during: true,
      }),
      says("ActiveRecord::RecordInvalid", undefined, { framework: "rails", during: true }),
      says("ActiveRecord::RecordNotFound", undefined, { framework: "rails", during: true }),
      says("No query results for model", /No query results for model \[(?<rule>[\w\\]{1,120})\]/, {
        framework: "laravel",
        during: true,
      }),
      says("ValidationException", undefined, { framework: "laravel", during: true }),
      says("EntityNotFoundError", /EntityNotFoundError(?:: (?<rule>.{1,160}))?/, {
        framework: "typeorm",
        during: true,
      }),
    ],
    causes: [
      "Rows without the parent which the model requires (`must exist`): the column may be NULL, the model says it may not.",
      "An earlier data migration did nothing (no user yet, an early return) and was recorded as done.",
      "The model got the rule after the migration was written.",
    ],
    tellApart: queries({
      postgres:
        "select count(*) as rows, count(*) filter (where COLUMN is null) as missing, min(id), max(id) from TABLE",
      mysql: "select count(*) as total, sum(COLUMN is null) as missing, min(id), max(id) from TABLE",
      sqlite: "select count(*), sum(COLUMN is null), min(id), max(id) from TABLE",
      shows:
        "How many rows lack what the rule demands. All of them: an earlier data migration did nothing. A few: look at each.",
    }),
    cure: [
      {
        text: "Find the rows that break the rule and settle them (give them the parent, or set them aside), then run the data migration again. On PostgreSQL nothing of it was written; on MySQL and MariaDB the rows before this one may be changed already.",
      },
    ],
    popularCure: {
      what: "`save(validate: false)`, or recording the data migration as done.",
      why: "The rows stay broken, and the next migration (NOT NULL, foreign key) fails on them.",
    },
  },
  {
    id: "swallowed-error",
    consequence: true,
    frameworks: ["prisma", "rails", "typeorm", "alembic", "laravel"],
    title: () => "An error was swallowed: the start went on as if all were well",
    summary:
      "A migration or seeder failed, and the process went on or ended with exit code 0. What it was doing is half done, and nobody is told.",
    signs: [
      says(
        "gnor",
        /(?:migrat|seed|Migrat|Seed).{0,120}(?:fail|error|Error|exception|Exception).{0,80}[Ii]gnor(?:ed|ing)/,
      ),
      says(
        "ontinuing",
        /(?:migrat|seed|Migrat|Seed).{0,120}(?:fail|error|Error|exception|Exception).{0,80}[Cc]ontinuing/,
      ),
      says("exited with code 0", undefined, {
        besides: [
          "failed-migration",
          "duplicate-rows",
          "null-values",
          "orphan-rows",
          "values-do-not-fit",
          "already-exists",
          "missing-object",
          "data-validation",
        ],
        afterwards: true,
      }),
    ],
    causes: [
      "The start script ends with `|| true`, or does not use `set -e`.",
      "The code catches the exception and logs it.",
      "The command itself ends with 0 on this failure.",
    ],
    tellApart: [
      {
        command:
          "git grep -nE '\\|\\| *(true|:)|set \\+e|rescue|except|catch' -- '*entrypoint*' '*start*' '*seed*' '*migrat*'",
        shows: "The places where an error can be swallowed at the start.",
      },
    ],
    cure: [
      {
        text: "Let the error stop the start. Compare row counts (and counts of non-NULL values) of the tables concerned with the last backup, and restore what is missing before anything else is written.",
      },
    ],
    popularCure: {
      what: "Being content that it starts.",
      why: "The migration counts as done or is tried again at each start; rows that were removed first and not written again are gone.",
    },
  },
];
