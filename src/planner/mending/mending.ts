import { isAdded } from "../../doctor/rows/clauses.ts";
import type { LookedAt } from "../../doctor/rows/look.ts";
import { mendFactsOf } from "../../doctor/rows/mend-facts.ts";
import { foundWords, isCertain, placeOf } from "../../doctor/rows/words.ts";
import type { Batch, MendFacts, NoMend, RowMend } from "../../engines/mend.ts";
import { KnownError } from "../../errors.ts";
import type { PlanStep } from "../../plan/plan.ts";
import { aloneByText } from "../../sql/postgres-alone.ts";
import type { Facts } from "../../timeline/facts.ts";
import type { Question } from "../choices.ts";
import type { PlanWishes } from "../planning.ts";
import { type PlacedStep, project } from "../projection.ts";
import type { Task } from "../task.ts";
import { type RowChoice, rowsCheck } from "./row-choices.ts";

export type MendStep = PlanStep & { readonly kind: "mend" };

/** What becomes of rows that are in the way of a plan. */
export type Mending =
  | { readonly outcome: "mends"; readonly steps: readonly MendStep[] }
  | { readonly outcome: "refused"; readonly reasons: readonly string[] }
  | { readonly outcome: "ask"; readonly questions: readonly Question[] };

/** What the steps are made from. */
interface Planned {
  readonly wishes: PlanWishes;
  readonly tasks: readonly Task[];
  readonly chosen: readonly PlacedStep[];
  readonly facts: Facts;
}

/** Rows in the way of a statement that the plan executes. */
interface InTheWay {
  readonly looked: LookedAt & { readonly statement: number };
  readonly task: Task;
  readonly choice: RowChoice | undefined;
  /** In words, what asks. */
  readonly asks: string;
}

function asker({ migration, statement }: LookedAt): string {
  return statement === undefined ? `a statement of ${migration}` : `statement ${statement} of ${migration}`;
}

/**
 * Makes the steps by which rows are mended as a person chose, each to stand before the statement that would be refused; and
 * asks where rows are certainly in the way and nothing was chosen.
 *
 * @throws KnownError USAGE where something was chosen for rows which nothing is in the way of
 */
export function mendingOf(planned: Planned): Mending {
  const { wishes, tasks } = planned;
  const all = inTheWayOf(wishes, tasks);
  const steps: MendStep[] = [];
  const reasons: string[] = [];
  const questions: Question[] = [];
  for (const one of all) {
    if (one.choice === undefined) {
      const question = questionOf(one, wishes.evidence.rows ?? []);
      if (question !== undefined) questions.push(question);
      continue;
    }
    const before = steps.findIndex(
      ({ migration, statement, instead }) =>
        instead !== undefined && migration === one.looked.migration && statement === one.looked.statement,
    );
    const made = new Set(steps.flatMap(({ statements }) => statements));
    const step = stepOf({ ...one, choice: one.choice }, planned, { made, before: steps[before] });
    if ("refused" in step) reasons.push(`${one.choice.text} cannot be done: ${step.refused}`);
    else if (before >= 0 && step.instead !== undefined) steps[before] = step;
    else steps.push(step);
  }
  if (reasons.length > 0) return { outcome: "refused", reasons };
  return questions.length > 0 ? { outcome: "ask", questions } : { outcome: "mends", steps };
}

function inTheWayOf({ evidence, choices }: PlanWishes, tasks: readonly Task[]): InTheWay[] {
  const all = (evidence.rows ?? []).flatMap((looked) => {
    const task = tasks.find(({ migration }) => migration.name === looked.migration);
    // Of a file that cannot be taken apart, all is mended before it begins.
    const statement = looked.statement ?? (task?.whole === true ? task.statements[0]?.number : undefined);
    if (statement === undefined || !task?.statements.some(({ number }) => number === statement)) return [];
    return [{ looked: { ...looked, statement }, task, asks: asker(looked) }];
  });
  const found = new Map<LookedAt, RowChoice>();
  for (const choice of evidence.rows === undefined ? [] : choices.rows) {
    const places = all.filter(({ looked }) => {
      if (choice.place === "") return looked.outcome === "found";
      return choice.place === looked.migration
        ? looked.outcome === "found"
        : choice.place === placeOf(looked, evidence.rows ?? []);
    });
    const [place] = places;
    if (place === undefined || places.length > 1) {
      const known = all.filter(({ looked }) => looked.outcome === "found").map(({ looked }) => looked);
      throw notThere(
        choice,
        known.map((one) => placeOf(one, evidence.rows ?? [])),
        places.length,
      );
    }
    found.set(place.looked, choice);
  }
  return all.map((one) => ({ ...one, choice: found.get(one.looked) }));
}

