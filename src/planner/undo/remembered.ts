import type { SavedTable } from "../../executor/backup.ts";
import type { HistoryRecord } from "../../migration/migration.ts";
import type { Certificate } from "../../plan/certificate.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Snapshot } from "../../schema/snapshot.ts";

/** The rows of a table at one moment, in a file. */
export interface Saved extends SavedTable {
  /** Absolute. */
  readonly path: string;
}

/** What is remembered of a repair that changed something. */
export interface Remembered {
  readonly id: string;
  readonly directory: string;
  readonly startedAt: string;
  readonly plan: Plan;
  /** Absent: it was never rehearsed. */
  readonly certificate?: Certificate;
  /** What was there before. */
  readonly before: Snapshot;
  readonly history: { readonly exists: boolean; readonly records: readonly HistoryRecord[] };
  /** Rows before it, and rows when it was done, by table as `dotted()` writes it. */
  readonly rowsBefore: ReadonlyMap<string, Saved>;
  readonly rowsAfter: ReadonlyMap<string, Saved>;
}

/** The migrations with which a repair had to do. */
export function migrationsOf({ parts }: Plan): Set<string> {
  return new Set(
    parts.flatMap((part) =>
      part.kind === "runner"
        ? part.migrations
        : part.steps.flatMap((step) =>
            "migration" in step && step.migration !== "" ? [step.migration] : [],
          ),
    ),
  );
}

/** Whether statements of it changed rows, or ran code that may have. */
export function changedRows({ parts }: Plan): boolean {
  return parts.some((part) =>
    part.kind === "runner"
      ? part.statements.some(({ untraced }) => untraced)
      : part.steps.some(
          (step) =>
            step.kind === "mend" ||
            (step.kind === "statements" && step.statements.some(({ untraced }) => untraced)),
        ),
  );
}
