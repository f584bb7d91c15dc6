import { tokensOf } from "../../sql/postgres-tokens.ts";

/** Key words of a pattern, in capitals or not; names between them are not touched. */
function anyCase(pattern: string): string {
  return pattern.replaceAll(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);
}

/** A column's name in a pattern, as a statement may spell it: in quotes as it is, else in any case. */
function spellings(column: string): string {
  const quoted = `"${column.replaceAll('"', '""')}"`.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
  return /^[a-z_][a-z0-9_]*$/.test(column) ? `(?:${quoted}|${anyCase(column.toUpperCase())})` : quoted;
}

/** Before a column's name, between and behind it. */
const [add, drop, alter, type] = [
  "\\bADD\\s+(?:COLUMN\\s+)?(?:IF\\s+NOT\\s+EXISTS\\s+)?",
  "\\bDROP\\s+(?:COLUMN\\s+)?(?:IF\\s+EXISTS\\s+)?",
  "\\bALTER\\s+(?:COLUMN\\s+)?",
  "\\s+(?:SET\\s+DATA\\s+)?TYPE\\s+([^]*?)(?=;|,\\s*(?:ALTER|ADD|DROP)\\s|$)",
].map(anyCase) as [string, string, string, string];

/** Added as a new column, and not named anew. */
export function isAdded(text: string, column: string): boolean {
  return new RegExp(`${add}${spellings(column)}\\s`).test(text);
}

/** Dropped and added by one statement, as Prisma does for another type: no row keeps its value. */
export function isMadeAnew(text: string, column: string): boolean {
  return new RegExp(`${drop}${spellings(column)}(?!\\w)`).test(text) && isAdded(text, column);
}

/** Whether a statement that changes the schema gives rows other values: it converts them, or makes a column anew. */
export function changesValues(text: string): boolean {
  return /\bTYPE\b[\s\S]*\bUSING\b/i.test(text) || /\bDROP\s+COLUMN\b[\s\S]*\bADD\b/i.test(text);
}

/** What fills a table when it is made, or gives its name to one that is there. */
const fills: ReadonlySet<string> = new Set(["RENAME", "ATTACH", "PARTITION", "INTO", "SCHEMA", "EXECUTE"]);

/**
 * Whether a text makes a table in which there is nothing: by its columns, and not of a query or another table. Where that is
 * not plain, it does not.
 */
export function makesEmpty(text: string, table: string): boolean {
  const tokens = [...tokensOf(text)].flatMap(({ kind, start, end }) =>
    kind === "space" || kind === "comment" ? [] : [{ kind, text: text.slice(start, end) }],
  );
  const words = tokens.map((token) => (token.kind === "word" ? token.text.toUpperCase() : token.text));
  const named = (i: number) => {
    const token = tokens[i];
    return token?.kind === "word"
      ? token.text.toLowerCase() === table
      : token?.text === `"${table.replaceAll('"', '""')}"`;
  };
  const isMade = words.some((word, i) => {
    if (word !== "CREATE" || words[i + 1] !== "TABLE") return false;
    const first = words.slice(i + 2, i + 5).join(" ") === "IF NOT EXISTS" ? i + 5 : i + 2;
    const name = words[first + 1] === "." ? first + 2 : first;
    return named(name) && words[name + 1] === "(";
  });
  const isFilled = words.some(
    (word, i) => fills.has(word) || (word === "AS" && !["ALWAYS", "DEFAULT"].includes(words[i - 1] ?? "")),
  );
  return isMade && !isFilled;
}

/**
 * What a statement says after USING for the type of a column.
 *
 * @returns undefined: nothing; null: the text is not understood
 */
export function usingOf(text: string, column: string): string | undefined | null {
  const clause = new RegExp(`${alter}${spellings(column)}${type}`).exec(text)?.[1];
  if (clause === undefined) return null;
  return /\bUSING\s+([\s\S]*)$/i.exec(clause)?.[1]?.trim();
}
