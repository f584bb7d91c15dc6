import { tokensOf } from "../../../sql/postgres-tokens.ts";

/**
 * Brings a text which the server printed to the form that it has after dump and restore.
 *
 * The server's own text is not always a fixpoint. Two forms become others when they are read again, with the same
 * meaning; the second is kept:
 *
 * - `status IN ('a', 'b')` on a varchar column is printed as a cast of an array, and then as an array of casts.
 * - `a BETWEEN 1 AND 2 AND b`, `(a, b) = (1, 2) AND c` and lists with variables in them are printed as a chain within a
 *   chain. The parser makes one chain of it where the inner one comes first, and only there (`makeAndExpr` and
 *   `makeOrExpr` in https://github.com/postgres/postgres/blob/master/src/backend/parser/gram.y).
 *
 * What is in strings, quoted identifiers and the bodies of functions stays as it is.
 *
 * @example
 * normalForm("((s)::text = ANY ((ARRAY['a'::character varying])::text[]))");
 * // ((s)::text = ANY (ARRAY[('a'::character varying)::text]))
 * normalForm("(((a >= 1) AND (a <= 2)) AND b)"); // ((a >= 1) AND (a <= 2) AND b)
 */
export function normalForm(text: string): string {
  if (!text.includes("(ARRAY[") && !text.includes("((")) return text;
  const edits: Edit[] = [];
  for (const group of groupsOf(text)) edits.push(...castArray(text, group), ...innerChain(text, group));
  return edited(text, edits);
}

/** What is between parentheses or brackets. */
interface Group {
  readonly open: number;
  readonly close: number;
  /** The groups directly within it, by where they open. */
  readonly inner: Map<number, Group>;
  readonly commas: number[];
  /** The words directly within it. */
  readonly words: Set<string>;
}

/** Replaces what is from `at` to `end`. */
interface Edit {
  readonly at: number;
  readonly end: number;
  readonly by: string;
}

/** All groups, inner ones before those that they are in. */
function groupsOf(text: string): Group[] {
  const groups: Group[] = [];
  const open: Omit<Group, "close">[] = [];
  for (const { kind, start, end } of tokensOf(text)) {
    const around = open.at(-1);
    if (kind === "word") around?.words.add(text.slice(start, end));
    if (kind !== "symbol") continue;
    const symbol = text[start];
    if (symbol === ",") around?.commas.push(start);
    else if (symbol === "(" || symbol === "[") {
      open.push({ open: start, inner: new Map(), commas: [], words: new Set() });
    } else if (around !== undefined && (symbol === ")" || symbol === "]")) {
      const group = { ...around, close: start };
      open.pop();
      open.at(-1)?.inner.set(group.open, group);
      groups.push(group);
    }
  }
  return groups;
}

const castBehind = /::((?:"(?:[^"]|"")*"|[a-z_][a-z0-9_]*| (?=[a-z])|\.|\([0-9, ]*\))+)\[\]/y;

/** `(ARRAY[a, b])::text[]` */
function castArray(text: string, { open, close, inner }: Group): Edit[] {
  const elements = text.startsWith("(ARRAY[", open) ? inner.get(open + "(ARRAY".length) : undefined;
  if (elements === undefined || elements.close !== close - 1) return [];
  castBehind.lastIndex = close + 1;
  const type = castBehind.exec(text)?.[1];
  if (type === undefined) return [];
  const ends = { at: close, end: castBehind.lastIndex, by: "" };
  return [{ at: open, end: open + 1, by: "" }, ...castElements(text, elements, type), ends];
}

function castElements(text: string, { open, close, inner, commas }: Group, type: string): Edit[] {
  return [open, ...commas].flatMap((before, i) => {
    const end = commas[i] ?? close;
    const at = before + 1 + (text[before + 1] === " " ? 1 : 0);
    const nested = text.startsWith("ARRAY[", at) ? inner.get(at + "ARRAY".length) : undefined;
    if (nested?.close === end - 1) return castElements(text, nested, type);
    return [
      { at, end: at, by: "(" },
      { at: end, end, by: `)::${type}` },
    ];
  });
}

/** `((a AND b) AND c)` */
function innerChain(text: string, { open, inner }: Group): Edit[] {
  const first = text[open] === "(" ? inner.get(open + 1) : undefined;
  if (first === undefined || text[first.open] !== "(") return [];
  const [connective] = [" AND ", " OR "].filter((word) => text.startsWith(word, first.close + 1));
  if (connective === undefined || !isChain(first, connective.trim())) return [];
  return [first.open, first.close].map((at) => ({ at, end: at + 1, by: "" }));
}

function isChain({ words }: Group, connective: string): boolean {
  const others = ["AND", "OR", "SELECT", "BETWEEN"].filter((word) => word !== connective);
  return words.has(connective) && !others.some((word) => words.has(word));
}

function edited(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text;
  let result = "";
  let from = 0;
  for (const { at, end, by } of edits.toSorted((a, b) => a.at - b.at || a.end - b.end)) {
    result += text.slice(from, at) + by;
    from = end;
  }
  return result + text.slice(from);
}
