import { countsAsApplied } from "../../migration/compare.ts";
import { defineCheck } from "../check.ts";
import { judged, listNames } from "../cite.ts";

interface Facts {
  migration: string;
  file: string;
  applied: boolean;
  failed: boolean;
  error: { code: string; message: string };
  statements: number;
}

export const refusedAsOne = defineCheck<Facts>({
  id: "refused-as-one",
  summary: "A file whose statements the server takes one by one, and not together.",
  explain: `
# A file that cannot be executed as one

The framework sends a migration's file as one message, which the server executes as one transaction. Some statements are
refused there, and by themselves they are not:

- \`CREATE INDEX CONCURRENTLY cannot run inside a transaction block\` (25001), beside any other statement;
- \`unsafe use of new value of enum type\` (55P04): a value is added to an enum and used in the same file.

**How it comes about.** Somebody executed the statements by hand, one by one; or a statement was added to a file which had
one alone. The framework can never execute such a file, here or anywhere.

**What to do.** \`godwit repair\` (or \`godwit migrate\`) executes it statement by statement, each journalled, and
records it as the framework does. That heals this database; other databases will fail on the file too, so split it: the
statement that has to be alone goes into a migration of its own. A file that has been applied somewhere must not be
edited; there, leave it and make new databases with Godwit.

**What not to do.** Do not mark it as applied: nothing of it was executed.
`,
  detect(evidence) {
    const { replay } = evidence;
    if (replay.outcome === "cannot-replay") return [];
    const apart = new Map(
      replay.timeline.migrations.flatMap(({ name, apart: error, statements }) =>
        error === undefined ? [] : [[name, { error, statements: statements.length }] as const],
      ),
    );
    return judged(evidence).flatMap(({ entry }) => {
      const found = apart.get(entry.name);
      if (found === undefined) return [];
      return [
        {
          migration: entry.name,
          file: entry.migration?.file ?? entry.name,
          applied: countsAsApplied(entry.state) || entry.state === "renamed",
          failed: entry.state === "failed",
          ...found,
        },
      ];
    });
  },
  severity: ({ applied }) => (applied ? "info" : "error"),
  title: ({ migration, applied, failed }) =>
    applied
      ? `${migration} was executed here, and its framework cannot execute it anywhere else`
      : `${migration} ${failed ? "can never be" : "cannot be"} executed as its framework sends it`,
  explanation: ({ error, applied, statements }) =>
    `As one message the server refuses it (${error.code}: ${error.message}); its ${statements} statements one by one it takes. ${applied ? "A new database cannot be made from these files by the framework." : "The cause is in the file: run again by the framework, it fails again."}`,
  proof: ({ file, error }) => [
    `${file}: tried on an empty database, ${error.code} as one, and executed one by one`,
  ],
  remedies: ({ applied, file }) =>
    applied
      ? []
      : [
          {
            id: "one-by-one",
            title: "Execute it statement by statement",
            recommended: true,
            hazards: [],
            steps: [
              {
                kind: "person",
                action: "`godwit repair` does that, proves it on a copy first, and records it as applied.",
              },
            ],
          },
          {
            id: "split",
            title: "For all other databases: split the file",
            recommended: false,
            hazards: [],
            steps: [
              {
                kind: "person",
                action: `If ${listNames([file])} has been applied nowhere, put the statement that has to be alone into a migration of its own.`,
              },
            ],
          },
        ],
});
