/** A token of JavaScript or TypeScript, as far as a configuration file needs it. */
export interface Token {
  readonly kind: "word" | "string" | "number" | "template" | "punctuation" | "pattern" | "end";
  /** For a string: its value. For all else: as written. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** A line break stands before it, so that it may begin a statement. */
  readonly fresh: boolean;
  /** Of a template: what stands between the texts, and the texts, one more. */
  readonly expressions?: readonly (readonly Token[])[];
  readonly texts?: readonly string[];
}

/** The source is not JavaScript that could be cut into tokens. The message never repeats the source. */
export class LiteralSyntaxError extends Error {
  override readonly name = "LiteralSyntaxError";
  readonly line: number;

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.line = line;
  }
}

const deepest = 50;
const space = /[\s\uFEFF]+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const pattern = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const punctuation = /\?\?=?|\?\.(?!\d)|\|\|=?|&&=?|=>|[=!]==?|\.\.\.|[\s\S]/uy;
const simpleEscapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
};

/**
 * Cuts a source into tokens, without comments. The last token is `end`.
 *
 * @throws LiteralSyntaxError for a text, template or comment which does not end
 */
export function tokenize(source: string): Token[] {
  return new Tokenizer(source).tokens(0);
}

class Tokenizer {
  readonly #source: string;
  #at: number;
  #line = 1;
  #countedTo = 0;

  constructor(source: string) {
    this.#source = source;
    this.#at = /^\uFEFF?#!.*/.exec(source)?.[0].length ?? 0;
  }

  /** Reads until the source ends, or, inside a template, until the brace that closes its expression. */
  tokens(depth: number): Token[] {
    if (depth > deepest) throw this.#error("templates are nested too deeply");
    const tokens: Token[] = [];
    let braces = 0;
    for (;;) {
      const lineBefore = this.#lineHere();
      while (this.#match(space) !== undefined);
      if (this.#source.startsWith("/*", this.#at)) throw this.#error("a comment does not end");
      const line = this.#lineHere();
      const place = { line, fresh: line > lineBefore };
      if (this.#at >= this.#source.length) {
        if (depth > 0) throw this.#error("a template does not end");
        tokens.push({ kind: "end", text: "", ...place });
        return tokens;
      }
      const token = { ...this.#token(depth, tokens.at(-1)), ...place };
      if (token.kind === "punctuation") {
        if (token.text === "}" && depth > 0 && braces === 0) {
          tokens.push({ kind: "end", text: "", ...place });
          return tokens;
        }
        braces += token.text === "{" ? 1 : token.text === "}" ? -1 : 0;
      }
      tokens.push(token);
    }
  }

  #token(depth: number, previous: Token | undefined): Omit<Token, "line" | "fresh"> {
    const first = this.#source[this.#at] ?? "";
    if (first === '"' || first === "'") return { kind: "string", text: this.#string(first) };
    if (first === "`") return this.#template(depth);
    const asWord = this.#match(word);
    if (asWord !== undefined) return { kind: "word", text: asWord };
    const asNumber = this.#match(number);
    if (asNumber !== undefined) return { kind: "number", text: asNumber };
    if (first === "/" && !endsOperand(previous)) {
      const asPattern = this.#match(pattern);
      if (asPattern !== undefined) return { kind: "pattern", text: asPattern };
    }
    return { kind: "punctuation", text: this.#match(punctuation) ?? "" };
  }

  #string(quote: string): string {
    this.#at += 1;
    let value = "";
    for (;;) {
      const next = this.#source[this.#at];
      if (next === undefined || next === "\n" || next === "\r") throw this.#error("a text does not end");
      this.#at += 1;
      if (next === quote) return value;
      value += next === "\\" ? this.#escape() : next;
    }
  }

  #template(depth: number): Omit<Token, "line" | "fresh"> {
    this.#at += 1;
    const texts: string[] = [];
    const expressions: Token[][] = [];
    let value = "";
    for (;;) {
      const next = this.#source[this.#at];
      if (next === undefined) throw this.#error("a template does not end");
      this.#at += 1;
      if (next === "`") return { kind: "template", text: "", expressions, texts: [...texts, value] };
      if (next === "$" && this.#source[this.#at] === "{") {
        this.#at += 1;
        expressions.push(this.tokens(depth + 1));
        texts.push(value);
        value = "";
      } else if (next === "\\") value += this.#escape();
      else value += next;
    }
  }

  /** What follows a backslash. */
  #escape(): string {
    const coded = this.#match(/u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|\r\n/y);
    if (coded === "\r\n") return "";
    if (coded !== undefined) {
      const code = Number.parseInt(coded.replace(/[ux{}]/g, ""), 16);
      if (code > 0x10ffff) throw this.#error("a character code is too large");
      return String.fromCodePoint(code);
    }
    const next = this.#source[this.#at] ?? "";
    this.#at += 1;
    if (next === "\n" || next === "\r") return "";
    return next === "0" ? "\0" : (simpleEscapes[next] ?? next);
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const text = expression.exec(this.#source)?.[0];
    if (text !== undefined) this.#at += text.length;
    return text;
  }

  /** Counts on from where it last counted, so that the whole source is counted once. */
  #lineHere(): number {
    for (; this.#countedTo < this.#at; this.#countedTo += 1) {
      if (this.#source[this.#countedTo] === "\n") this.#line += 1;
    }
    return this.#line;
  }

  #error(problem: string): LiteralSyntaxError {
    return new LiteralSyntaxError(this.#lineHere(), problem);
  }
}

/** After an operand a slash divides; elsewhere it begins a regular expression. */
function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === "punctuation") return token.text === ")" || token.text === "]" || token.text === "}";
  return token.kind !== "word" || !["return", "typeof", "case", "in", "of", "await"].includes(token.text);
}
