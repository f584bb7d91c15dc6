/**
 * Quotes an identifier for a statement (PostgreSQL, SQLite, and MySQL in ANSI mode).
 *
 * @example
 * quoteIdentifier('we"ird'); // "we""ird"
 */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text as a literal of the SQL standard; the server must have standard_conforming_strings on. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Quotes a text as a literal for a PostgreSQL server whose standard_conforming_strings may be on or off. It is one line,
 * so that no text looks like a line of its own to whoever reads a script.
 */
export function textLiteral(text: string): string {
  if (!/[\\\n\r]/.test(text)) return quoteLiteral(text);
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `E${quoteLiteral(escaped)}`;
}

/**
 * Joins the parts of a name, each quoted only where it has to be: for identities and for people, not for statements
 * (reserved words stay as they are, so that an identity does not depend on a server's list of them).
 *
 * @example
 * dotted("public", "User", "email"); // public."User".email
 */
export function dotted(...parts: readonly string[]): string {
  return parts.map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : quoteIdentifier(part))).join(".");
}

/** A part of a dotted name, and what stands before the next one. */
const dottedPart = /(?:"((?:[^"]|"")*)"|([a-z_][a-z0-9_$]*))(\.?)/y;

/**
 * Takes apart what {@link dotted} joined.
 *
 * @returns the parts, and what stands behind them: the arguments of a function's identity
 * @throws RangeError for what is no dotted name
 * @example
 * splitDotted('public."User".email'); // { parts: ["public", "User", "email"], rest: "" }
 * splitDotted("public.f(a integer)"); // { parts: ["public", "f"], rest: "(a integer)" }
 */
export function splitDotted(name: string): { readonly parts: readonly string[]; readonly rest: string } {
  const parts: string[] = [];
  let at = 0;
  for (let more = true; more; ) {
    dottedPart.lastIndex = at;
    const found = dottedPart.exec(name);
    if (found === null) throw new RangeError(`not a dotted name: ${name}`);
    const [, quoted, plain, dot] = found;
    parts.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    at = dottedPart.lastIndex;
    more = dot === ".";
  }
  return { parts, rest: name.slice(at) };
}

/**
 * What a dotted name belongs to, itself first: the column, its table, its schema.
 *
 * @example
 * ownersOf('public."a.b".c'); // ['public."a.b".c', 'public."a.b"', "public"]
 */
export function ownersOf(name: string): string[] {
  const { parts } = splitDotted(name);
  return parts.map((_, i) => (i === 0 ? name : dotted(...parts.slice(0, parts.length - i))));
}

/** The source of a pattern for a name within a definition: a word, or what stands in double quotes. */
export const namePattern = String.raw`(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)`;

/**
 * A name of a definition without quotes which it does not need, as {@link dotted} spells it: reserved words are quoted there.
 *
 * @example
 * spelledPlainly('"order"'); // order
 */
export function spelledPlainly(spelled: string): string {
  return /^"[a-z_][a-z0-9_$]*"$/.test(spelled) ? spelled.slice(1, -1) : spelled;
}
