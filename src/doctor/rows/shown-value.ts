import type { Demand } from "../../engines/demand.ts";

/** Characters that are shown of a value at most. */
const longest = 40;

/** Names of columns that hold what is somebody's own. */
const personalNames =
  /mail|name|phone|mobile|address|street|city|zip|postal|birth|gender|ssn|iban|card|passport|licen|login|user|token|secret|password|cred|auth|session|cookie|hash|key|note|comment|message|text|ip/i;

/** Texts in which somebody may be recognised, whatever their column is called. */
const personalTexts = [
  /@/,
  /(?:\+|\b00)\d[\d ()/-]{6,}/,
  /\b(?:\d[ -]?){12,}\b/,
  /\b[A-Z]{2}\d{2}[A-Z0-9]{8,}\b/,
];

/** Whether the columns which a demand asks about sound like somebody's own. */
export function soundsPersonal(demand: Demand): boolean {
  return personalNames.test("column" in demand ? demand.column : demand.definition);
}

/**
 * A value for a report that may be passed on: what may be personal is shown by its first character and its length only.
 *
 * @example
 * shownValue("ann@example.org", false); // "a… (15 characters)"
 * shownValue("42", true); // "42"
 */
export function shownValue(value: string, personal: boolean): string {
  const printable = value.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "·");
  const isPlain =
    /^(?:[\w"$]{1,64} )?(?:-?\d{1,9}(?:\.\d{1,6})?|[0-9a-f-]{36}|\(\d+,\d+\)|true|false|NULL)(?:, (?:-?\d{1,9}|[0-9a-f-]{36}|\(\d+,\d+\)))*$/i;
  const isMasked = personalTexts.some((one) => one.test(printable)) || (personal && !isPlain.test(printable));
  if (isMasked) return `${[...printable][0] ?? ""}… (${[...printable].length} characters)`;
  // A key that is cut off finds nothing.
  if (isPlain.test(printable)) return printable;
  return [...printable].length > longest ? `${[...printable].slice(0, longest).join("")}…` : printable;
}
