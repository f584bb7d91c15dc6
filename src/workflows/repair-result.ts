import type { Finding } from "../doctor/check.ts";
import type { Failed } from "../executor/execution.ts";
import type { Certificate } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import type { Question } from "../planner/choices.ts";
import type { ProjectFacts } from "./result.ts";

/** What became of a repair (or of `migrate`). */
export type RepairOutcome =
  /** The database is where its migrations say it should be, as far as that can be known. */
  | "nothing-to-do"
  /** No plan is made: something stands before it that only a person can decide or mend. */
  | "refused"
  /** There is more than one truth: a person has to choose. */
  | "choose"
  /** No copy could be made. */
  | "cannot-rehearse"
  /** The plan failed on the copy: the database itself was not touched. */
  | "rehearsal-failed"
  /** The plan was proven, and nothing more was asked for. */
  | "rehearsed"
  /** Nobody said yes. */
  | "declined"
  | "done"
  | "failed";

/** The answer of `godwit repair` and `godwit migrate`. */
export interface RepairResult {
  readonly godwit: 1;
  readonly outcome: RepairOutcome;
  readonly project: ProjectFacts;
  readonly findings: readonly Finding[];
  /** Why there is no plan, or why it could not be rehearsed. */
  readonly reasons: readonly string[];
  /** What a person can do about it. */
  readonly remedy?: string;
  readonly questions: readonly Question[];
  readonly plan?: Plan;
  readonly certificate?: Certificate;
  readonly failure?: Failed;
  /** Whether the database itself was changed: parts of the plan that are committed. */
  readonly committed: number;
  /** Where journal, backup and certificate are. */
  readonly recordDirectory?: string;
  /** Why the end could not be written down: an undo cannot rely on what is remembered. */
  readonly unrecorded?: string;
  readonly stateDirectory: string;
  /** Files that were written because `--plan-out` asked for them. */
  readonly planFiles: readonly string[];
  /** What an earlier, interrupted repair left. */
  readonly interrupted?: string;
}
