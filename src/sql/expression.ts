import { tokensOf } from "./postgres-tokens.ts";

/**
 * Whether a text can be nothing but one expression where it is put in parentheses: what opens is closed, and nothing in it
 * ends the statement or hides what follows. Whether it makes sense, the server says.
 *
 * @returns why not, for a person; undefined: it can be one
 */
export function notOneExpression(text: string): string | undefined {
  if (text.trim() === "") return "it is empty";
  const open: string[] = [];
  for (const { kind, start, end } of tokensOf(text)) {
    const token = text.slice(start, end);
    if (kind === "comment") return "it has a comment";
    if ((kind === "string" || kind === "quoted-identifier") && !isClosed(token))
      return "a quote is not closed";
    if (kind !== "symbol") continue;
    if (token === ";") return "it has a semicolon";
    // A dollar that begins no string would begin one with what follows; a parameter has no value.
    if (/^\$[0-9]*$/.test(token) || token === "\\") return `it has a ${token}`;
    if (token === "(" || token === "[") open.push(token);
    if (token === ")" && open.pop() !== "(") return "its parentheses are not balanced";
    if (token === "]" && open.pop() !== "[") return "its brackets are not balanced";
  }
  return open.length > 0 ? "its parentheses are not balanced" : undefined;
}

function isClosed(token: string): boolean {
  if (token.startsWith("$")) {
    const tag = /^\$[^$]*\$/.exec(token)?.[0] ?? "";
    return token.length >= 2 * tag.length && token.endsWith(tag);
  }
  const quoted = token.replace(/^[Ee]/, "");
  const quote = quoted[0] ?? "";
  const inner = quoted.slice(1, -1);
  if (quoted.length < 2 || !quoted.endsWith(quote)) return false;
  // Doubled quotes stand for one; with an escape at the end, the last one was none.
  const bare = token === quoted ? inner : inner.replaceAll(/\\[\s\S]/g, "");
  return (
    bare.replaceAll(quote + quote, "").split(quote).length === 1 && !(token !== quoted && bare.endsWith("\\"))
  );
}
