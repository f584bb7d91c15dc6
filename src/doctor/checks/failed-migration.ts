import { executeStatements } from "../by-hand.ts";
import { defineCheck, type Remedy } from "../check.ts";
import {
  citeRecord,
  citeStatement,
  count,
  formatMoment,
  type Judged,
  judged,
  nameObjects,
  ranges,
  statementText,
} from "../cite.ts";
import type { Evidence } from "../evidence.ts";
import { type Cause, causeOf, describeCause } from "../failure-cause.ts";

/** What is not known is said to be unknown; it is never taken for nothing. */
type Extent = "nothing" | "part" | "all" | "unknown";

interface Facts {
  migration: string;
  file: string;
  extent: Extent;
  /** Why it is unknown. */
  because: string;
  statements: number;
  statementsPresent: number[];
  statementsMissing: number[];
  untraced: number[];
  held: string[];
  notHeld: string[];
  /** There, and not as the file would leave it: to be changed, or to be removed. */
  otherwise: string[];
  /** The history has no text of an error: the runner was killed, or lost its connection. */
  interrupted: boolean;
  startedAt: string;
  error: { code: string; message: string } | undefined;
  cause: Cause | undefined;
  row: string;
  cited: string[];
  schema: string;
  edited: boolean;
  commands: { markApplied: string; markRolledBack: string; migrate: string };
  /** The file is refused on an empty database too: it has to be mended before anything of it is run again. */
  refused: boolean;
  /** Indexes that have to be dropped first, since they would fail on what is there, or pass over it. */
  invalidIndexes: string[];
  /** A missing statement cannot be in a transaction. */
  alone: boolean;
  /** A migration before it is not there although it is recorded; that one has to be executed first. */
  blockedBy: string | undefined;
}

