import type { Failed } from "../executor/execution.ts";
import type { Certificate } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import type { Question } from "../planner/choices.ts";
import type { ProjectFacts } from "./result.ts";

/** What became of an undo. */
export type UndoOutcome =
  /** The last repair was taken back already, or nothing of it is there any more. */
  | "nothing-to-do"
  /** Others have built on it, or what is remembered of it cannot be read. */
  | "refused"
  /** It would delete what came since: a person has to say so. */
  | "choose"
  | "cannot-rehearse"
  | "rehearsal-failed"
  | "rehearsed"
  | "declined"
  | "done"
  | "failed";

/** The answer of `godwit undo`. */
export interface UndoResult {
  readonly godwit: 1;
  readonly outcome: UndoOutcome;
  readonly project: ProjectFacts;
  /** The repair that is taken back. */
  readonly repair?: {
    readonly id: string;
    readonly purpose: Plan["purpose"];
    readonly startedAt: string;
    readonly directory: string;
  };
  readonly reasons: readonly string[];
  readonly remedy?: string;
  readonly questions: readonly Question[];
  readonly plan?: Plan;
  /** How far it goes, in words. */
  readonly back: readonly string[];
  readonly notBack: readonly string[];
  readonly certificate?: Certificate;
  readonly failure?: Failed;
  /** Whether the database itself was changed. */
  readonly committed: number;
  readonly recordDirectory?: string;
  /** Why the end could not be written down. */
  readonly unrecorded?: string;
  readonly stateDirectory: string;
  /** What an earlier, interrupted repair left. */
  readonly interrupted?: string;
}
