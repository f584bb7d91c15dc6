import { type Compared, compareWithHistory } from "../doctor/gather.ts";
import { mendFactsOf } from "../doctor/rows/mend-facts.ts";
import type { KeptBatch, QuarantineSql } from "../engines/quarantine.ts";
import type { TransactionFate } from "../engines/writer.ts";
import { KnownError } from "../errors.ts";
import { putBack, type RefusedRow, type Settled } from "../executor/put-back.ts";
import { openProject, type ProjectFlags, type ProjectSurroundings } from "../project/open.ts";
import { dotted } from "../sql/identifier.ts";
import { factsOf } from "../timeline/facts.ts";
import { askFate } from "./application.ts";
import { refusalOfReadOnly } from "./read-only.ts";
import type { ProjectFacts } from "./result.ts";
import { projectFacts } from "./status.ts";

/** The answer of `godwit quarantine`. */
export interface QuarantineResult {
  readonly godwit: 1;
  readonly outcome:
    | "listed"
    | "restored"
    | "refused"
    | "failed"
    /** The connection was lost, and nobody knows whether the rows were put back. */
    | "unknown";
  readonly project: ProjectFacts;
  /** All that was ever set aside; where one was to be put back, that one. */
  readonly batches: readonly (KeptBatch & { /** A query that shows its rows. */ readonly show: string })[];
  /** Rows that were put back. */
  readonly restored: number;
  /** Rows that the table does not take, and why: they stay in the quarantine. */
  readonly refused: readonly RefusedRow[];
  /** Columns that the table does not have any more: their values stay in the quarantine. */
  readonly without: readonly string[];
  readonly reasons: readonly string[];
}

export interface RestoreWishes {
  /** Of a batch, or how it begins. */
  readonly id: string;
  /** Rows that the table does not take stay where they are. */
  readonly partly?: boolean;
  /** Seconds for which it is waited for locks. */
  readonly wait?: number;
}

const defaultPatience = 10;

/**
 * Lists the rows that were set aside, or puts some of them back: all of a batch, in one transaction, or none.
 *
 * @throws KnownError when the project or the database cannot be used; UNKNOWN_BATCH
 * @example
 * await quarantine({}, surroundings); // lists
 * await quarantine({}, surroundings, { id: "3f2a" }); // puts back
 */
export async function quarantine(
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
  wishes?: RestoreWishes,
): Promise<QuarantineResult> {
  const project = await openProject(flags, surroundings);
  const compared = await compareWithHistory(project);
  try {
    const sql = await compared.engine.quarantine();
    const batches = await listed(compared, sql);
    const told = (
      outcome: QuarantineResult["outcome"],
      more: Partial<QuarantineResult>,
    ): QuarantineResult => ({
      godwit: 1,
      outcome,
      project: projectFacts(compared),
      batches: batches.map((batch) => ({ ...batch, show: sql.show(batch) })),
      restored: 0,
      refused: [],
      without: [],
      reasons: [],
      ...more,
    });
    if (wishes === undefined) return told("listed", {});
    const found = batches.filter(({ id }) => id.startsWith(wishes.id));
    const [batch] = found;
    if (batch === undefined || found.length > 1)
      throw new KnownError("UNKNOWN_BATCH", { id: wishes.id, known: batches.map(({ id }) => id) });
    return await restore(compared, sql, { ...wishes, batch }, (outcome, more) =>
      told(outcome, { batches: [{ ...batch, show: sql.show(batch) }], ...more }),
    );
  } finally {
    await compared.session.close();
  }
}

async function listed({ session }: Compared, sql: QuarantineSql): Promise<KeptBatch[]> {
  const answer = await session.read(sql.list);
  switch (answer.outcome) {
    case "rows":
      return sql.readList(answer.rows);
    case "no-table":
      return [];
    case "locked":
      throw new KnownError("QUARANTINE_UNREADABLE", { problem: "another session holds a lock on it" });
    case "denied":
      throw new KnownError("QUARANTINE_UNREADABLE", { problem: answer.problem });
  }
}

async function restore(
  { engine, target, session, server, schema, project }: Compared,
  sql: QuarantineSql,
  { batch, partly = false, wait = defaultPatience }: RestoreWishes & { readonly batch: KeptBatch },
  told: (outcome: QuarantineResult["outcome"], more: Partial<QuarantineResult>) => QuarantineResult,
): Promise<QuarantineResult> {
  const refused = (...reasons: string[]) => told("refused", { reasons });
  if (batch.state === "undone")
    return refused("the repair that set these rows aside was taken back, and they were put back with it");
  if (batch.left === 0) return refused("all of these rows were put back already");
  const readOnly = await refusalOfReadOnly({ session });
  if (readOnly !== undefined) return refused(...readOnly.reasons, readOnly.remedy);
  const facts = mendFactsOf(factsOf(await session.snapshot()), server.major);
  const there = facts.columns(batch.table).filter(({ generated }) => !generated);
  const table = dotted(batch.table.schema, batch.table.name);
  if (there.length === 0) return refused(`there is no table ${table} any more to which they could go back`);
  const columns = there.filter(({ name }) => batch.columns.includes(name));
  if (columns.length === 0) return refused(`${table} has none of the columns any more that these rows had`);
  const without = batch.columns.filter((name) => !there.some((column) => column.name === name));
  const writer = await engine.openWriter(target, { schema });
  try {
    const locks = project.framework.lock(server.database);
    const answer = await putBack(writer, { batch, columns, sql, locks, patience: wait, partly });
    if (answer.outcome !== "lost") return told(...ending(answer, without));
    const fate = await askFate({ engine, target }, answer.transaction);
    return told(...endingOf(fate, answer.committed, without));
  } finally {
    await writer.close();
  }
}

/** The connection was lost before COMMIT was answered. */
function endingOf(
  fate: TransactionFate,
  committed: Settled,
  without: readonly string[],
): ReturnType<typeof ending> {
  if (fate === "committed") return ending(committed, without);
  if (fate === "aborted")
    return ending({ outcome: "failed", problem: "the connection was lost before COMMIT" }, without);
  const reason =
    "the connection was lost before COMMIT was answered, and the server does not say what became of it";
  return ["unknown", { reasons: [reason] }];
}

function ending(
  answer: Settled,
  without: readonly string[],
): [QuarantineResult["outcome"], Partial<QuarantineResult>] {
  switch (answer.outcome) {
    case "done":
      return ["restored", { restored: answer.restored, refused: answer.refused, without }];
    case "refused":
      return ["refused", { refused: answer.refused, reasons: ["the table does not take all of these rows"] }];
    case "locked":
      return ["refused", { reasons: [`session ${answer.holder.pid} holds a lock that is needed`] }];
    case "failed":
      return ["failed", { reasons: [answer.problem] }];
  }
}
