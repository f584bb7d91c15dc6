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
const plainString = /'(?:[^']|'')*(?:'|$)/y;
const escapeString = /'(?:[^'\\]|''|\\[\s\S]|\\$)*(?:'|$)/y;
const quotedIdentifier = /"(?:[^"]|"")*(?:"|$)/y;
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
  if (char === "'" && matches(plainString, text, at)) return ["string", plainString.lastIndex];
  if (char === '"' && matches(quotedIdentifier, text, at)) {
    return ["quoted-identifier", quotedIdentifier.lastIndex];
  }
  if (char === "$" && matches(dollarTag, text, at)) {
    const tag = text.slice(at, dollarTag.lastIndex);
    const close = text.indexOf(tag, dollarTag.lastIndex);
    return ["string", close < 0 ? text.length : close + tag.length];
  }
  if (wordStart.test(char)) {
    if ((char === "E" || char === "e") && text[at + 1] === "'" && matches(escapeString, text, at + 1)) {
      return ["string", escapeString.lastIndex];
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
