/** A column's name in a pattern, as a statement may spell it. */
function spellings(column: string): string {
  const name = `"${column.replaceAll('"', '""')}"`;
  const all = [name, ...(/^[a-z_][a-z0-9_]*$/.test(column) ? [column] : [])];
  return `(?:${all.map((one) => one.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&")).join("|")})`;
}

/** Added as a new column, and not named anew. */
export function isAdded(text: string, column: string): boolean {
  return new RegExp(`\\bADD\\s+(?:COLUMN\\s+)?(?:IF\\s+NOT\\s+EXISTS\\s+)?${spellings(column)}\\s`, "i").test(
    text,
  );
}

/** Dropped and added by one statement, as Prisma does for another type: no row keeps its value. */
export function isMadeAnew(text: string, column: string): boolean {
  const drop = `\\bDROP\\s+(?:COLUMN\\s+)?(?:IF\\s+EXISTS\\s+)?${spellings(column)}(?!\\w)`;
  return new RegExp(drop, "i").test(text) && isAdded(text, column);
}

/** Whether a statement that changes the schema gives rows other values: it converts them, or makes a column anew. */
export function changesValues(text: string): boolean {
  return /\bTYPE\b[\s\S]*\bUSING\b/i.test(text) || /\bDROP\s+COLUMN\b[\s\S]*\bADD\b/i.test(text);
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
