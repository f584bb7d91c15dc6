import { createHash } from "node:crypto";
import type { Plan, PlanFrom } from "./plan.ts";

/** How a plan was proven: by carrying it out on a copy. */
export interface Certificate {
  readonly godwit: 1;
  /** The {@link planHash} of the plan that was rehearsed. */
  readonly plan: string;
  /** What the plan was made for, and what the copy was. */
  readonly from: PlanFrom;
  readonly rehearsedAt: string;
  /** `full`: with all rows; `affected`: with those of the tables that the plan touches; `schema`: without rows. */
  readonly level: "full" | "affected" | "schema";
  /** The copy, for people. */
  readonly clone: string;
  /** The fingerprint of the schema which the plan led to. */
  readonly to: string;
  readonly seconds: number;
  /** What was found to be true afterwards, in words. */
  readonly proven: readonly string[];
  /** What each step did to tables that were there before: rows written, rewritten, locked. */
  readonly steps: readonly CertifiedStep[];
  /** Tables whose rows were compared and are what they were, and those which the plan's data statements changed. */
  readonly unchanged: readonly string[];
  readonly written: readonly string[];
}

export interface CertifiedStep {
  readonly part: number;
  readonly step: number;
  readonly seconds: number;
  readonly tables: readonly {
    readonly table: string;
    readonly rowsChanged: number;
    readonly rewritten: boolean;
    readonly lock?: string;
  }[];
}

/**
 * Names a plan by its content: one plan is rehearsed, shown and applied. The keys of the history's new rows are drawn
 * anew each time, and are left out.
 */
export function planHash(plan: Plan): string {
  const parts = plan.parts.map((part) =>
    part.kind === "runner"
      ? part
      : {
          ...part,
          steps: part.steps.map((step) =>
            step.kind === "history"
              ? { kind: step.kind, change: step.change, migration: step.migration }
              : step,
          ),
        },
  );
  return createHash("sha256")
    .update(JSON.stringify({ ...plan, parts }))
    .digest("hex");
}
