import type { Gathered } from "../doctor/gather.ts";
import type { Target } from "../engines/engine.ts";
import type { TableColumns, Writer } from "../engines/writer.ts";
import { execute } from "../executor/execute.ts";
import { type Execution, type ExecutionOutcome, must } from "../executor/execution.ts";
import type { History } from "../migration/migration.ts";
import type { Seen } from "../planner/undo/new-rows.ts";
import { migrationsOf, type Remembered } from "../planner/undo/remembered.ts";
import type { PlannedUndo } from "../planner/undo/undo.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { dotted, quoteIdentifier, splitDotted } from "../sql/identifier.ts";
import { type Facts, factParts, factsOf } from "../timeline/facts.ts";
import { isBookkeeping } from "../timeline/locate/locate.ts";
import { nameOfHistory, ownTables, readHistory } from "./carry-out.ts";
import { historyHash, schemaFingerprint } from "./preparation.ts";

/** Where an undo is carried out: on the rehearsal's copy, or on the database itself. */
export interface CarryOutUndo {
  readonly gathered: Gathered;
  readonly remembered: Remembered;
  readonly now: Snapshot;
  readonly planned: PlannedUndo;
  readonly seen: readonly Seen[];
  readonly target: Target;
  readonly execution: Pick<
    Execution,
    "journal" | "patience" | "measure" | "fault" | "backUp" | "waitsFor" | "onProgress"
  >;
}

/** How many differences are named. */
const named = 8;

/** Carries an undo out: the same code for the rehearsal and for the database itself. */
export async function carryOutUndo(wishes: CarryOutUndo): Promise<ExecutionOutcome & { schema?: string }> {
  const { gathered, remembered, now, planned, target, execution } = wishes;
  const { project, engine, schema } = gathered;
  const { framework } = project;
  const leaveOut = isBookkeeping(framework.historyTable(schema));
  const writer = await engine.openWriter(target, { schema });
  let reached: string | undefined;
  try {
    const outcome = await execute({
      ...execution,
      plan: planned.plan,
      writer,
      locks: framework.lock(writer.server.database),
      protect: tablesToProtect(now, planned),
      leaveOut: new Set([nameOfHistory(gathered), ...ownTables]),
      check: (session) => changesSince(wishes, session),
      async verify(_part, { snapshot, writer: session }) {
        reached = schemaFingerprint(snapshot, leaveOut);
        const history = await readHistory(gathered, session, snapshot);
        return [
          ...factProblems(planned.expected, factsOf(snapshot, leaveOut)),
          ...(await rowProblems(session, planned)),
          ...historyProblems(remembered, history),
        ];
      },
    });
    return { ...outcome, ...(reached !== undefined && { schema: reached }) };
  } finally {
    await writer.close();
  }
}

/** What is another now than when the plan was made; nobody writes meanwhile to what is deleted or put back. */
async function changesSince({ gathered, planned, seen, execution }: CarryOutUndo, writer: Writer) {
  const { from } = planned.plan;
  const leaveOut = isBookkeeping(gathered.project.framework.historyTable(gathered.schema));
  const snapshot = await writer.snapshot({ inTransaction: true });
  const history = await readHistory(gathered, writer, snapshot);
  const changed = [
    ...(schemaFingerprint(snapshot, leaveOut) === from.schema ? [] : ["the schema"]),
    ...(historyHash(history) === from.history ? [] : ["the history"]),
  ];
  // The copy may have been made without rows, and nobody else is there.
  if (changed.length > 0 || execution.measure) return changed;
  const written = planned.plan.parts.flatMap((part) =>
    part.kind === "runner" ? [] : part.steps.flatMap((step) => (step.kind === "rows" ? [step.table] : [])),
  );
  const there = written.filter((table) => snapshot.objects.has(`table ${table}`)).map(quoted);
  for (const table of new Set([...there, ...seen.map(({ table: one }) => one)]))
    await must(writer.script(`LOCK TABLE ONLY ${table} IN SHARE ROW EXCLUSIVE MODE`));
  for (const { object, sql, count } of seen) {
    // What could not be counted then would end the transaction now.
    if (count === undefined) continue;
    const answer = await writer.write({ sql, values: [] });
    const more = "code" in answer ? undefined : Number(answer.rows[0]?.["n"]);
    if (more === undefined || more > count) changed.push(`what is in ${object}`);
  }
  return changed;
}

function quoted(table: string): string {
  return splitDotted(table).parts.map(quoteIdentifier).join(".");
}

/** Tables which stay, with the columns that stay what they are. */
function tablesToProtect({ objects }: Snapshot, { plan, expected }: PlannedUndo): TableColumns[] {
  const written = new Set(
    plan.parts.flatMap((part) =>
      part.kind === "runner"
        ? []
        : part.steps.flatMap((step) => (step.kind === "rows" && step.writes ? [step.table] : [])),
    ),
  );
  return [...objects].flatMap(([key, { kind, schema, name, attributes }]) => {
    const table = dotted(schema, name);
    if (kind !== "table" || !expected.has(`${key}\n`) || written.has(table)) return [];
    if (attributes["partitioned"] === true || attributes["foreign"] === true) return [];
    const columns = [...objects].flatMap(([column, one]) => {
      if (one.kind !== "column" || one.schema !== schema || one.relation !== name) return [];
      const stays =
        expected.get(`${column}\ntype`) === one.attributes["type"] && one.attributes["generated"] === "";
      return stays ? [one.name] : [];
    });
    return [{ schema, name, columns }];
  });
}

function factProblems(wanted: Facts, actual: Facts): string[] {
  const problems = [...new Set([...wanted.keys(), ...actual.keys()])].flatMap((key) => {
    if (wanted.get(key) === actual.get(key)) return [];
    const [object, attribute] = factParts(key);
    const shown = (value: string | undefined) => value?.replace(/\s+/g, " ").slice(0, 200) ?? "nothing";
    return [
      `${object}${attribute && `, ${attribute}`}: ${shown(actual.get(key))} instead of ${shown(wanted.get(key))}`,
    ];
  });
  return problems.length > named
    ? [...problems.slice(0, named), `and ${problems.length - named} more`]
    : problems;
}

async function rowProblems(writer: Writer, { checks }: PlannedUndo): Promise<string[]> {
  const problems: string[] = [];
  for (const { sql, problem } of checks) {
    const answer = await writer.write({ sql, values: [] });
    if ("code" in answer) problems.push(`${problem} (${answer.code}: ${answer.message})`);
    else if (Number(answer.rows[0]?.["wrong"]) !== 0) problems.push(problem);
  }
  return problems;
}

/** Of the migrations with which the repair had to do, the history has the rows that it had. */
function historyProblems({ plan, history: before }: Remembered, now: History): string[] {
  const own = migrationsOf(plan);
  const rows = ({ records }: Pick<History, "records">) =>
    records
      .filter(({ migration }) => own.has(migration))
      .map(({ id, migration, state, checksum }) => JSON.stringify([id, migration, state, checksum]))
      .sort();
  return rows(before).join() === rows(now).join() ? [] : ["the history has not the rows that it had"];
}
