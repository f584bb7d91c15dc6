/**
 * Reads PostgreSQL's tokens as far as cutting a script into statements needs it: what is quoted, what is a comment,
 * what is a word. Follows https://www.postgresql.org/docs/current/sql-syntax-lexical.html with
 * standard_conforming_strings on, which is the default of every supported version.
 */
export interface Token {
  readonly kind: "word" | "quoted-identifier" | "string" | "space" | "comment" | "symbol";
  readonly start: number;
  readonly end: number;
}

const wordStart = /[A-Za-z_\u0080-\uffff]/;
const word = /[A-Za-z_\u0080-\uffff0-9$]*/y;
const space = /[ \t\n\r\f\v]+/y;
const number = /[0-9][0-9A-Za-z_.]*/y;
const lineComment = /--[^\n\r]*/y;
const parameter = /\$[0-9]+/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z_\u0080-\uffff0-9]*)?\$/y;

/** An unterminated string, comment or identifier ends with the text; the server says what is wrong with it. */
export function* tokensOf(text: string): Generator<Token> {
  let at = 0;
  while (at < text.length) {
    const start = at;
    const [kind, end] = tokenAt(text, start);
    at = end;
    yield { kind, start, end };
  }
}

function tokenAt(text: string, at: number): [Token["kind"], number] {
  const char = text[at] ?? "";
  if (matches(space, text, at)) return ["space", space.lastIndex];
  if (char === "-" && matches(lineComment, text, at)) return ["comment", lineComment.lastIndex];
  if (char === "/" && text[at + 1] === "*") return ["comment", endOfBlockComment(text, at)];
  if (char === "'") return ["string", endOfQuoted(text, at)];
  if (char === '"') return ["quoted-identifier", endOfQuoted(text, at)];
  if (char === "$" && matches(dollarTag, text, at)) {
    const tag = text.slice(at, dollarTag.lastIndex);
    const close = text.indexOf(tag, dollarTag.lastIndex);
    return ["string", close < 0 ? text.length : close + tag.length];
  }
  // What stands behind its digits is a token of its own: `$1e'a'`.
  if (char === "$" && matches(parameter, text, at)) return ["symbol", parameter.lastIndex];
  if (wordStart.test(char)) {
    if ((char === "E" || char === "e") && text[at + 1] === "'") {
      return ["string", endOfEscapeString(text, at + 1)];
    }
    matches(word, text, at);
    return ["word", word.lastIndex];
  }
  if (matches(number, text, at)) return ["symbol", number.lastIndex];
  return ["symbol", at + 1];
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** The quote at `at` ends with the next one that is not doubled. A regular expression would exhaust the stack on a long text. */
function endOfQuoted(text: string, at: number): number {
  const quote = text[at] ?? "";
  for (let i = text.indexOf(quote, at + 1); i >= 0; i = text.indexOf(quote, i + 2)) {
    if (text[i + 1] !== quote) return i + 1;
  }
  return text.length;
}

function endOfEscapeString(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length) {
    if (text[i] === "\\") i += 2;
    else if (text[i] !== "'") i++;
    else if (text[i + 1] === "'") i += 2;
    else {
      const next = continuedAt(text, i + 1);
      if (next === undefined) return i + 1;
      i = next + 1;
    }
  }
  return text.length;
}

/** A string goes on, with the same escapes, behind space and line comments with at least one end of line. */
function continuedAt(text: string, from: number): number | undefined {
  let at = from;
  let newline = false;
  for (;;) {
    if (matches(space, text, at)) {
      newline ||= /[\n\r]/.test(text.slice(at, space.lastIndex));
      at = space.lastIndex;
    } else if (text[at] === "-" && matches(lineComment, text, at)) at = lineComment.lastIndex;
    else return newline && text[at] === "'" ? at : undefined;
  }
}

/** Block comments nest. */
function endOfBlockComment(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (text[i] === "/" && text[i + 1] === "*") {
      depth++;
      i++;
    } else if (text[i] === "*" && text[i + 1] === "/") {
      depth--;
      i++;
      if (depth === 0) return i + 1;
    }
  }
  return text.length;
}
