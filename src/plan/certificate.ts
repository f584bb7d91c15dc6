import { createHash } from "node:crypto";
import type { Hazard, Plan, PlanFrom } from "./plan.ts";

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
  /** What each statement did to tables that were there before: rows written, rewritten, locked. */
  readonly steps: readonly CertifiedStep[];
  /** What the plan costs, table by table: the costliest first. */
  readonly tables: readonly TableCost[];
  /** Seconds that rows of tables were compared, before and after: on the database only those of the altered tables are. */
  readonly comparing: number;
  /** What only the rehearsal tells: `long`, where others would wait for more than five seconds. */
  readonly hazards: readonly Extract<Hazard, "long">[];
  /** Tables whose rows were compared and are what they were, and those which the plan's data statements changed. */
  readonly unchanged: readonly string[];
  readonly written: readonly string[];
}

/** A statement where each was measured; else a step, or all that the framework's runner did. */
export interface CertifiedStep {
  readonly part: number;
  readonly step: number;
  /** One-based, of a migration's file. */
  readonly statement?: number;
  /** For people: `prisma/migrations/0002_email/migration.sql:3`. */
  readonly place: string;
  readonly seconds: number;
  readonly tables: readonly {
    readonly table: string;
    /** Absent where the server does not tell it. */
    readonly rowsChanged?: number;
    /** It got another file, and there are rows in it. */
    readonly rewritten: boolean;
    /** It got another file, in which there is nothing. */
    readonly emptied: boolean;
    /** Indexes that were built, but for those of a table that was rewritten. */
    readonly indexes: readonly string[];
    /** The strongest lock that was new: `AccessExclusiveLock`. Absent where others were not kept from anything. */
    readonly lock?: string;
  }[];
}

/** From what a lock kept others, for how long, and what took it. */
export interface Kept {
  readonly from: "reading and writing" | "writing";
  readonly lock: string;
  /** As {@link CertifiedStep} has it. */
  readonly by: string;
  /** To the end of the part's last statement: COMMIT comes when all has been verified. */
  readonly seconds: number;
  /** Seen from outside, again and again: it may have been held for some milliseconds more, and shorter locks are not seen. */
  readonly sampled: boolean;
}

/** What a plan did to a table of the copy. */
export interface TableTouched {
  readonly table: string;
  /** The table of which it is a partition. */
  readonly partitionOf?: string;
  /** It had rows on the copy. */
  readonly hadRows: boolean;
  /** Absent where the server does not tell it. */
  readonly rowsChanged?: number;
  /** All its rows were written anew, or it had none. */
  readonly rewritten: boolean;
  readonly emptied: boolean;
  readonly indexes: readonly string[];
  /** The strongest first. Empty: others could read and write. */
  readonly kept: readonly Kept[];
  /** Of the statements which did something to it, all together. */
  readonly seconds: number;
}

/** What the server estimates of a table of the database itself. */
export interface Weight {
  /** Absent where it has never counted them. */
  readonly rows?: number;
  /** With its indexes, and what is stored beside it. */
  readonly bytes: number;
  readonly hasRows: boolean;
}

export interface TableCost extends TableTouched {
  /** Absent where it could not be asked for: somebody holds a lock. */
  readonly original?: Weight;
  /** The time on the copy tells something of the database: the table's rows were there. */
  readonly timeTells: boolean;
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
