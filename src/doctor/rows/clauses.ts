/** A column's name in a pattern, as a statement may spell it. */
function spellings(column: string): string {
  const name = `"${column.replaceAll('"', '""')}"`;
  const all = [name, ...(/^[a-z_][a-z0-9_]*$/.test(column) ? [column] : [])];
  return `(?:${all.map((one) => one.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&")).join("|")})`;
}

/** Dropped and added by one statement, as Prisma does for another type: no row keeps its value. */
export function isMadeAnew(text: string, column: string): boolean {
  const name = spellings(column);
  return (
    new RegExp(`\\bDROP\\s+(?:COLUMN\\s+)?(?:IF\\s+EXISTS\\s+)?${name}(?!\\w)`, "i").test(text) &&
    new RegExp(`\\bADD\\s+(?:COLUMN\\s+)?${name}\\s`, "i").test(text)
  );
}

/**
 * What a statement says after USING for the type of a column.
 *
 * @returns undefined: nothing; null: the text is not understood
 */
export function usingOf(text: string, column: string): string | undefined | null {
  const clause = new RegExp(
    `ALTER\\s+(?:COLUMN\\s+)?${spellings(column)}\\s+(?:SET\\s+DATA\\s+)?TYPE\\s+([\\s\\S]*?)(?=;|,\\s*(?:ALTER|ADD|DROP)\\s|$)`,
    "i",
  ).exec(text)?.[1];
  if (clause === undefined) return null;
  return /\bUSING\s+([\s\S]*)$/i.exec(clause)?.[1]?.trim();
}
