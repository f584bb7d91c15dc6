import { setTimeout as sleep } from "node:timers/promises";
import type { Gathered } from "../doctor/gather.ts";
import type { TableColumns, TransactionFate } from "../engines/writer.ts";
import { type Backup, backUp } from "../executor/backup.ts";
import type { Execution, ExecutionOutcome } from "../executor/execution.ts";
import { openJournal } from "../executor/journal.ts";
import { removeMigration, writeMigration } from "../executor/migration-file.ts";
import type { RepairRecord, State } from "../executor/state.ts";
import type { Runner } from "../frameworks/framework.ts";
import { type Certificate, planHash } from "../plan/certificate.ts";
import { emptiedTables, targetsOf } from "../planner/emptied.ts";
import type { Planned } from "../planner/planning.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { dotted } from "../sql/identifier.ts";
import { isBookkeeping } from "../timeline/locate/locate.ts";
import { alteredTables, carryOut, tablesOf } from "./carry-out.ts";
import type { Prepared } from "./preparation.ts";

export interface ApplicationWishes {
  readonly prepared: Prepared;
  readonly planned: Planned;
  /** Absent: the plan was never rehearsed, by a person's explicit choice. */
  readonly certificate: Certificate | undefined;
  readonly runner?: Runner;
  readonly state: State;
  /** How long it is waited for locks, in seconds. */
  readonly patience: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fault?: NonNullable<Execution["fault"]>;
  /** Called after every entry of the journal, for tests. */
  readonly afterEntry?: (entries: number) => void;
  readonly onProgress?: (text: string) => void;
}

export interface Application {
  readonly outcome: ExecutionOutcome;
  readonly record: RepairRecord;
  readonly backup: Backup | undefined;
  /** What became of a COMMIT without an answer. */
  readonly fate?: TransactionFate;
}

/** Carries a plan out on the database itself: journal, lock, comparison, backup, steps, verification. */
export async function apply(wishes: ApplicationWishes): Promise<Application> {
  const { prepared, planned, certificate, state, environment, onProgress, runner } = wishes;
  const { gathered, evidence } = prepared;
  const { plan, adoption } = planned;
  const record = await state.begin(plan, certificate);
  const journal = await openJournal(record.directory);
  let entries = 0;
  const watched = {
    close: () => journal.close(),
    async append(...entry: Parameters<typeof journal.append>) {
      await journal.append(...entry);
      entries += 1;
      wishes.afterEntry?.(entries);
    },
  };
  try {
    await watched.append({
      event: "began",
      purpose: plan.purpose,
      plan: planHash(plan),
      database: `${gathered.server.database} at ${gathered.target.address}`,
      process: process.pid,
      rehearsed: certificate !== undefined,
    });
    // Not before there is a journal: where this is and the journal is not, somebody has removed it.
    await state.keep(record.directory, "before.json", {
      history: gathered.history,
      objects: [...evidence.snapshot.objects.values()],
    });
    let backup: Backup | undefined;
    const leaveOut = isBookkeeping(gathered.project.framework.historyTable(gathered.schema));
    const protect = alteredTables(tablesOf(evidence.snapshot, planned, leaveOut), planned, evidence.snapshot);
    const outcome = await carryOut({
      gathered,
      evidence,
      planned,
      target: gathered.target,
      url: gathered.project.databaseUrl,
      environment,
      protect: protect.filter(
        (table) => certificate?.written.includes(dotted(table.schema, table.name)) !== true,
      ),
      ...(runner && { runner }),
      async whenVerified({ snapshot, writer }) {
        const tables = tablesToCompare(backup, snapshot, planned, certificate);
        if (tables.length > 0) await backUp(writer, tables, `${record.directory}/after`);
      },
      execution: {
        journal: watched,
        patience: wishes.patience,
        measure: false,
        waitsFor: (waiting) => gathered.session.users({ waiting }),
        async backUp(writer) {
          // Locks are held by now, and nothing is changed yet. Without its row it is one that is there already.
          if (adoption !== undefined) {
            await writeMigration(adoption.path, adoption.migration.sql ?? "");
            await watched.append({ event: "wrote", file: adoption.path });
          }
          const tables = tablesToSave(evidence.snapshot, planned, certificate, historyOf(prepared));
          onProgress?.(
            `Saving ${tables.length} ${tables.length === 1 ? "table" : "tables"} to ${record.directory}/backup ...`,
          );
          backup = await backUp(writer, tables, `${record.directory}/backup`);
          return backup;
        },
        ...(wishes.fault && { fault: wishes.fault }),
        ...(onProgress && { onProgress }),
      },
    });
    const fate = await fateOfLost({ gathered, ...(onProgress && { onProgress }) }, outcome);
    const isAsBefore = outcome.outcome === "failed" && outcome.committed === 0 && fate !== "committed";
    if (adoption !== undefined && isAsBefore && (outcome.left === "nothing" || fate === "aborted"))
      await removeMigration(adoption.path, adoption.migration.sql ?? "");
    // What was done is done, and told, whether it can be written down or not.
    await watched.append({ event: "ended", outcome: fate ?? outcome.outcome }).catch(() => undefined);
    return { outcome, record, backup, ...(fate && { fate }) };
  } finally {
    await journal.close();
  }
}

