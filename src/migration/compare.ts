import type { History, HistoryRecord, Migration } from "./migration.ts";

/** What files and history together say about a migration. Nothing here has looked at the schema. */
export type MigrationState =
  | "applied"
  /** Recorded as applied by a command, never executed. */
  | "asserted"
  | "failed"
  /** Begun, not finished, and the session which runs it is alive. */
  | "running"
  | "rolled-back"
  /** Applied, but the file is not the one that was applied. */
  | "edited"
  /** In the history, without a file. */
  | "missing"
  | "pending"
  /** Pending, although a later one has been applied. */
  | "out-of-order"
  /** Recorded under another name: the framework would run it once more. */
  | "renamed"
  /** The history could not be read. */
  | "unknown";

/** A migration with the rows of the history which speak of it. */
export interface Entry {
  readonly name: string;
  readonly state: MigrationState;
  /** Absent where the file is gone. */
  readonly migration?: Migration;
  /** The row that decides. Absent where there is none. */
  readonly record?: HistoryRecord;
  /** All rows with this name (of one that was renamed, with its former name): a failure which was rolled back and then a success are two. */
  readonly records: readonly HistoryRecord[];
  /** The recorded checksum is not one of the file's. Told apart from the state, since a failed or asserted one may be edited too. */
  readonly edited: boolean;
}

/** True for the states in which the framework takes the migration as done. */
export function countsAsApplied(state: MigrationState): boolean {
  // One that was renamed is not: the framework knows names alone.
  return state === "applied" || state === "asserted" || state === "edited" || state === "missing";
}

/**
 * Puts files and history side by side: first the project's migrations in their order, then rows without a file.
 *
 * @param runnerIsAlive a session holds the framework's own lock at this moment
 * @example
 * compare(migrations, history, { runnerIsAlive: false }).filter(({ state }) => state === "failed");
 */
export function compare(
  migrations: readonly Migration[],
  history: History,
  { runnerIsAlive }: { runnerIsAlive: boolean },
): Entry[] {
  const rows = new Map<string, HistoryRecord[]>();
  for (const record of history.records) {
    rows.set(record.migration, [...(rows.get(record.migration) ?? []), record]);
  }
  const files = migrations.map((migration) =>
    entryOf(migration.name, migration, rows.get(migration.name) ?? []),
  );
  const named = new Set(migrations.map(({ name }) => name));
  const withoutFile = [...rows]
    .filter(([name]) => !named.has(name))
    .map(([name, records]) => entryOf(name, undefined, records))
    .filter(({ state }) => state !== "rolled-back");
  const { renamed, orphans } = findRenamed(files, withoutFile);
  const newestApplied = renamed.findLastIndex(({ state }) => countsAsApplied(state) || state === "renamed");
  const inOrder = renamed.map((entry, index) =>
    entry.state === "pending" && index < newestApplied ? { ...entry, state: "out-of-order" as const } : entry,
  );
  return [...inOrder, ...orphans].map((entry) =>
    entry.state === "failed" && runnerIsAlive && entry.record?.log === undefined
      ? { ...entry, state: "running" as const }
      : entry,
  );
}

/**
 * Files without a row, of which exactly one row without a file has the checksum, and the other way round: content that was
 * applied bears another name now.
 */
function findRenamed(
  files: readonly Entry[],
  withoutFile: readonly Entry[],
): { renamed: readonly Entry[]; orphans: readonly Entry[] } {
  const lost = withoutFile.filter(
    ({ record }) => record?.state === "applied" && record.checksum !== undefined,
  );
  const fits = ({ migration }: Entry, { record }: Entry) =>
    record?.checksum !== undefined && migration?.hasChecksum?.(record.checksum) === true;
  const pairs =
    lost.length === 0
      ? []
      : files
          .filter(({ state }) => state === "pending")
          .flatMap((file) =>
            lost.filter((orphan) => fits(file, orphan)).map((orphan) => [file, orphan] as const),
          );
  const only = pairs.filter(
    ([file, orphan]) => pairs.filter(([a, b]) => a === file || b === orphan).length === 1,
  );
  const former = new Map(only.map(([file, orphan]) => [file, orphan]));
  const gone = new Set(former.values());
  return {
    renamed: files.map((file) => {
      const { record, records } = former.get(file) ?? {};
      return record && records ? { ...file, state: "renamed", record, records } : file;
    }),
    orphans: withoutFile.filter((orphan) => !gone.has(orphan)),
  };
}

/** What is left to say where the history is there and cannot be read. */
export function withoutHistory(migrations: readonly Migration[]): Entry[] {
  return migrations.map((migration) => ({
    name: migration.name,
    state: "unknown",
    migration,
    records: [],
    edited: false,
  }));
}

function entryOf(name: string, migration: Migration | undefined, records: readonly HistoryRecord[]): Entry {
  // A failed row blocks the framework whatever else is recorded; then a success counts, then what was rolled back.
  const record =
    records.findLast(({ state }) => state === "failed") ??
    records.findLast(({ state }) => state === "applied") ??
    records.at(-1);
  const edited =
    record?.checksum !== undefined &&
    record.state !== "rolled-back" &&
    migration?.hasChecksum?.(record.checksum) === false;
  const state = stateOf(migration, record, edited);
  return { name, state, edited, records, ...(migration && { migration }), ...(record && { record }) };
}

function stateOf(
  migration: Migration | undefined,
  record: HistoryRecord | undefined,
  edited: boolean,
): MigrationState {
  if (record === undefined) return "pending";
  if (record.state === "failed") return "failed";
  if (record.state === "rolled-back") return "rolled-back";
  if (migration === undefined) return "missing";
  if (edited) return "edited";
  return record.asserted ? "asserted" : "applied";
}
