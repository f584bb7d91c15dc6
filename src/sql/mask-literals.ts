/** What stands for a literal that was taken out. */
const mark = "***";

/** A literal of the same form and with as many lines, which says nothing. */
export function maskedString(literal: string): string {
  const lines = literal.replace(/[^\n]/g, "");
  const tag = /^\$[^$]*\$/.exec(literal)?.[0];
  if (tag !== undefined) return `${tag}${mark}${lines}${tag}`;
  return `${/^[eE]/.test(literal) ? literal[0] : ""}'${mark}${lines}'`;
}

/** Whether a literal is what {@link maskedString} left. */
export function isMaskedString(literal: string): boolean {
  return /^(?:[eE]?'|\$[^$]*\$)\*{3}\n*(?:'|\$[^$]*\$)$/.test(literal);
}

/** A number of as many digits, which says nothing. */
export function maskedNumber(number: string): string {
  return number.replace(/[0-9A-Za-z]/g, "0");
}

/** Numbers of five digits and more may tell of people; shorter ones count, limit and scale. */
export function isLongNumber(number: string): boolean {
  return number.replace(/[^0-9]/g, "").length >= 5;
}

/** The same length and lines, and nothing else: what follows keeps its place. */
export function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/** The text of a literal. */
export function contentOf(literal: string): string {
  const tag = /^\$[^$]*\$/.exec(literal)?.[0];
  if (tag !== undefined) return literal.slice(tag.length, literal.endsWith(tag) ? -tag.length : undefined);
  return literal
    .replace(/^[eE]?'/, "")
    .replace(/'$/, "")
    .replaceAll("''", "'");
}

/** A literal of the same form with another text. */
export function withContent(literal: string, content: string): string {
  const tag = /^\$[^$]*\$/.exec(literal)?.[0];
  if (tag !== undefined) return `${tag}${content}${tag}`;
  return `${/^[eE]/.test(literal) ? literal[0] : ""}'${content.replaceAll("'", "''")}'`;
}
