import { executeStatements } from "../by-hand.ts";
import { defineCheck, type Remedy } from "../check.ts";
import { count, judged, nameObjects, ranges } from "../cite.ts";
import { attemptOf, type FailedAttempt } from "../failed-attempt.ts";
import { describeCause } from "../failure-cause.ts";

export const failedMigration = defineCheck<FailedAttempt>({
  id: "failed-migration",
  summary: "A migration began and did not finish (P3009, P3018).",
  explain: `
# A failed migration

A migration began and did not finish. Until its row is settled the framework runs no other (Prisma: P3009).

What matters is what the attempt left in the database:

- **nothing**: the file was rolled back as a whole. Mend the cause, mark the row as rolled back, and run again.
- **a part**: some statements hold, others do not (a driver that commits each statement, or somebody who went on by
  hand). Running the file again fails on what is there. Execute the missing statements, then mark it as applied.
- **all**: every effect is there. PostgreSQL goes on with a script although its client was killed, and commits it; or
  somebody finished it by hand. Mark it as applied.
- **cannot be known**: the file also changes data or runs code (INSERT, UPDATE, DO, a function). That leaves no trace
  in the schema, so the schema cannot prove that it ran, nor that it did not. Godwit names these statements and asks.

**What not to do.** Do not delete the row: the file would run again on top of what is there. Do not mark it as applied
because it "looks" finished.
`,
  detect: (evidence) =>
    judged(evidence)
      .filter(({ entry }) => entry.state === "failed")
      .map((one) => attemptOf(evidence, one)),
  severity: () => "error",
  title: ({ migration, extent, statements, statementsPresent, untraced, uncompared, effectless }) => {
    switch (extent) {
      case "nothing":
        if (effectless) return `${migration} failed; it only comments, grants or sets something`;
        return `${migration} failed and left nothing behind${untraced.length > 0 ? " in the schema" : ""}`;
      case "all":
        return `${migration} is recorded as failed, but ${uncompared.length > 0 ? "all of its objects are" : "everything it makes is"} there`;
      case "part":
        return statementsPresent.length > 0
          ? `${migration} failed half-way: of its ${count(statements, "statement")}, ${statementsPresent.length === 1 ? "number" : "numbers"} ${ranges(statementsPresent)} ${statementsPresent.length === 1 ? "holds" : "hold"}`
          : `${migration} failed half-way: a part of what it makes is there`;
      case "unknown":
        return `${migration} failed; what it did cannot be known from the schema`;
    }
  },
  explanation(facts) {
    const { extent, interrupted, startedAt, error, cause, untraced, blockedBy, because, schema, edited } =
      facts;
    const { effectless, uncompared } = facts;
    const how = error
      ? `The database refused it with ${error.code}: ${error.message}${/[.!?]$/.test(error.message) ? "" : "."}`
      : interrupted
        ? `It began ${startedAt}, and no error was recorded: its runner was killed or lost its connection, while the server may well have gone on and committed.`
        : "No database error is recorded with it.";
    const why = cause ? ` ${describeCause(cause, schema)}` : "";
    const first =
      blockedBy && cause?.kind !== "needs" ? ` It cannot succeed before ${blockedBy} has been executed.` : "";
    const left = {
      nothing:
        untraced.length > 0
          ? ` None of its effects is in the schema. Its ${leavesNoTrace(untraced)}: sent as one message, as the framework sends it, that was rolled back with the rest; executed one by one, by another tool or by hand, it may have stayed.`
          : effectless
            ? " None of that is compared, so it is not known whether it ran; it repeats harmlessly, and can be run again once the cause is mended."
            : " None of its effects is in the database, so it can be run again once the cause is mended.",
      part: " Running the file again would fail on what is there already.",
      all:
        uncompared.length > 0
          ? ` All of its objects are in the database. ${uncompared.length === 1 ? "Statement" : "Statements"} ${ranges(uncompared)} only ${uncompared.length === 1 ? "comments, grants or sets an owner" : "comment, grant or set owners"}, which is not compared: repeat that, and record it as applied.`
          : " Every one of its effects is in the database, and nothing in the file is without a trace, so it may be recorded as applied.",
      unknown:
        untraced.length > 0
          ? ` Its ${leavesNoTrace(untraced)}: you have to look, or to know.`
          : ` It cannot be told what is left of it: ${because}.`,
    }[extent];
    return `${how}${why}${first}${left}${edited ? " Its file has been changed since that attempt." : ""}`;
  },
  proof: ({ row, held, notHeld, otherwise, cited, schema }) => [
    row,
    ...(held.length > 0 ? [`there: ${nameObjects(held, schema)}`] : []),
    ...(notHeld.length > 0 ? [`not there: ${nameObjects(notHeld, schema)}`] : []),
    ...(otherwise.length > 0
      ? [`there, and to be changed or removed: ${nameObjects(otherwise, schema)}`]
      : []),
    ...cited,
  ],
  remedies,
});

