import type { Using } from "../engines/engine.ts";
import type { AdvisoryKey, LockHolder, ScriptError } from "../engines/server.ts";
import type { TableColumns, Writer } from "../engines/writer.ts";
import type { RunnerOutcome } from "../frameworks/framework.ts";
import type { CertifiedStep, TableTouched } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import type { Backup } from "./backup.ts";
import type { Journal } from "./journal.ts";

/** All that is needed to carry out a plan: on a copy for the rehearsal, and then on the database itself. */
export interface Execution {
  readonly plan: Plan;
  readonly writer: Writer;
  readonly journal: Journal;
  /** The framework's own locks; Godwit's is taken always. */
  readonly locks: readonly AdvisoryKey[];
  /** How long it is waited for locks, in seconds: the framework's, Godwit's, and those of tables. */
  readonly patience: number;
  /**
   * Called when all locks are held and nothing has been changed.
   *
   * @returns what is no longer as it was when the plan was made
   */
  check(writer: Writer): Promise<readonly string[]>;
  /** Called after `check`, within the transaction of the first part. */
  backUp?(writer: Writer): Promise<Backup>;
  /** Tables whose rows must be afterwards what they were; those whose rows the plan's own data statements change are excepted. */
  readonly protect: readonly TableColumns[];
  /** Tables which are the plan's to write: the history. As `dotted()` writes them. */
  readonly leaveOut: ReadonlySet<string>;
  /**
   * @param part zero-based
   * @returns what is not as the plan foresees it after this part
   */
  verify(
    part: number,
    seen: { readonly snapshot: Snapshot; readonly writer: Writer },
  ): Promise<readonly string[]>;
  /** Starts the framework's own runner, while this session holds its lock. */
  run?(): Promise<RunnerOutcome>;
  /** Asks another connection for whom the writer's process waits. Absent on a copy. */
  waitsFor?(process: number): Promise<Using>;
  /** It is a rehearsal, on a copy where nobody else is at work: what each statement does to tables is measured. */
  readonly measure: boolean;
  /** Another connection, which looks at locks while the framework's runner or a statement by itself is at work. Of a rehearsal. */
  readonly witness?: Pick<Writer, "others">;
  /** Breaks an execution on purpose, for tests: called before every statement. */
  readonly fault?: (at: { readonly part: number; readonly step: number; readonly statement: number }) => void;
  readonly onProgress?: (text: string) => void;
}

/** What a plan did to the tables that were there before it, as the server tells it. */
export interface Measures {
  readonly steps: readonly CertifiedStep[];
  readonly tables: readonly TableTouched[];
  /** Seconds that rows were compared, before and after. */
  readonly comparing: number;
}

/** What came of an execution. */
export type ExecutionOutcome =
  | {
      readonly outcome: "done";
      /** The end could not be written down any more, and why: what is remembered of it is not to be relied on. */
      readonly unrecorded?: string;
      /** What was measured; nothing unless that was asked for. */
      readonly measures: Measures;
      /** Tables whose rows were compared, and are what they were. */
      readonly unchanged: readonly string[];
      /** Tables whose rows the plan's own data statements changed. */
      readonly written: readonly string[];
    }
  | Failed;

export interface Failed {
  readonly outcome: "failed";
  readonly reason:
    | { readonly kind: "locked"; readonly what: string; readonly holder?: LockHolder }
    | { readonly kind: "changed"; readonly what: readonly string[] }
    | { readonly kind: "backup"; readonly problem: string }
    /** What is done could no longer be written down. */
    | { readonly kind: "journal"; readonly problem: string }
    /** A new migration could not be written into the project. */
    | { readonly kind: "file"; readonly file: string; readonly problem: string }
    | {
        readonly kind: "statement";
        readonly migration: string;
        readonly file: string;
        readonly line: number;
        readonly sql: string;
        readonly code: string;
        readonly message: string;
      }
    | {
        readonly kind: "history";
        readonly migration: string;
        readonly code: string;
        readonly message: string;
      }
    /** What a person chose for rows that are in the way cannot be done. */
    | {
        readonly kind: "rows";
        readonly migration: string;
        readonly choice: string;
        readonly problems: readonly string[];
      }
    | { readonly kind: "verification"; readonly problems: readonly string[] }
    | { readonly kind: "runner"; readonly outcome: RunnerOutcome }
    | { readonly kind: "lost"; readonly problem: string };
  /** The part in which it happened, zero-based. */
  readonly part: number;
  /** Parts that stay as a whole. */
  readonly committed: number;
  /** What became of this part: nothing of it stays, or what it had done by then, or all of it; or that is not known. */
  readonly left: "nothing" | "some" | "all" | "unknown";
  /** Who held the lock that could not be had, as far as that was seen. */
  readonly waitedFor?: Using;
  /** The transaction whose COMMIT was not answered. */
  readonly transaction?: string;
}

/** lock_not_available, deadlock_detected, serialization_failure: it may go the next time. */
export const passing: ReadonlySet<string> = new Set(["55P03", "40P01", "40001"]);

/** Thrown within a part, to undo it. */
export class Stop extends Error {
  readonly reason: Failed["reason"];
  constructor(reason: Failed["reason"]) {
    super(reason.kind);
    this.reason = reason;
  }
}

/** For what cannot be refused unless the transaction itself is. */
export async function must(work: Promise<ScriptError | undefined>): Promise<void> {
  const refusal = await work;
  if (refusal === undefined) return;
  const { code, message } = refusal;
  throw new Stop({ kind: "history", migration: "", code, message });
}
