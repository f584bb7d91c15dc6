import { tokensOf } from "../../../sql/postgres-tokens.ts";

/**
 * Brings a text which the server printed to the form that it has after dump and restore.
 *
 * The server's own text is not always a fixpoint: what it prints for `status IN ('a', 'b')` on a varchar column,
 * `(ARRAY['a'::character varying, 'b'::character varying])::text[]`, it reads back as an array of casts and prints as
 * `ARRAY[('a'::character varying)::text, ('b'::character varying)::text]`. Both mean the same; the second is kept.
 *
 * @example
 * normalForm("((s)::text = ANY ((ARRAY['a'::character varying])::text[]))");
 * // ((s)::text = ANY (ARRAY[('a'::character varying)::text]))
 */
export function normalForm(text: string): string {
  let current = text;
  for (let from = 0; ; ) {
    const at = current.indexOf("(ARRAY[", from);
    if (at < 0) return current;
    const cast = castArrayAt(current, at);
    if (cast === undefined) from = at + 1;
    else {
      current = current.slice(0, at) + cast.replacement + current.slice(cast.end);
      from = at + 1;
    }
  }
}

const castBehind = /^\)::((?:"(?:[^"]|"")*"|[a-z_][a-z0-9_]*| (?=[a-z])|\.|\([0-9, ]*\))+)\[\]/;

function castArrayAt(text: string, at: number): { replacement: string; end: number } | undefined {
  const inside = at + "(ARRAY[".length;
  const elements: string[] = [];
  let depth = 0;
  let elementStart = inside;
  for (const token of tokensOf(text.slice(inside))) {
    if (token.kind !== "symbol") continue;
    const position = inside + token.start;
    const symbol = text[position];
    if (symbol === "(" || symbol === "[") depth++;
    else if (depth === 0 && (symbol === "," || symbol === "]")) {
      elements.push(text.slice(elementStart, position).trim());
      elementStart = position + 1;
      if (symbol === ",") continue;
      const cast = castBehind.exec(text.slice(position + 1));
      const type = cast?.[1];
      if (cast === null || type === undefined) return undefined;
      const array = `ARRAY[${elements.map((element) => `(${element})::${type}`).join(", ")}]`;
      return { replacement: array, end: position + 1 + cast[0].length };
    } else if (symbol === ")" || symbol === "]") depth--;
  }
  return undefined;
}
