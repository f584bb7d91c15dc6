import { tokensOf } from "./postgres-tokens.ts";

/** Reads a statement's tokens, without space and comments. */
export class Cursor {
  readonly #tokens: readonly { readonly kind: string; readonly text: string }[];
  #at = 0;

  constructor(sql: string) {
    this.#tokens = [...tokensOf(sql)]
      .filter(({ kind }) => kind !== "space" && kind !== "comment")
      .map(({ kind, start, end }) => ({ kind, text: sql.slice(start, end) }));
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  looksAt(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === "word" && token.text.toUpperCase() === word;
  }

  /** Steps over these words if all of them are next. */
  words(...expected: readonly string[]): boolean {
    if (!expected.every((word, i) => this.looksAt(word, i))) return false;
    this.#at += expected.length;
    return true;
  }

  /** Steps over one of these words. */
  oneOf(...words: readonly string[]): boolean {
    return words.some((word) => this.words(word));
  }

  symbol(text: string): boolean {
    const found = this.#tokens[this.#at]?.text === text;
    if (found) this.#at += 1;
    return found;
  }

  /** The parts of a name, as the catalog has them; empty where there is none. */
  name(): string[] {
    const parts: string[] = [];
    do {
      const token = this.#tokens[this.#at];
      if (token?.kind === "word") parts.push(token.text.toLowerCase());
      else if (token?.kind === "quoted-identifier") parts.push(token.text.slice(1, -1).replaceAll('""', '"'));
      else break;
      this.#at += 1;
    } while (this.symbol("."));
    return parts;
  }

  /** Behind the next comma which is in no parentheses. */
  toNextAction(): void {
    for (let depth = 0; !this.atEnd; this.#at += 1) {
      const text = this.#tokens[this.#at]?.text;
      if (text === "(") depth += 1;
      if (text === ")") depth -= 1;
      if (text === "," && depth === 0) {
        this.#at += 1;
        return;
      }
    }
  }
}
