import type { HistoryRecord, Migration } from "../migration/migration.ts";
import type { PlannedStatement } from "../plan/plan.ts";
import { aloneByText } from "../sql/postgres-alone.ts";
import type { Statement, StatementKind } from "../sql/statement.ts";
import type { Verdict } from "../timeline/locate/verdict.ts";
import type { Decision } from "./decision.ts";
import type { PlacedStep } from "./projection.ts";

/** What is to be done about one migration, with its statements. */
export interface Task {
  readonly migration: Migration;
  readonly decision: Decision;
  readonly records: readonly HistoryRecord[];
  /** The whole file is executed, and gets a row as the framework writes it. */
  readonly whole: boolean;
  readonly statements: readonly PlannedStatement[];
  /** It opens or ends transactions itself: only its framework's way of sending it will do. */
  readonly controlsTransactions: boolean;
  /** The server takes its statements one by one, and not as one message. */
  readonly apart: boolean;
  readonly steps: readonly PlacedStep[];
  readonly why: string;
  /** What it once made had rows. */
  readonly gone: boolean;
}

/** Not all of it can be in one transaction. */
export function runsAlone({ controlsTransactions, apart, statements }: Task): boolean {
  return controlsTransactions || apart || statements.some(({ sql }) => aloneByText(sql));
}

interface TaskWishes {
  readonly migration: Migration;
  readonly statements: readonly Statement[];
  /** Those of its steps that are to run. */
  readonly steps: readonly PlacedStep[];
  readonly decision: Decision;
  readonly verdict: Verdict | undefined;
  readonly records: readonly HistoryRecord[];
  readonly apart: boolean;
  /** One-based: comments, grants and owners of which nobody knows whether they were set. */
  readonly uncompared: readonly number[];
}

/** @returns undefined where there is nothing to do, and a sentence where it cannot be done */
export function taskOf(wishes: TaskWishes): Task | string | undefined {
  const { migration, statements, steps, decision, records, apart } = wishes;
  const common = {
    migration,
    decision,
    records,
    steps,
    apart,
    controlsTransactions: statements.some(({ kind }) => kind === "transaction"),
    gone:
      (decision.do === "execute" || decision.do === "finish") &&
      records.some(({ state, asserted }) => state === "applied" && !asserted),
  };
  if (decision.do === "execute") {
    return { ...common, whole: true, statements: statements.map(planned), why: decision.why };
  }
  if (decision.do === "record" || decision.do === "rename" || decision.do === "re-sign")
    return { ...common, whole: false, statements: [], why: decision.why };
  const untraced = decision.do === "finish" ? decision.untraced : [];
  const isRecorded = decision.do === "finish" && decision.record;
  if (steps.length === 0 && untraced.length === 0 && !isRecorded) return undefined;
  if (steps.some(({ statement }) => statement === undefined) && statements.length > 1) {
    return `${migration.name} would have to be executed in part, and its file controls transactions itself or cannot be taken apart`;
  }
  const numbers = numbersOf(wishes, untraced);
  const chosen = numbers.flatMap((number) => {
    const statement = statements[number];
    return statement === undefined ? [] : [planned(statement, number)];
  });
  const why =
    decision.do === "finish" ? decision.why : `${migration.name} is disturbed by what runs before it`;
  return { ...common, whole: false, statements: chosen, why };
}

/**
 * The statements to run, zero-based: those with an effect that is missing, the settings which stand before them in
 * their file, and comments and grants behind the last statement up to which all holds. A statement without an effect on the
 * timeline is left out: what it does to a database that is further on is not known (DROP TABLE IF EXISTS).
 */
function numbersOf(
  { statements, steps, verdict, decision, uncompared }: TaskWishes,
  untraced: readonly number[],
): number[] {
  const effects = new Set([
    ...steps.flatMap(({ statement }) => (statement === undefined ? [0] : [statement])),
    ...untraced.map((number) => number - 1),
  ]);
  const there = (verdict?.statementsPresent ?? []).map((number) => number - 1);
  const held = Math.max(-1, ...there.filter((number) => statements[number]?.kind === "schema"));
  // Where one is missing before others that hold, nobody knows what ran between.
  const sure = Math.min(
    held,
    ...steps.flatMap(({ statement }) => (statement === undefined ? [] : [statement])),
  );
  const repeats = (kind: StatementKind, number: number) =>
    kind === "environment" && decision.do === "finish" && (number > sure || uncompared.includes(number + 1));
  const last = statements.findLastIndex(({ kind }, number) => effects.has(number) || repeats(kind, number));
  return statements.flatMap(({ kind }, number) =>
    effects.has(number) || repeats(kind, number) || (kind === "session" && number < last) ? [number] : [],
  );
}

function planned({ text, line, kind }: Statement, index: number): PlannedStatement {
  return { number: index + 1, line, sql: text, untraced: kind === "untraced" };
}
