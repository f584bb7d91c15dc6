import type { CopyLevel } from "../engines/copying.ts";
import type { LockHolder } from "../engines/engine.ts";
import type { Certificate } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import type { Question } from "../planner/choices.ts";
import type { Planned } from "../planner/planning.ts";
import type { ProjectFlags } from "../project/open.ts";
import type { Prepared } from "./preparation.ts";

/** What can be said to a repair beforehand. */
export interface RepairFlags extends ProjectFlags {
  readonly purpose: Plan["purpose"];
  /** `check=remedy`, or `check:migration=remedy`. */
  readonly choose?: readonly string[];
  readonly clone?: string;
  readonly level?: CopyLevel;
  readonly rehearseOnly?: boolean;
  /** An explicit choice, which is recorded. */
  readonly withoutRehearsal?: boolean;
  /** Never the framework's own runner. */
  readonly native?: boolean;
  /** How long it is waited for locks, in seconds. */
  readonly wait?: number;
}

/** How a repair talks with whoever asked for it. */
export interface RepairTalk {
  readonly onProgress?: (text: string) => void;
  /** Answers a question with the id of one of its options; undefined: no answer. */
  choose?(question: Question, prepared: Prepared): Promise<string | undefined>;
  /** Answers whether a session is to be ended that is in the way, after it was waited for. */
  chooseEnding?(question: Question): Promise<string | undefined>;
  /** Called before a session is ended which was chosen beforehand. */
  confirmEnding?(holder: LockHolder): Promise<boolean>;
  /**
   * Called with the plan, before it is rehearsed.
   *
   * @param native plans the same without the framework's runner
   * @returns files that were written
   */
  onPlan?(planned: Planned, prepared: Prepared, native: () => Planned): Promise<readonly string[]>;
  /** Called with the certificate, before anything is changed. */
  confirm?(plan: Plan, certificate: Certificate | undefined): Promise<boolean>;
}
