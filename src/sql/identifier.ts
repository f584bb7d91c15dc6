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
 * Joins the parts of a name, each quoted only where it has to be: for identities and for people, not for statements
 * (reserved words stay as they are, so that an identity does not depend on a server's list of them).
 *
 * @example
 * dotted("public", "User", "email"); // public."User".email
 */
export function dotted(...parts: readonly string[]): string {
  return parts.map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : quoteIdentifier(part))).join(".");
}
