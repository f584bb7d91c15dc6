import type { RowFacts, RowQuestion, TableName } from "../../engines/demand.ts";
import type { Engine, Session } from "../../engines/engine.ts";
import type { MendOption } from "../../engines/mend.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import { dotted } from "../../sql/identifier.ts";
import { factsOf } from "../../timeline/facts.ts";
import type { PendingDemand } from "./demands.ts";
import { mendFactsOf } from "./mend-facts.ts";
import { shownValue, soundsPersonal } from "./shown-value.ts";

/** What became of looking for rows that do not meet a demand. */
export interface LookedAt extends PendingDemand {
  /** `unknown`: nothing is claimed. `none`: every row was looked at. */
  readonly outcome: "found" | "none" | "unknown";
  /** Why it is unknown, for a person. */
  readonly because?: string;
  /** What the rows have in common, for a person. */
  readonly what?: RowQuestion["what"];
  /** The error to expect. */
  readonly code?: string;
  /** How many, where they were found. */
  readonly rows?: number;
  /** There are more than were counted, or they were counted in a part of the table. */
  readonly counted?: "all" | "at-least" | "estimate";
  readonly sample?: readonly { readonly key: string; readonly value: string }[];
  /** A query that shows all of them. */
  readonly list?: string;
  /** What can be chosen to become of them, as far as can be seen beforehand. */
  readonly options?: readonly MendOption[];
}

/** How long all questions together and one of them may take, in seconds. */
const patience = { all: 20, one: 5 };

/** Rows are counted up to here. */
const mostCounted = 100_000;
const mostShown = 5;
/** Rows that an estimate rests on. */
const sampled = 100_000;

/**
 * Looks for the rows of the real database that are in the way of what is still to be executed. Reads only, and not for long:
 * what takes longer is estimated from a part of the table, and told as that.
 */
export async function lookAtRows(
  demands: readonly PendingDemand[],
  known: { readonly engine: Engine; readonly session: Session; readonly snapshot: Snapshot },
): Promise<LookedAt[]> {
  if (demands.length === 0) return [];
  const { engine, session, snapshot } = known;
  const questionOf = await engine.rowQuestions();
  const facts = factsFrom(snapshot, session.server.major);
  const mending = await engine.rowMending();
  const schemaFacts = mendFactsOf(factsOf(snapshot), session.server.major);
  const end = performance.now() + patience.all * 1000;
  const looked: LookedAt[] = [];
  for (const demand of demands) {
    const question = questionOf(demand.demand, facts);
    const seconds = Math.min(patience.one, (end - performance.now()) / 1000);
    if (question === undefined)
      looked.push({ ...demand, outcome: "unknown", because: "no question is known that tells it" });
    else if (seconds < 0.5) looked.push({ ...demand, outcome: "unknown", because: "the time was up" });
    else {
      const one = await lookAt(demand, question, session, seconds);
      const left = (end - performance.now()) / 1000;
      looked.push(one.outcome === "found" ? { ...one, options: await optionsFor(one, left) } : one);
    }
  }
  return looked;

  /** What can be chosen: of what must hold before, it is seen whether it does. */
  async function optionsFor({ demand }: LookedAt, seconds: number): Promise<MendOption[]> {
    const options: MendOption[] = [];
    for (const option of mending.options(demand, schemaFacts)) {
      const mend = mending.mend(demand, option.wish, schemaFacts, noBatch);
      const claims = "refused" in mend ? [] : mend.first;
      let holds = true;
      for (const { count } of claims) {
        const answer = await session.ask(`SELECT ${count}::text AS n`, Math.max(0.5, Math.min(2, seconds)));
        holds &&=
          answer.outcome === "too-slow" || (answer.outcome === "rows" && answer.rows[0]?.["n"] === "0");
      }
      if (holds) options.push(option);
    }
    return options;
  }
}

const noBatch = { id: "", migration: "", object: "", choice: "", why: "" };

