import { tokensOf } from "../../../sql/postgres-tokens.ts";

/**
 * A statement that adds a column, without its NOT NULL.
 *
 * @returns undefined where that is not found in it
 * @example
 * withoutNotNull('ALTER TABLE "t" ADD COLUMN "a" TEXT NOT NULL, ADD "b" int', "a");
 * // 'ALTER TABLE "t" ADD COLUMN "a" TEXT, ADD "b" int'
 */
export function withoutNotNull(statement: string, column: string): string | undefined {
  const tokens = [...tokensOf(statement)]
    .filter(({ kind }) => kind !== "space" && kind !== "comment")
    .map((token) => ({ ...token, text: statement.slice(token.start, token.end) }));
  const isWord = (i: number, word: string) =>
    tokens[i]?.kind === "word" && tokens[i]?.text.toUpperCase() === word;
  const names = (i: number) => {
    const token = tokens[i];
    if (token?.kind === "word") return token.text.toLowerCase() === column;
    return token?.kind === "quoted-identifier" && token.text.slice(1, -1).replaceAll('""', '"') === column;
  };
  if (!isWord(0, "ALTER") || !isWord(1, "TABLE")) return undefined;
  let depth = 0;
  let inClause = false;
  for (let i = 0; i < tokens.length; i++) {
    const text = tokens[i]?.text;
    if (text === "(" || text === "[") depth++;
    if (text === ")" || text === "]") depth--;
    if (depth > 0) continue;
    if (text === ",") inClause = false;
    if (isWord(i, "ADD")) {
      let at = i + 1;
      if (isWord(at, "COLUMN")) at++;
      if (isWord(at, "IF") && isWord(at + 1, "NOT") && isWord(at + 2, "EXISTS")) at += 3;
      if (names(at)) {
        inClause = true;
        i = at;
        continue;
      }
    }
    if (!inClause || !isWord(i, "NOT") || !isWord(i + 1, "NULL")) continue;
    // A constraint with a name of its own would lose it.
    if (isWord(i - 2, "CONSTRAINT")) return undefined;
    const [from, to] = [tokens[i]?.start ?? 0, tokens[i + 1]?.end ?? 0];
    return `${statement.slice(0, from).trimEnd()}${statement.slice(to)}`;
  }
  return undefined;
}
