import type { Hazard, Step } from "../plan/plan.ts";
import type { Evidence } from "./evidence.ts";

/** `info` is worth knowing and needs nothing: a database with nothing worse is healthy. */
export type Severity = "error" | "warning" | "info";

/** One way out, offered only where it is true. */
export interface Remedy {
  readonly id: string;
  readonly title: string;
  readonly recommended: boolean;
  readonly hazards: readonly Hazard[];
  readonly steps: readonly Step[];
}

/** A check is a pure function from evidence to findings, with its words. One file, and one line in the registry. */
export interface Check<Facts> {
  /** Stable: people name it in `godwit explain <check>`, scripts look for it. */
  readonly id: string;
  /** One line, for lists of checks. */
  readonly summary: string;
  /** Markdown: what it is, how it comes about, what to do, and what not. Becomes `docs/checks/<id>.md`. */
  readonly explain: string;
  /**
   * While this is found (as an error), running or recording migrations would do harm: then no other finding offers a
   * remedy that does so.
   */
  readonly comesFirst?: true;
  /** It tells how the database is reached, which is told before all else, however mild it is. */
  readonly aboutAccess?: true;
  detect(evidence: Evidence): Facts[];
  severity(facts: Facts): Severity;
  /** What is wrong, in one line. */
  title(facts: Facts): string;
  /** Why, and what it means, in a few sentences. */
  explanation(facts: Facts): string;
  /** How it is known: objects, rows of the history, statements with file and line. */
  proof(facts: Facts): string[];
  remedies(facts: Facts): Remedy[];
}

/** What a check found, in data and in words. */
export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  readonly title: string;
  readonly facts: unknown;
  readonly explanation: string;
  readonly evidence: readonly string[];
  readonly remedies: readonly Remedy[];
}

/** Ties the parts of one check to the same facts, and hides their type from the registry. */
export function defineCheck<Facts>(check: Check<Facts>): RunnableCheck {
  const { id, summary, explain, comesFirst = false, aboutAccess = false } = check;
  return {
    id,
    summary,
    explain,
    comesFirst,
    aboutAccess,
    run: (evidence) =>
      check.detect(evidence).map((facts) => ({
        check: id,
        severity: check.severity(facts),
        title: check.title(facts),
        facts,
        explanation: check.explanation(facts),
        evidence: check.proof(facts),
        remedies: check.remedies(facts),
      })),
  };
}

/** A check, as the registry has it. */
export interface RunnableCheck {
  readonly id: string;
  readonly summary: string;
  readonly explain: string;
  readonly comesFirst: boolean;
  readonly aboutAccess: boolean;
  run(evidence: Evidence): Finding[];
}
