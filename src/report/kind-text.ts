import { printable } from "./printable.ts";

/** A kind of object as a word: `materialized view`. */
export function kindText(kind: string): string {
  return printable(kind.replaceAll("-", " "));
}

/** An object by its kind and identity: `materialized view public.totals`. */
export function keyText(kind: string, identity: string): string {
  return `${kindText(kind)} ${printable(identity)}`;
}

/**
 * A number with its noun.
 *
 * @example
 * counted(2, "policy"); // 2 policies
 */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  if (/(?:x|ss|sh|ch)$/.test(noun)) return `${noun}es`;
  return noun.endsWith("s") ? noun : `${noun}s`;
}
