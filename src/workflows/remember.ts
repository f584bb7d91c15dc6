import { stat } from "node:fs/promises";
import { join } from "node:path";
import { KnownError } from "../errors.ts";
import type { SavedTable } from "../executor/backup.ts";
import type { RepairRecord, State } from "../executor/state.ts";
import type { HistoryRecord } from "../migration/migration.ts";
import type { Certificate } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import type { Remembered, Saved } from "../planner/undo/remembered.ts";
import type { SchemaObject } from "../schema/object.ts";
import { snapshotOf } from "../schema/snapshot.ts";
import { dotted } from "../sql/identifier.ts";

/** What can be taken back, or why nothing can. */
export type LastRepair =
  | { readonly outcome: "remembered"; readonly remembered: Remembered; readonly record: RepairRecord }
  | { readonly outcome: "undone"; readonly record: RepairRecord }
  /** A file is not there, or not as it was written. */
  | { readonly outcome: "unreadable"; readonly record: RepairRecord; readonly what: string };

/**
 * The last repair that changed this database. Of what was interrupted, it must be known what became of it.
 *
 * @throws KnownError NOTHING_TO_UNDO
 */
export async function lastRepair(state: State): Promise<LastRepair> {
  // A damaged journal may be that of the very repair which is meant: an earlier one must not be taken for it.
  const record = (await state.repairs()).findLast((one) => one.isDamaged || hasChangedSomething(one));
  if (record === undefined) throw new KnownError("NOTHING_TO_UNDO", { directory: state.directory });
  if (record.isDamaged) return { outcome: "unreadable", record, what: "journal.jsonl" };
  const began = record.entries.find(({ event }) => event === "began");
  const isUndo = began?.event === "began" && began.purpose === "undo";
  if (isUndo || record.entries.some(({ event }) => event === "undone")) return { outcome: "undone", record };
  const plan = await state.read<Plan>(record.directory, "plan.json");
  const before = await state.read<{ history: Remembered["history"]; objects: SchemaObject[] }>(
    record.directory,
    "before.json",
  );
  const certificate = await state.read<Certificate>(record.directory, "certificate.json");
  const wasSaved = record.entries.some(({ event }) => event === "backed-up");
  const rowsBefore = await savedIn(state, join(record.directory, "backup"), wasSaved);
  const rowsAfter = await savedIn(state, join(record.directory, "after"));
  if (plan === undefined || plan === "damaged") return { outcome: "unreadable", record, what: "plan.json" };
  if (before === undefined || before === "damaged")
    return { outcome: "unreadable", record, what: "before.json" };
  if (certificate === "damaged") return { outcome: "unreadable", record, what: "certificate.json" };
  if (rowsBefore === "damaged") return { outcome: "unreadable", record, what: "backup/backup.json" };
  if (rowsAfter === "damaged") return { outcome: "unreadable", record, what: "after/backup.json" };
  const records: readonly HistoryRecord[] = before.history.records;
  return {
    outcome: "remembered",
    record,
    remembered: {
      id: record.id,
      directory: record.directory,
      startedAt: began?.at ?? "",
      plan,
      ...(certificate && { certificate }),
      before: snapshotOf(before.objects),
      history: { exists: before.history.exists, records },
      rowsBefore,
      rowsAfter,
    },
  };
}

/** @param wasSaved rows were saved there, as the journal has it */
async function savedIn(
  state: State,
  directory: string,
  wasSaved = false,
): Promise<Map<string, Saved> | "damaged"> {
  const backup = await state.read<{ tables: SavedTable[] }>(directory, "backup.json");
  if (backup === "damaged") return backup;
  // Without its list nobody knows whose rows the other files have.
  if (backup === undefined && (wasSaved || (await isThere(directory)))) return "damaged";
  return new Map(
    (backup?.tables ?? []).map((table) => [
      dotted(table.schema, table.name),
      { ...table, path: join(directory, table.file) },
    ]),
  );
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A part of it was committed, or could not be in a transaction, or nobody knows. */
function hasChangedSomething({ entries }: RepairRecord): boolean {
  return entries.some((entry) => {
    switch (entry.event) {
      case "committed":
      case "runner":
      case "undone":
        return true;
      case "part":
        return entry.transaction === undefined;
      case "resolved":
      case "ended":
        return entry.outcome === "committed" || entry.outcome === "unknown";
      default:
        return false;
    }
  });
}
