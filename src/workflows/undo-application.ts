import { openClone } from "../clone/clone.ts";
import type { CopyLevel } from "../engines/copying.ts";
import type { TransactionFate } from "../engines/writer.ts";
import { backUp } from "../executor/backup.ts";
import type { ExecutionOutcome } from "../executor/execution.ts";
import { forgetful, openJournal } from "../executor/journal.ts";
import type { RepairRecord, State } from "../executor/state.ts";
import { type Certificate, planHash } from "../plan/certificate.ts";
import type { PlannedUndo } from "../planner/undo/undo.ts";
import { dotted } from "../sql/identifier.ts";
import { fateOfLost, wholeTables } from "./application.ts";
import { nameOfHistory } from "./carry-out.ts";
import { carryOutUndo } from "./carry-out-undo.ts";
import { costsOf } from "./costs.ts";
import { faultsOf } from "./faults.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { UndoBasis } from "./undo-preparation.ts";

interface Wishes {
  readonly basis: UndoBasis;
  readonly planned: PlannedUndo;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (text: string) => void;
}

/** Carries an undo out on a copy of the database. */
export async function rehearseUndo(
  wishes: Wishes & { readonly clone?: string; readonly level: CopyLevel | "auto" },
): Promise<Exclude<Rehearsal, { outcome: "no-runner" }>> {
  const { basis, planned, environment, onProgress } = wishes;
  const { engine, target, server, project } = basis.gathered;
  const tables = touchedTables(basis, planned);
  const clone = await openClone({
    engine,
    target,
    server,
    level: wishes.level,
    tables,
    always: basis.gathered.history.exists ? [nameOfHistory(basis.gathered)] : [],
    roles: basis.gathered.surroundings.roles,
    packageRoots: project.packageRoots,
    cacheDirectory: project.cacheDirectory,
    environment,
    ...(wishes.clone !== undefined && { choice: wishes.clone }),
    ...(onProgress && { onProgress }),
  });
  if ("outcome" in clone) return clone;
  const start = performance.now();
  try {
    onProgress?.(`Rehearsing on ${clone.description} ...`);
    const { fault } = faultsOf(environment, "rehearsal");
    const outcome = await carryOutUndo({
      ...basis,
      planned,
      target: clone.target,
      execution: {
        journal: forgetful,
        patience: 10,
        measure: true,
        ...(fault && { fault }),
        ...(onProgress && { onProgress }),
      },
    });
    if (outcome.outcome === "failed")
      return { outcome: "failed", failure: outcome, clone: clone.description };
    const { plan } = planned;
    return {
      outcome: "proven",
      certificate: {
        godwit: 1,
        plan: planHash(plan),
        from: plan.from,
        rehearsedAt: new Date().toISOString(),
        level: clone.level,
        clone: clone.description,
        to: outcome.schema ?? "",
        seconds: (performance.now() - start) / 1000,
        proven: [
          "what is taken back is what it was before the repair; nothing else of the schema changed",
          "the history has the rows that it had",
          clone.level === "schema"
            ? "the copy had no rows: nothing is proven of data"
            : `the rows of ${outcome.unchanged.length} other ${outcome.unchanged.length === 1 ? "table" : "tables"} are what they were`,
        ],
        ...(await costsOf(outcome.measures, basis.gathered.session)),
        unchanged: outcome.unchanged,
        written: outcome.written,
      },
    };
  } finally {
    await clone.close();
  }
}

export interface UndoApplication {
  readonly outcome: ExecutionOutcome;
  readonly record: RepairRecord;
  /** What became of a COMMIT without an answer. */
  readonly fate?: TransactionFate;
}

/** Carries an undo out on the database itself, with a record of its own, and notes it in that of the repair. */
export async function applyUndo(
  wishes: Wishes & {
    readonly certificate: Certificate | undefined;
    readonly state: State;
    readonly patience: number;
  },
): Promise<UndoApplication> {
  const { basis, planned, certificate, state, environment, onProgress } = wishes;
  const { gathered, now, remembered } = basis;
  const { plan } = planned;
  const record = await state.begin(plan, certificate);
  const journal = await openJournal(record.directory);
  const { fault, afterEntry } = faultsOf(environment, "apply");
  let entries = 0;
  const watched = {
    close: () => journal.close(),
    async append(...entry: Parameters<typeof journal.append>) {
      await journal.append(...entry);
      entries += 1;
      afterEntry?.(entries);
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
    await state.keep(record.directory, "before.json", {
      history: gathered.history,
      objects: [...now.objects.values()],
    });
    const touched = new Set(touchedTables(basis, planned));
    const outcome = await carryOutUndo({
      ...basis,
      planned,
      target: gathered.target,
      execution: {
        journal: watched,
        patience: wishes.patience,
        measure: false,
        waitsFor: (waiting) => gathered.session.users({ waiting }),
        backUp: (writer) => {
          const tables = wholeTables(now).filter(({ schema, name }) => touched.has(dotted(schema, name)));
          onProgress?.(
            `Saving ${tables.length} ${tables.length === 1 ? "table" : "tables"} to ${record.directory}/backup ...`,
          );
          return backUp(writer, tables, `${record.directory}/backup`);
        },
        ...(fault && { fault }),
        ...(onProgress && { onProgress }),
      },
    });
    const fate = await fateOfLost({ gathered, ...(onProgress && { onProgress }) }, outcome);
    if (outcome.outcome === "done" || fate === "committed") {
      const taken = await openJournal(remembered.directory);
      await taken
        .append({ event: "undone", outcome: planned.notBack.length === 0 ? "all" : "in part" })
        .finally(() => taken.close());
    }
    // What was done is done, and told, whether it can be written down or not.
    await watched.append({ event: "ended", outcome: fate ?? outcome.outcome }).catch(() => undefined);
    return { outcome, record, ...(fate && { fate }) };
  } finally {
    await journal.close();
  }
}

/** Tables that are dropped, altered or written: as `dotted()` writes them, and the history. */
function touchedTables({ gathered, now }: UndoBasis, { plan }: PlannedUndo): string[] {
  const tables = new Set(gathered.history.exists ? [nameOfHistory(gathered)] : []);
  for (const part of plan.parts) {
    if (part.kind === "runner") continue;
    for (const step of part.steps) if (step.kind === "rows") tables.add(step.table);
  }
  for (const key of [...plan.removes, ...plan.changes]) {
    const object = now.objects.get(key);
    if (object?.kind === "table") tables.add(dotted(object.schema, object.name));
    if (object?.kind === "column") tables.add(dotted(object.schema, object.relation ?? ""));
  }
  return [...tables].filter((table) => now.objects.has(`table ${table}`));
}
