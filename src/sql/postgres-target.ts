import { tokensOf } from "./postgres-tokens.ts";

/**
 * The table that a plain INSERT, UPDATE or DELETE writes to, by the parts of its name as the catalog has them;
 * undefined for every other statement (WITH, MERGE, DO, a function call may write anywhere).
 *
 * @example
 * targetOf('INSERT INTO public."User" (id) VALUES (1)'); // ["public", "User"]
 */
export function targetOf(sql: string): string[] | undefined {
  const tokens = tokensOf(sql);
  const words: string[] = [];
  const name: string[] = [];
  let expectsName = true;
  for (const { kind, start, end } of tokens) {
    if (kind === "space" || kind === "comment") continue;
    const text = sql.slice(start, end);
    if (name.length === 0 && kind === "word" && isOpening([...words, text.toUpperCase()])) {
      words.push(text.toUpperCase());
      continue;
    }
    if (!isComplete(words)) return undefined;
    if (expectsName && (kind === "word" || kind === "quoted-identifier")) {
      name.push(kind === "word" ? text.toLowerCase() : text.slice(1, -1).replaceAll('""', '"'));
      expectsName = false;
      continue;
    }
    if (!expectsName && text === ".") {
      expectsName = true;
      continue;
    }
    break;
  }
  return name.length > 0 && !expectsName ? name : undefined;
}

const openings = ["INSERT INTO", "UPDATE", "UPDATE ONLY", "DELETE FROM", "DELETE FROM ONLY"];

function isOpening(words: readonly string[]): boolean {
  return openings.some((opening) => `${opening} `.startsWith(`${words.join(" ")} `));
}

function isComplete(words: readonly string[]): boolean {
  return openings.includes(words.join(" "));
}
