import { stat } from "node:fs/promises";
import { join } from "node:path";
import { KnownError } from "../errors.ts";
import type { SavedTable } from "../executor/backup.ts";
import type { JournalEntry } from "../executor/journal.ts";
import type { Before, RepairRecord, State } from "../executor/state.ts";
import type { HistoryRecord } from "../migration/migration.ts";
import type { Certificate } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import type { Remembered, Saved } from "../planner/undo/remembered.ts";
import { snapshotOf, snapshotVersion } from "../schema/snapshot.ts";
import { dotted } from "../sql/identifier.ts";

/** What can be taken back, or why nothing can. */
export type LastRepair =
  | { readonly outcome: "remembered"; readonly remembered: Remembered; readonly record: RepairRecord }
  | { readonly outcome: "undone"; readonly record: RepairRecord }
  | { readonly outcome: "unreadable"; readonly record: RepairRecord; readonly what: string };

/**
 * The last repair that changed this database. Of what was interrupted, it must be known what became of it. What is
 * remembered of it must be whole, as the journal knows it: an undo that rests on less would lose rows and say that it did not.
 *
 * @throws KnownError NOTHING_TO_UNDO
 */
export async function lastRepair(state: State): Promise<LastRepair> {
  const record = (await state.repairs()).findLast((one) => one.damaged || hasChangedSomething(one));
  if (record === undefined) throw new KnownError("NOTHING_TO_UNDO", { directory: state.directory });
  const { entries, directory } = record;
  const unreadable = (what: string): LastRepair => ({ outcome: "unreadable", record, what });
  const began = entries.find(({ event }) => event === "began");
  if (record.damaged || began?.event !== "began") return unreadable("journal.jsonl");
  if (began.purpose === "undo" || entries.some(({ event }) => event === "undone"))
    return { outcome: "undone", record };
  const { digests } = began;
  const remembered = <T>(name: string) => state.read<T>(directory, name, digests[name] ?? "");
  const plan = await remembered<Plan>("plan.json");
  if (plan?.godwit !== 1) return unreadable("plan.json");
  const before = await remembered<Before>("before.json");
  if (before?.snapshotVersion !== snapshotVersion) return unreadable("before.json");
  const rowsBefore = await savedIn(state, join(directory, "backup"), saved(entries, "backed-up"));
  if (rowsBefore === undefined) return unreadable("backup");
  const rowsAfter = await savedIn(state, join(directory, "after"), saved(entries, "saved-result"));
  if (rowsAfter === undefined) return unreadable("after");
  const certificate = began.rehearsed ? await remembered<Certificate>("certificate.json") : undefined;
  if (certificate === undefined && began.rehearsed) return unreadable("certificate.json");
  const records: readonly HistoryRecord[] = before.history.records;
  return {
    outcome: "remembered",
    record,
    remembered: {
      id: record.id,
      directory,
      startedAt: began.at,
      plan,
      ...(certificate && { certificate }),
      before: snapshotOf(before.objects),
      history: { exists: before.history.exists, records },
      rowsBefore,
      rowsAfter,
    },
  };
}

/** Tables of which the journal says that their rows were saved: what the last attempt saved. */
function saved(entries: readonly JournalEntry[], event: "backed-up" | "saved-result"): readonly string[] {
  const entry = entries.findLast((one) => one.event === event);
  return entry !== undefined && "tables" in entry ? entry.tables : [];
}

/** @returns undefined where it is not what the journal says; that the rows are what they were is seen when they are read */
async function savedIn(
  state: State,
  directory: string,
  wanted: readonly string[],
): Promise<Map<string, Saved> | undefined> {
  if (wanted.length === 0) return new Map();
  const backup = await state.read<{ tables: SavedTable[] }>(directory, "backup.json");
  if (!Array.isArray(backup?.tables)) return undefined;
  const { tables } = backup;
  const names = new Set(tables.map(({ schema, name }) => `${schema}.${name}`));
  if (names.size !== wanted.length || !wanted.every((name) => names.has(name))) return undefined;
  const found = tables.map((table) => ({ ...table, path: join(directory, table.file) }));
  const there = await Promise.all(
    found.map(({ path }) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (there.includes(false)) return undefined;
  return new Map(found.map((table) => [dotted(table.schema, table.name), table]));
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
        return ["committed", "unknown", "done"].includes(entry.outcome);
      default:
        return false;
    }
  });
}