export const failedMigration = defineCheck<Facts>({
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
      .map((one) => factsOf(evidence, one)),
  severity: () => "error",
  title: ({ migration, extent, statements, statementsPresent }) => {
    switch (extent) {
      case "nothing":
        return `${migration} failed and left nothing behind`;
      case "all":
        return `${migration} is recorded as failed, but everything it makes is there`;
      case "part":
        return statementsPresent.length > 0
          ? `${migration} failed half-way: of its ${count(statements, "statement")}, ${ranges(statementsPresent)} ${statementsPresent.length === 1 ? "holds" : "hold"}`
          : `${migration} failed half-way: a part of what it makes is there`;
      case "unknown":
        return `${migration} failed; what it did cannot be known from the schema`;
    }
  },
  explanation(facts) {
    const { extent, interrupted, startedAt, error, cause, untraced, blockedBy, because, schema, edited } =
      facts;
    const how = error
      ? `The database refused it with ${error.code}: ${error.message}${/[.!?]$/.test(error.message) ? "" : "."}`
      : interrupted
        ? `It began ${startedAt}, and no error was recorded: its runner was killed or lost its connection, while the server may well have gone on and committed.`
        : "No database error is recorded with it.";
    const why = cause ? ` ${describeCause(cause, schema)}` : "";
    const first =
      blockedBy && cause?.kind !== "needs" ? ` It cannot succeed before ${blockedBy} has been executed.` : "";
    const left = {
      nothing: " None of its effects is in the database, so it can be run again once the cause is mended.",
      part: " Running the file again would fail on what is there already.",
      all: " Every one of its effects is in the database, and nothing in the file is without a trace, so it may be recorded as applied.",
      unknown:
        untraced.length > 0
          ? ` Its statement${untraced.length === 1 ? "" : "s"} ${ranges(untraced)} change${untraced.length === 1 ? "s" : ""} data or run${untraced.length === 1 ? "s" : ""} code and leave${untraced.length === 1 ? "s" : ""} no trace in the schema: you have to look, or to know.`
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

function factsOf(evidence: Evidence, { entry, verdict }: Judged): Facts {
  const { history, framework, schema, replay } = evidence;
  const { extent, because } = extentOf(
    verdict,
    replay.outcome === "cannot-replay" ? replay.reason : undefined,
  );
  const untraced = [...(verdict?.untraced ?? [])];
  const statements = verdict?.statements ?? 0;
  const statementsPresent = [...(verdict?.statementsPresent ?? [])];
  const settled = new Set([...statementsPresent, ...untraced]);
  const statementsMissing =
    extent === "part" ? numbersTo(statements).filter((statement) => !settled.has(statement)) : [];
  const cite = extent === "unknown" ? untraced : extent === "part" ? [...statementsMissing, ...untraced] : [];
  const blocked = judged(evidence).find(
    (other) => other.entry.record?.asserted === true && other.verdict?.actual === "absent",
  );
  const cause = causeOf(evidence, entry);
  return {
    migration: entry.name,
    file: entry.migration?.file ?? entry.name,
    extent,
    because,
    statements,
    statementsPresent,
    statementsMissing,
    untraced,
    held: (verdict?.held ?? []).filter((key) => evidence.snapshot.objects.has(key)),
    notHeld: (verdict?.notHeld ?? []).filter((key) => !evidence.snapshot.objects.has(key)),
    otherwise: (verdict?.notHeld ?? []).filter((key) => evidence.snapshot.objects.has(key)),
    interrupted: entry.record?.log === undefined,
    startedAt: entry.record?.startedAt ? formatMoment(entry.record.startedAt) : "at an unknown time",
    error: entry.record?.error,
    cause,
    row: entry.record ? citeRecord(history.table, entry.record) : history.table,
    cited: cite.slice(0, 4).map((statement) => citeStatement(evidence, entry, statement)),
    schema,
    edited: entry.edited,
    commands: {
      markApplied: framework.commands.markApplied(entry.name),
      markRolledBack: framework.commands.markRolledBack(entry.name),
      migrate: framework.commands.migrate,
    },
    refused: replay.outcome !== "cannot-replay" && replay.timeline.failure?.migration === entry.name,
    invalidIndexes: (verdict?.notHeld ?? [])
      .filter(
        (key) =>
          evidence.snapshot.objects.get(key)?.attributes["valid"] === false && key.startsWith("index "),
      )
      .map((key) => key.slice("index ".length)),
    alone: statementsMissing.some((statement) =>
      /\bCONCURRENTLY\b|^VACUUM\b/i.test(statementText(evidence, entry, statement) ?? ""),
    ),
    blockedBy: blocked?.entry.name,
  };
}

function extentOf(
  verdict: Judged["verdict"],
  cannotReplay: string | undefined,
): { extent: Extent; because: string } {
  if (verdict === undefined) {
    return { extent: "unknown", because: cannotReplay ?? "its file is not in this project" };
  }
  const untraced = verdict.untraced.length > 0;
  switch (verdict.actual) {
    case "absent":
      return { extent: "nothing", because: "" };
    case "present":
    case "overwritten":
      return { extent: untraced ? "unknown" : "all", because: "" };
    case "partial":
    case "different":
      return { extent: "part", because: "" };
    case "no-trace":
      // A file of comments and settings alone leaves nothing undone.
      return { extent: untraced ? "unknown" : "all", because: "" };
    case "unknown":
      return { extent: "unknown", because: verdict.unknownBecause ?? "the evidence does not decide it" };
  }
}

function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

function remedies(facts: Facts): Remedy[] {
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
  const mend = {
    kind: "person" as const,
    action: cause
      ? "Mend the cause that is named above."
      : "Mend the cause of the error; otherwise it fails again.",
  };
  switch (extent) {
    case "nothing":
      return [
        {
          id: "run-again",
          title: "Run it again",
          recommended: true,
          hazards: [],
          steps: [...(facts.interrupted ? [] : [mend]), rolledBack, goOn],
        },
      ];
    case "all":
      return [
        {
          id: "mark-applied",
          title: "Record it as applied",
          recommended: true,
          hazards: [],
          steps: [applied, goOn],
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
              hazards: [],
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