function notThere({ text }: RowChoice, known: readonly string[], places: number): KnownError {
  const hint =
    known.length === 0
      ? "No rows are known to be in the way of what would be executed."
      : `Rows are in the way of: ${known.join("; ")}.`;
  const problem =
    places > 1
      ? `--choose ${text} may mean several.`
      : `--choose ${text} names nothing that is asked of rows.`;
  return new KnownError("USAGE", { problem, hint });
}

/** Only of what will certainly be refused; what may be mended by then is left to the rehearsal. */
function questionOf({ looked, asks }: InTheWay, all: readonly LookedAt[]): Question | undefined {
  const options = looked.options ?? [];
  if (looked.outcome !== "found" || !isCertain(looked) || options.length === 0) return undefined;
  return {
    check: rowsCheck,
    migration: placeOf(looked, all),
    title: `What is to become of ${foundWords(looked)}? For them, ${asks} will be refused (${looked.code}).`,
    cited: [
      ...(looked.sample ?? []).map(({ key, value }) => `${key}${value === "" ? "" : `: ${value}`}`),
      `all of them: ${looked.list}`,
    ],
    options: options.map(({ choice, title, prefix }) => ({
      id: choice,
      title,
      ...(prefix !== undefined && { prefix }),
    })),
  };
}

function stepOf(
  { looked, task, choice, asks }: InTheWay & { readonly choice: RowChoice },
  planned: Planned,
  {
    made,
    before,
  }: {
    /** Statements of steps before it. */
    readonly made: ReadonlySet<string>;
    /** The step which already takes the place of the same statement. */
    readonly before: MendStep | undefined;
  },
): MendStep | NoMend {
  const { wishes } = planned;
  const { migration, statement, demand } = looked;
  const own = task.statements.find(({ number }) => number === statement);
  const alone =
    task.whole && (task.controlsTransactions || task.statements.some(({ sql }) => aloneByText(sql)));
  const facts = factsBefore(planned, task, alone ? undefined : statement);
  const rows = looked.outcome === "found" ? foundWords(looked) : `rows that do not meet ${looked.object}`;
  const why = `${asks} is refused for ${rows}${looked.code === undefined ? "" : ` (${looked.code})`}`;
  const batch: Batch = { id: wishes.newId(), migration, object: looked.object, choice: choice.text, why };
  const { wish } = choice;
  const adds = demand.kind === "no-rows" && own !== undefined && isAdded(own.sql, demand.column);
  let mend: RowMend | NoMend;
  if (adds) {
    if (alone || aloneByText(own.sql)) return { refused: `${migration} controls transactions itself` };
    mend = wishes.mending.addFilled(demand, wish, before?.statements[0] ?? own.sql, facts);
  } else mend = wishes.mending.mend(demand, wish, facts, batch);
  if ("refused" in mend) return mend;
  const { prepare, ...rest } = mend;
  const statements = [...prepare.filter((sql) => !made.has(sql)), ...mend.statements];
  const keeps = wish.kind === "quarantine" || wish.kind === "merge";
  const common = { kind: "mend", migration, statement, hazards: ["blocks-writes"] } as const;
  if (adds && before !== undefined)
    return {
      ...common,
      ...rest,
      choice: `${before.choice}, ${choice.text}`,
      rows: `${before.rows}, and ${rows}`,
      statements: [
        ...mend.statements.slice(0, 1),
        ...before.statements.slice(1),
        ...mend.statements.slice(1),
      ],
      instead: own,
      why: `${before.why}, and ${rows}`,
    };
  return {
    ...common,
    ...rest,
    statements,
    choice: choice.text,
    rows,
    ...(adds && { instead: own }),
    ...(keeps && { batch: batch.id }),
    why,
  };
}

/** The facts at the moment at which the statement is executed; undefined: the first of its file. */
function factsBefore(
  { wishes, chosen, facts }: Planned,
  task: Task,
  statement: number | undefined,
): MendFacts {
  const own = task.steps.filter((step) => statement === undefined || (step.statement ?? 0) >= statement - 1);
  const first = Math.min(...own.map(({ index }) => index));
  const moment = project(
    facts,
    chosen.filter(({ index }) => index < first),
  );
  return mendFactsOf(moment, wishes.evidence.server.major);
}
