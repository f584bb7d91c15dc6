import type { Token } from "./tokens.ts";

/** The expression at hand is more than a literal; caught at the nearest property. */
export class NotLiteral extends Error {}

const nothing: Token = { kind: "end", text: "", line: 0, fresh: false };

/** A place among tokens, which moves on; it may be set back. */
export class TokenCursor {
  at: number;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[], at = 0) {
    this.#tokens = tokens;
    this.at = at;
  }

  /** What stands after `??`; a condition around it would make the whole something else. */
  skipFallback(statement: boolean): void {
    while (!this.ended(statement) && !this.looksAt("??") && !this.looksAt("||")) {
      if (this.looksAt("?")) throw new NotLiteral();
      this.skipOne();
    }
  }

  /** `as const`, `satisfies Config<A, B>`. */
  skipType(statement: boolean): void {
    this.next();
    while (
      !this.ended(statement) &&
      !["as", "satisfies", "??", "||", "+"].some((text) => this.looksAt(text))
    ) {
      if (this.looksAt("<")) this.skipAngles();
      else this.skipOne();
    }
  }

  /** Skips `<A, B<C>>`. */
  skipAngles(): void {
    let open = 0;
    do {
      if (this.peek().kind === "end") throw new NotLiteral();
      const { text, kind } = this.next();
      if (kind === "punctuation") open += text === "<" ? 1 : text === ">" ? -1 : 0;
    } while (open > 0);
  }

  /** Skips a token, or all between a bracket and the one that closes it. */
  skipOne(): void {
    let open = 0;
    do {
      const { text, kind } = this.next();
      if (kind === "end") return;
      if (kind === "punctuation") open += "([{".includes(text) ? 1 : ")]}".includes(text) ? -1 : 0;
    } while (open > 0);
  }

  ended(statement: boolean): boolean {
    const { kind, text, fresh } = this.peek();
    if (kind === "end") return true;
    if (kind === "punctuation" && [",", ";", ")", "]", "}"].includes(text)) return true;
    return statement && fresh && kind === "word";
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.at + ahead] ?? nothing;
  }

  next(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  looksAt(...texts: readonly string[]): boolean {
    return texts.every((text, index) => {
      const token = this.peek(index);
      return token.text === text && (token.kind === "word" || token.kind === "punctuation");
    });
  }

  expect(text: string): void {
    if (!this.looksAt(text)) throw new NotLiteral();
    this.next();
  }
}