/** `statements 2-3 change data or run code (or set what is not compared) and leave no trace in the schema`. */
function leavesNoTrace(untraced: readonly number[]): string {
  return untraced.length === 1
    ? `statement ${ranges(untraced)} changes data or runs code (or sets what is not compared) and leaves no trace in the schema`
    : `statements ${ranges(untraced)} change data or run code (or set what is not compared) and leave no trace in the schema`;
}

/** Errors that rows give: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const rowErrors = /^(?:2350[235]|23514|22P02|2200[13])$/;

function remedies(facts: FailedAttempt): Remedy[] {
  const { extent, migration, commands, statementsMissing, untraced, blockedBy, cause } = facts;
  // What has to come first is the other finding's remedy, which goes on to this one.
  if (blockedBy !== undefined) return [];
  const applied = {
    kind: "history" as const,
    change: "mark-applied" as const,
    migration,
    command: commands.markApplied,
  };
  const rolledBack = {
    kind: "history" as const,
    change: "mark-rolled-back" as const,
    migration,
    command: commands.markRolledBack,
  };
  const goOn = { kind: "framework" as const, command: commands.migrate };
  const look = {
    kind: "person" as const,
    action: `Find out whether statement ${ranges(untraced)} of ${migration} took effect.`,
  };
  const choosing = rowErrors.test(facts.error?.code ?? "")
    ? " Where the finding rows-in-the-way tells which rows it is, it tells what can be chosen for them too: `godwit repair --choose` does the rest."
    : "";
  const mend = {
    kind: "person" as const,
    action: `${cause ? "Mend the cause that is named above." : "Mend the cause of the error; otherwise it fails again."}${choosing}`,
  };
  const repeated =
    facts.uncompared.length === 0
      ? []
      : [
          executeStatements({
            ...{ migration, file: facts.file, schema: facts.schema },
            ...{ statements: facts.uncompared, alone: false },
          }),
        ];
  const hazards: Remedy["hazards"] = facts.deleting.length > 0 ? ["deletes-data"] : [];
  switch (extent) {
    case "nothing":
      return [
        {
          id: "run-again",
          title: untraced.length > 0 ? "If those statements did not stay: run it again" : "Run it again",
          recommended: untraced.length === 0,
          hazards,
          steps: [
            ...(untraced.length > 0 ? [look] : []),
            ...(facts.interrupted ? [] : [mend]),
            rolledBack,
            goOn,
          ],
        },
      ];
    case "all":
      return [
        {
          id: "mark-applied",
          title: "Record it as applied",
          recommended: true,
          hazards: [],
          steps: [...repeated, applied, goOn],
        },
      ];
    case "part":
      return statementsMissing.length === 0
        ? []
        : [
            {
              id: "finish",
              title: "Execute what is missing, then record it as applied",
              recommended: true,
              hazards,
              steps: [
                ...(facts.refused ? [mend] : []),
                ...(untraced.length > 0 ? [look] : []),
                ...facts.invalidIndexes.map((index) => ({
                  kind: "person" as const,
                  action: `Drop the index that could not be finished: DROP INDEX CONCURRENTLY ${index};`,
                })),
                executeStatements({
                  migration,
                  file: facts.file,
                  schema: facts.schema,
                  statements: statementsMissing,
                  alone: facts.alone,
                }),
                applied,
                goOn,
              ],
            },
          ];
    case "unknown":
      return untraced.length === 0
        ? []
        : [
            {
              id: "mark-applied",
              title: "If those statements took effect: record it as applied",
              recommended: false,
              hazards: [],
              steps: [look, applied, goOn],
            },
          ];
  }
}
