import { blank, contentOf } from "./mask-literals.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { type Token, tokensOf } from "./postgres-tokens.ts";

const writesRows = /^\s*(?:INSERT|UPDATE|DELETE|MERGE|COPY|WITH)\b/i;
const defines =
  /^\s*(?:CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE|RAISE|REFRESH|REINDEX|ANALYZE|TRUNCATE|LOCK|SET)\b/i;

/**
 * Takes data out of the body of a DO block, which is going to be executed all the same: a statement that writes rows with
 * literals is left out (`NULL`), the literals of conditions and assignments become NULL unless they say nothing that the
 * schema does not say; what defines objects stays.
 *
 * @param known whether a text is made of words of the schema
 * @returns the body with as many lines, and how many literals and statements were taken out
 */
export function maskCode(code: string, known: (text: string) => boolean): { code: string; masked: number } {
  let out = "";
  let masked = 0;
  for (const { text, tokens } of simpleStatements(code)) {
    const spelling = ({ start, end }: Token) => code.slice(start, end);
    const words = tokens
      .filter(({ kind }) => kind !== "space" && kind !== "comment")
      .map(spelling)
      .join(" ");
    const literals = tokens.filter(({ kind, start }) => kind === "string" || isDigit(code[start]));
    const texts = literals.filter(({ kind }) => kind === "string").map((one) => contentOf(spelling(one)));
    const executesRows = /^EXECUTE\b/i.test(words) && texts.some((one) => writesRows.test(one));
    if ((writesRows.test(words) && literals.length > 0) || executesRows) {
      masked += literals.length;
      out += leftOut(text);
      continue;
    }
    const isDefinition = defines.test(words);
    for (const [i, token] of tokens.entries()) {
      const spelled = spelling(token);
      // `interval NULL` would be no value but an error.
      const isInterval = /\binterval\s*$/i.test(
        tokens
          .slice(Math.max(0, i - 2), i)
          .map(spelling)
          .join(""),
      );
      if (token.kind === "comment") out += blank(spelled);
      else if (token.kind !== "string") out += spelled;
      else if (isDefinition || defines.test(contentOf(spelled)) || known(contentOf(spelled)) || isInterval)
        out += maskSecrets(spelled);
      else {
        masked += 1;
        out += `NULL${spelled.replace(/[^\n]/g, "")}`;
      }
    }
  }
  return { code: out, masked };
}

/** NULL is the statement of PL/pgSQL that does nothing. */
function leftOut(text: string): string {
  const before = /^\s*/.exec(text)?.[0] ?? "";
  return `${before}NULL${text.slice(before.length).replace(/[^\n]/g, "")}`;
}

/** Cuts code where a statement may begin. Together the pieces are the code. */
function* simpleStatements(code: string): Generator<{ text: string; tokens: readonly Token[] }> {
  let tokens: Token[] = [];
  const piece = () => {
    const [first] = tokens;
    const text = first === undefined ? "" : code.slice(first.start, tokens.at(-1)?.end);
    const found = { text, tokens };
    tokens = [];
    return found;
  };
  for (const token of tokensOf(code)) {
    const text = code.slice(token.start, token.end);
    const ends =
      text === ";" || (token.kind === "word" && /^(?:begin|then|else|loop|declare|atomic)$/i.test(text));
    if (!ends) {
      tokens.push(token);
      continue;
    }
    yield piece();
    yield { text, tokens: [token] };
  }
  yield piece();
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= "0" && char <= "9";
}
