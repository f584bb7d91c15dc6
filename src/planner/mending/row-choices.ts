import type { MendWish } from "../../engines/mend.ts";
import { KnownError } from "../../errors.ts";

/** The check whose choices say what becomes of rows. */
export const rowsCheck = "rows-in-the-way";

/** What a person has chosen for rows that are in the way. */
export interface RowChoice {
  /** As it was typed. */
  readonly text: string;
  /** `0002_strict:public.people.email`, `0002_strict`, or empty: the only rows that are in the way. */
  readonly place: string;
  readonly wish: MendWish;
}

const form = /^rows-in-the-way(?::([\s\S]+?))?=((?:value|expression|merge|quarantine)\b[\s\S]*)$/;

/**
 * Reads `rows-in-the-way:<migration>:<object>=<what becomes of them>`.
 *
 * @throws KnownError USAGE
 * @example
 * rowChoiceOf("rows-in-the-way:0002_strict:public.people.email=value:n/a").wish; // { kind: "value", text: "n/a" }
 */
export function rowChoiceOf(text: string): RowChoice {
  const [, place = "", answer = ""] = form.exec(text) ?? [];
  const wish = wishOf(answer);
  if (wish !== undefined) return { text, place, wish };
  throw new KnownError("USAGE", {
    problem: `--choose ${text} does not say what becomes of the rows.`,
    hint: "After = comes value:TEXT, expression:SQL, merge:greatest:COLUMN, merge:least:COLUMN or quarantine; where several columns come into question, value(COLUMN):TEXT and expression(COLUMN):SQL. `godwit doctor` prints what can be chosen.",
  });
}

function wishOf(answer: string): MendWish | undefined {
  if (answer === "quarantine") return { kind: "quarantine" };
  const [, keep, by] = /^merge:(greatest|least):([\s\S]+)$/.exec(answer) ?? [];
  if ((keep === "greatest" || keep === "least") && by !== undefined && by !== "COLUMN")
    return { kind: "merge", keep, by };
  const [, kind, column, given] = /^(value|expression)(?:\(([\s\S]+?)\))?:([\s\S]*)$/.exec(answer) ?? [];
  // What stands for the answer in the report is no answer.
  if (given === undefined || given === "TEXT" || given === "SQL") return undefined;
  const place = column === undefined ? {} : { column };
  return kind === "value" ? { kind, ...place, text: given } : { kind: "expression", ...place, sql: given };
}
