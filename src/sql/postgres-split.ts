import { kindOf } from "./postgres-kind.ts";
import { type Token, tokensOf } from "./postgres-tokens.ts";
import type { Statement } from "./statement.ts";

/**
 * Cuts a PostgreSQL script at its semicolons: not at those in strings, comments, dollar quotes, parentheses (the
 * actions of a rule) or the body of a function in the SQL standard's form (BEGIN ATOMIC ... END).
 *
 * What lies between the statements is space, comments and semicolons only, so the script is never changed by cutting.
 *
 * @example
 * splitPostgres("CREATE TABLE a (); -- next\nDROP TABLE b;").map(({ text, line }) => [text, line]);
 * // [["CREATE TABLE a ()", 1], ["DROP TABLE b", 2]]
 */
export function splitPostgres(script: string): Statement[] {
  const statements: Statement[] = [];
  let tokens: Token[] = [];
  let parentheses = 0;
  let body = new FunctionBody();
  let line = 1;
  let counted = 0;

  const finish = () => {
    const first = tokens[0];
    const last = tokens.at(-1);
    if (first !== undefined && last !== undefined) {
      for (let i = counted; i < first.start; i++) if (script.charCodeAt(i) === 10) line++;
      counted = first.start;
      const text = script.slice(first.start, last.end);
      statements.push({ text, start: first.start, end: last.end, line, kind: kindOf(script, tokens) });
    }
    tokens = [];
    parentheses = 0;
    body = new FunctionBody();
  };

  for (const token of tokensOf(script)) {
    if (token.kind === "space" || token.kind === "comment") continue;
    const text = token.kind === "symbol" ? script[token.start] : undefined;
    if (text === ";" && parentheses === 0 && !body.open) {
      finish();
      continue;
    }
    if (text === "(") parentheses++;
    else if (text === ")") parentheses = Math.max(0, parentheses - 1);
    body.token(token.kind === "word" ? script.slice(token.start, token.end).toUpperCase() : (text ?? ""));
    tokens.push(token);
  }
  finish();
  return statements;
}

/** Whether a statement is within BEGIN ATOMIC ... END, where CASE ... END may be nested. */
class FunctionBody {
  #words: string[] = [];
  #depth = 0;
  #before = "";

  get open(): boolean {
    return this.#depth > 0;
  }

  /** @param text a word in capitals, a symbol, or nothing for what is quoted */
  token(text: string): void {
    const before = this.#before;
    this.#before = text;
    if (text === "") return;
    if (this.#words.length < 4) this.#words.push(text);
    if (!this.#createsRoutine()) return;
    if (this.#depth === 0) {
      // A parameter may be called begin: only the two words together open a body.
      if (before === "BEGIN" && text === "ATOMIC") this.#depth = 1;
      return;
    }
    // Behind AS and behind a dot they are names.
    if (before === "AS" || before === ".") return;
    if (text === "CASE") this.#depth++;
    else if (text === "END") this.#depth--;
  }

  #createsRoutine(): boolean {
    const [first, second, third, fourth] = this.#words;
    if (first !== "CREATE") return false;
    const routine = second === "OR" && third === "REPLACE" ? fourth : second;
    return routine === "FUNCTION" || routine === "PROCEDURE";
  }
}
