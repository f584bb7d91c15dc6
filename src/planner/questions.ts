import { citeStatement, type Judged, ranges } from "../doctor/cite.ts";
import type { Evidence } from "../doctor/evidence.ts";
import type { Verdict } from "../timeline/locate/verdict.ts";
import type { Choices, Option, Question } from "./choices.ts";

/** An answer that is not there yet. */
export interface Ask {
  readonly do: "ask";
  readonly question: Question;
}

/** Whether the statements took effect which leave no trace: only a person can know. */
export function untracedQuestion(
  one: Judged,
  verdict: Verdict,
  evidence: Evidence,
  check: string,
  state: string,
) {
  const { name } = one.entry;
  const { untraced } = verdict;
  const plural = untraced.length > 1;
  return {
    check,
    migration: name,
    title: `Did statement${plural ? "s" : ""} ${ranges(untraced)} of ${name} take effect? ${plural ? "They change" : "It changes"} data or ${plural ? "run" : "runs"} code and ${plural ? "leave" : "leaves"} no trace in the schema; ${state}.`,
    cited: citeUntraced(one, verdict, evidence),
  };
}

export function citeUntraced({ entry }: Judged, { untraced }: Verdict, evidence: Evidence): string[] {
  return untraced.slice(0, 6).map((statement) => citeStatement(evidence, entry, statement));
}

/** What was chosen, or the question. */
export function choose<Decision>(
  choices: Choices,
  question: Omit<Question, "options">,
  options: readonly (readonly [Option, Decision])[],
): Decision | Ask {
  const asked = { ...question, options: options.map(([option]) => option) };
  const chosen = choices.of(asked);
  const decision = options.find(([{ id }]) => id === chosen)?.[1];
  return decision ?? { do: "ask", question: asked };
}
