import { executeStatements } from "../by-hand.ts";
import { defineCheck } from "../check.ts";
import { citeRecord, count, judged, nameObjects } from "../cite.ts";
import { foreignHistory } from "../history-fit.ts";

interface Facts {
  migration: string;
  actual: string;
  held: string[];
  notHeld: string[];
  row: string;
  file: string;
  schema: string;
  statementsMissing: number[] | undefined;
  /** Failed migrations after it, which must be settled before the framework goes on. */
  failed: { name: string; command: string }[];
  migrate: string;
  /** Other applications' relations under the names that it needs. */
  inTheWay: string[];
}

export const assertedNeverExecuted = defineCheck<Facts>({
  id: "asserted-never-executed",
  summary: "A migration is recorded as applied by a command, and its effects are not in the database.",
  explain: `
# Asserted, never executed

The history says that a migration is applied, but it was recorded by a command (Prisma: \`migrate resolve --applied\`),
not by running it, and what it makes is not in the database. Every later migration that needs it fails, often with
42P01 (a table does not exist).

**How it comes about.** The database was not empty (P3005), for instance because another application's tables are in
it, and the manual's recipe for baselining was followed: the first migration was marked as applied.

**What to do.** Run that migration's file, then settle the migration that failed after it (mark it as rolled back), and
let the framework go on.

**What not to do.** Do not delete the failed row, and do not mark more migrations as applied: the next run fails at the
same place, or later and worse.
`,
  detect(evidence) {
    const { framework, history, schema, replay } = evidence;
    const foreign = new Set(foreignHistory(evidence).map(({ entry }) => entry.name));
    const all = judged(evidence);
    const asserted = all.filter(
      ({ entry, verdict }) =>
        entry.record?.asserted === true &&
        entry.record.state === "applied" &&
        !foreign.has(entry.name) &&
        (verdict?.actual === "absent" || verdict?.actual === "partial"),
    );
    const lastAsserted = asserted.at(-1)?.entry.name;
    return asserted.map(({ entry, verdict }) => ({
      migration: entry.name,
      actual: verdict?.actual ?? "unknown",
      held: [...(verdict?.held ?? [])],
      notHeld: [...(verdict?.notHeld ?? [])],
      row: entry.record ? citeRecord(history.table, entry.record) : history.table,
      file: entry.migration?.file ?? entry.name,
      schema,
      statementsMissing: verdict?.actual === "partial" ? missingStatements(verdict) : undefined,
      // The framework goes on once, after the last of them.
      failed:
        entry.name === lastAsserted
          ? all
              .filter((other) => other.entry.state === "failed")
              .map((other) => ({
                name: other.entry.name,
                command: framework.commands.markRolledBack(other.entry.name),
              }))
          : [],
      migrate: entry.name === lastAsserted ? framework.commands.migrate : "",
      inTheWay:
        replay.outcome === "cannot-replay" ? [] : replay.location.obstacles.map(({ relation }) => relation),
    }));
  },
  severity: () => "error",
  title: ({ migration, actual }) =>
    actual === "absent"
      ? `${migration} is recorded as applied, but was never executed`
      : `${migration} is recorded as applied without being executed, and only part of it is there`,
  explanation: ({ migration, actual }) =>
    `Somebody recorded ${migration} as applied (\`migrate resolve --applied\`); its row counts no executed step. ${
      actual === "absent" ? "Nothing that it makes is in the database." : "Some of what it makes is missing."
    } So every later migration that needs it fails, however often it is tried.`,
  proof: ({ row, held, notHeld, schema }) => [
    row,
    `not in the database: ${nameObjects(notHeld, schema)} (${count(held.length, "object")} of ${held.length + notHeld.length} ${held.length === 1 ? "is" : "are"} there)`,
  ],
  remedies: ({ migration, file, schema, statementsMissing, failed, migrate, inTheWay }) =>
    inTheWay.length > 0
      ? []
      : [
          {
            id: "execute",
            title: `Execute ${migration}, then let the framework go on`,
            recommended: true,
            hazards: [],
            steps: [
              executeStatements({ migration, file, schema, statements: statementsMissing }),
              ...failed.map(({ name, command }) => ({
                kind: "history" as const,
                change: "mark-rolled-back" as const,
                migration: name,
                command,
              })),
              ...(migrate === "" ? [] : [{ kind: "framework" as const, command: migrate }]),
            ],
          },
        ],
});

function missingStatements(verdict: {
  statements: number;
  statementsPresent: readonly number[];
  untraced: readonly number[];
}): number[] {
  const settled = new Set([...verdict.statementsPresent, ...verdict.untraced]);
  return Array.from({ length: verdict.statements }, (_, i) => i + 1).filter(
    (statement) => !settled.has(statement),
  );
}
