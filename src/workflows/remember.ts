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
  | { readonly outcome: "unreadable"; readonly record: RepairRecord; readonly what: string };

/**
 * The last repair that changed this database. Of what was interrupted, it must be known what became of it.
 *
 * @throws KnownError NOTHING_TO_UNDO
 */
export async function lastRepair(state: State): Promise<LastRepair> {
  const record = (await state.repairs()).findLast(hasChangedSomething);
  if (record === undefined) throw new KnownError("NOTHING_TO_UNDO", { directory: state.directory });
  const began = record.entries.find(({ event }) => event === "began");
  const isUndo = began?.event === "began" && began.purpose === "undo";
  if (isUndo || record.entries.some(({ event }) => event === "undone")) return { outcome: "undone", record };
  const plan = await state.read<Plan>(record.directory, "plan.json");
  const before = await state.read<{ history: Remembered["history"]; objects: SchemaObject[] }>(
    record.directory,
    "before.json",
  );
  if (plan === undefined) return { outcome: "unreadable", record, what: "plan.json" };
  if (before === undefined) return { outcome: "unreadable", record, what: "before.json" };
  const certificate = await state.read<Certificate>(record.directory, "certificate.json");
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
      rowsBefore: await savedIn(state, join(record.directory, "backup")),
      rowsAfter: await savedIn(state, join(record.directory, "after")),
    },
  };
}

async function savedIn(state: State, directory: string): Promise<Map<string, Saved>> {
  const backup = await state.read<{ tables: SavedTable[] }>(directory, "backup.json");
  return new Map(
    (backup?.tables ?? []).map((table) => [
      dotted(table.schema, table.name),
      { ...table, path: join(directory, table.file) },
    ]),
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
