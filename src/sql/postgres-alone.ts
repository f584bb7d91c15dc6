import { tokensOf } from "./postgres-tokens.ts";

/**
 * Statements which the server refuses within a transaction (25001).
 *
 * https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY and the pages of the others
 */
export function aloneByText(sql: string): boolean {
  const words = firstWords(sql, 12);
  if (
    /^(?:CREATE (?:UNIQUE )?INDEX|DROP INDEX|REINDEX .*|ALTER TABLE .* DETACH PARTITION .*) CONCURRENTLY\b/.test(
      words,
    )
  )
    return true;
  if (/^REINDEX CONCURRENTLY\b|^REINDEX (?:SCHEMA|DATABASE|SYSTEM)\b/.test(words)) return true;
  return /^(?:VACUUM|(?:CREATE|DROP) (?:DATABASE|TABLESPACE|SUBSCRIPTION)|ALTER SYSTEM|ALTER DATABASE .* SET TABLESPACE)\b/.test(
    words,
  );
}

/** A new value of an enum may not be used in the transaction which adds it (55P04). */
export function endsTransaction(sql: string): boolean {
  return /^ALTER TYPE .*\bADD VALUE\b/.test(firstWords(sql, 12));
}

/** The first words in capitals, with names in quotes as `x`. */
function firstWords(sql: string, most: number): string {
  const words: string[] = [];
  for (const { kind, start, end } of tokensOf(sql)) {
    if (kind === "word") words.push(sql.slice(start, end).toUpperCase());
    else if (kind === "quoted-identifier") words.push("x");
    if (words.length >= most) break;
  }
  return words.join(" ");
}
