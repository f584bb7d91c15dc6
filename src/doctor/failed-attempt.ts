import type { Entry } from "../migration/compare.ts";
import { hideSecrets } from "../sql/mask-secrets.ts";
import {
  citeDeleting,
  citeRecord,
  citeStatement,
  formatMoment,
  type Judged,
  judged,
  statementText,
} from "./cite.ts";
import type { Evidence } from "./evidence.ts";
import { type Cause, causeOf } from "./failure-cause.ts";
import { uncompared } from "./uncompared.ts";

/** What is not known is said to be unknown; it is never taken for nothing. */
type Extent = "nothing" | "part" | "all" | "unknown";

/** A migration that was begun and did not finish, and what it left. */
export interface FailedAttempt {
  migration: string;
  file: string;
  extent: Extent;
  /** Why it is unknown. */
  because: string;
  statements: number;
  statementsPresent: number[];
  statementsMissing: number[];
  untraced: number[];
  /** Statements that comment, grant or set owners, behind all that the schema shows: whether they ran is not known. */
  uncompared: number[];
  /** It has no other statements than such. */
  effectless: boolean;
  held: string[];
  notHeld: string[];
  /** There, and not as the file would leave it: to be changed, or to be removed. */
  otherwise: string[];
  /** The history has no text of an error: the runner was killed, or lost its connection. */
  interrupted: boolean;
  startedAt: string;
  error: { code: string; message: string } | undefined;
  cause: Cause | undefined;
  /** Statements of the file which delete rows, columns or tables. */
  deleting: string[];
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

/** Puts together what is known of a failed migration. */
export function attemptOf(evidence: Evidence, { entry, verdict }: Judged): FailedAttempt {
  const { history, framework, schema, replay } = evidence;
  const { extent, because } =
    refusedAtOnce(evidence, entry) && (verdict?.held.length ?? 0) === 0
      ? ({ extent: "nothing", because: "" } as const)
      : extentOf(verdict, replay.outcome === "cannot-replay" ? replay.reason : undefined);
  const untraced = [...(verdict?.untraced ?? [])];
  const statements = verdict?.statements ?? 0;
  const statementsPresent = [...(verdict?.statementsPresent ?? [])];
  const settled = new Set([...statementsPresent, ...untraced]);
  const statementsMissing =
    extent === "part" ? numbersTo(statements).filter((statement) => !settled.has(statement)) : [];
  const unsure = extent === "all" ? uncompared(evidence, entry.name) : [];
  const cite =
    extent === "unknown" ? untraced : extent === "part" ? [...statementsMissing, ...untraced] : unsure;
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
    uncompared: unsure,
    effectless: verdict?.effectless === true,
    held: (verdict?.held ?? []).filter((key) => evidence.snapshot.objects.has(key)),
    notHeld: (verdict?.notHeld ?? []).filter((key) => !evidence.snapshot.objects.has(key)),
    otherwise: (verdict?.notHeld ?? []).filter((key) => evidence.snapshot.objects.has(key)),
    interrupted: entry.record?.log === undefined,
    startedAt: entry.record?.startedAt ? formatMoment(entry.record.startedAt) : "at an unknown time",
    error: entry.record?.error,
    cause,
    deleting: citeDeleting(evidence, entry),
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
      // A file of comments, grants and settings alone can be repeated; of another, the schema is the same either way.
      return verdict.effectless
        ? { extent: "nothing", because: "" }
        : { extent: "unknown", because: "the schema is the same whether it ran or not" };
    case "unknown":
      return { extent: "unknown", because: verdict.unknownBecause ?? "the evidence does not decide it" };
  }
}

/**
 * The shadow refuses the same statement with the same error as the database did, and nothing before it does anything:
 * then the attempt did not come further.
 */
function refusedAtOnce({ replay }: Evidence, { name, record, edited }: Entry): boolean {
  const failure = replay.outcome === "cannot-replay" ? undefined : replay.timeline.failure;
  if (replay.outcome === "cannot-replay" || failure?.migration !== name || failure.statement === undefined)
    return false;
  if (edited || record?.error?.code !== failure.code || hideSecrets(record.error.message) !== failure.message)
    return false;
  const before = replay.timeline.migrations
    .find((one) => one.name === name)
    ?.statements.slice(0, failure.statement);
  return before?.every(({ kind }) => kind !== "schema" && kind !== "untraced") === true;
}

function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}