/** Asks a new connection, for as long as the server may still be at it. */
export async function fateOfLost(
  { gathered, onProgress }: { readonly gathered: Gathered; readonly onProgress?: (text: string) => void },
  outcome: ExecutionOutcome,
): Promise<TransactionFate | undefined> {
  if (outcome.outcome !== "failed" || outcome.transaction === undefined) return undefined;
  onProgress?.("The connection was lost before COMMIT was answered; asking the server what became of it ...");
  for (let attempt = 0; attempt < 30; attempt++) {
    try {
      const session = await gathered.engine.connect(gathered.target);
      const fate = await session.fateOf(outcome.transaction).finally(() => session.close());
      if (fate !== "in-progress") return fate;
    } catch {
      // The server may be starting again.
    }
    await sleep(1000);
  }
  return "unknown";
}

function historyOf({ gathered }: Prepared): { schema: string; name: string } {
  return gathered.project.framework.historyTable(gathered.schema);
}

/**
 * Tables whose rows the plan may change or delete: what it removes, gives another type, or writes to in the rehearsal;
 * without a rehearsal, all that it alters. And the history, always.
 */
function tablesToSave(
  snapshot: Snapshot,
  planned: Planned,
  certificate: Certificate | undefined,
  history: { readonly schema: string; readonly name: string },
): TableColumns[] {
  const names = new Set<string>([dotted(history.schema, history.name)]);
  for (const table of emptiedTables(planned.plan, snapshot.objects)) names.add(table);
  // The copy may have had no rows of them, so that the rehearsal saw none written.
  for (const table of targetsOf(planned.plan)) names.add(table);
  for (const key of planned.plan.removes) {
    if (key.startsWith("table ")) names.add(key.slice("table ".length));
    const object = snapshot.objects.get(key);
    if (object?.kind === "column" && object.relation !== undefined)
      names.add(dotted(object.schema, object.relation));
  }
  const final = planned.expected.at(-1);
  for (const [key, object] of snapshot.objects) {
    if (object.kind !== "column" || object.relation === undefined) continue;
    const retyped =
      final?.get(`${key}\n`) !== undefined && final.get(`${key}\ntype`) !== String(object.attributes["type"]);
    if (retyped) names.add(dotted(object.schema, object.relation));
  }
  for (const table of certificate?.written ?? []) names.add(table);
  for (const { table } of certificate?.steps.flatMap(({ tables }) =>
    tables.filter(({ rewritten, emptied }) => rewritten || emptied),
  ) ?? [])
    names.add(table);
  if (certificate === undefined) {
    const all = tablesOf(snapshot, planned, () => false);
    for (const { schema, name } of alteredTables(all, planned, snapshot)) names.add(dotted(schema, name));
  }
  return wholeTables(snapshot).filter(({ schema, name }) => names.has(dotted(schema, name)));
}

/**
 * The saved tables whose rows the plan itself changed, as it leaves them: an undo puts back what is still so, and leaves
 * what somebody has changed since.
 */
function tablesToCompare(
  backup: Backup | undefined,
  snapshot: Snapshot,
  { plan }: Planned,
  certificate: Certificate | undefined,
): TableColumns[] {
  const saved = new Set(backup?.tables.map(({ schema, name }) => dotted(schema, name)));
  const changed = plan.changes.filter((key) => key.startsWith("column "));
  return wholeTables(snapshot).filter(({ schema, name }) => {
    const table = dotted(schema, name);
    const isWritten = certificate === undefined || certificate.written.includes(table);
    return saved.has(table) && (isWritten || changed.some((column) => column.startsWith(`column ${table}.`)));
  });
}

/** Every table that holds rows of its own, with all columns which can be written. */
export function wholeTables(snapshot: Snapshot): TableColumns[] {
  const columns = new Map<string, string[]>();
  for (const { kind, schema, relation, name, attributes } of snapshot.objects.values()) {
    if (kind !== "column" || relation === undefined || attributes["generated"] !== "") continue;
    columns.set(dotted(schema, relation), [...(columns.get(dotted(schema, relation)) ?? []), name]);
  }
  return [...snapshot.objects.values()].flatMap(({ kind, schema, name, attributes }) =>
    kind === "table" && attributes["partitioned"] !== true && attributes["foreign"] !== true
      ? [{ schema, name, columns: columns.get(dotted(schema, name)) ?? [] }]
      : [],
  );
}