async function lookAt(
  demand: PendingDemand,
  question: RowQuestion,
  session: Session,
  seconds: number,
): Promise<LookedAt> {
  const { what, code, list } = question;
  const told = { ...demand, what, code, list };
  const answer = await session.ask(question.count(mostCounted), seconds);
  if (answer.outcome === "too-slow") return estimate(told, question, session, seconds);
  if (answer.outcome !== "rows") return { ...demand, outcome: "unknown", because: reasons[answer.outcome] };
  const rows = numberOf(answer.rows[0]?.["n"]);
  if (rows === 0) return { ...told, outcome: "none", rows };
  const sample = await sampleOf(demand, question, session, seconds);
  const counted = rows > mostCounted ? "at-least" : "all";
  return { ...told, outcome: "found", rows: Math.min(rows, mostCounted), counted, sample };
}

/** From a part of a table that is too large: what is found there is certain, that there is nothing is not. */
async function estimate(
  told: PendingDemand & Pick<LookedAt, "what" | "code" | "list">,
  question: RowQuestion,
  session: Session,
  seconds: number,
): Promise<LookedAt> {
  const slow = {
    ...told,
    outcome: "unknown",
    because: `it took longer than ${patience.one} seconds`,
  } as const;
  if (question.estimate === undefined) return slow;
  const size = await session.ask(question.size, seconds);
  const all = size.outcome === "rows" ? numberOf(size.rows[0]?.["n"]) : 0;
  const most = question.sampled ?? sampled;
  if (all <= most) return slow;
  const percent = (100 * most) / all;
  const answer = await session.ask(question.estimate(percent), seconds);
  if (answer.outcome !== "rows") return slow;
  const [looked, found] = [numberOf(answer.rows[0]?.["looked"]), numberOf(answer.rows[0]?.["n"])];
  if (looked === 0) return slow;
  if (found === 0)
    return { ...slow, because: `${slow.because}, and ${looked} of about ${all} rows have none of them` };
  const rows = Math.round((found / looked) * all);
  return { ...told, outcome: "found", rows, counted: "estimate", sample: [] };
}

async function sampleOf(
  { demand }: PendingDemand,
  question: RowQuestion,
  session: Session,
  seconds: number,
): Promise<NonNullable<LookedAt["sample"]>> {
  const answer = await session.ask(question.sample(mostShown), seconds);
  if (answer.outcome !== "rows") return [];
  const personal = soundsPersonal(demand);
  return answer.rows.map(({ key, value }) => ({
    // What a primary key is called says nothing of whether it names somebody.
    key: shownValue(String(key), true),
    value: value === null ? "" : shownValue(String(value), personal),
  }));
}

const reasons = {
  locked: "another session holds a lock on the table",
  denied: "the role may not read the table",
  refused: "the server cannot answer the question",
} as const;

/** The driver gives 64-bit numbers as texts. */
function numberOf(value: unknown): number {
  return Number(value ?? 0);
}

function factsFrom({ objects }: Snapshot, major: number): RowFacts {
  const column = ({ schema, name }: TableName, of: string) =>
    objects.get(`column ${dotted(schema, name, of)}`);
  const primaryKeys = new Map<string, string[]>();
  for (const { kind, schema, relation, attributes, dependsOn } of objects.values()) {
    if (kind !== "constraint" || attributes["type"] !== "primary key" || relation === undefined) continue;
    const whole = `column ${dotted(schema, relation)}.`;
    const columns = dependsOn.flatMap((key) => {
      const found = key.startsWith(whole) ? objects.get(key) : undefined;
      return found === undefined ? [] : [found.name];
    });
    primaryKeys.set(dotted(schema, relation), columns);
  }
  return {
    major,
    primaryKey: ({ schema, name }) => primaryKeys.get(dotted(schema, name)) ?? [],
    typeOf: (table, of) => {
      const type = column(table, of)?.attributes["type"];
      return typeof type === "string" ? type : undefined;
    },
    isPartitioned: ({ schema, name }) =>
      objects.get(`table ${dotted(schema, name)}`)?.attributes["partitioned"] === true,
    // What the server prints with a schema is not its own.
    isComparable: (type) => !type.includes(".") || objects.has(`enum ${type}`),
  };
}
