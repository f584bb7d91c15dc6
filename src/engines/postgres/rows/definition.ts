import { type Token, tokensOf } from "../../../sql/postgres-tokens.ts";

/** What `pg_get_constraintdef` and `pg_get_indexdef` say of a key. */
export interface KeyDefinition {
  /** What must be unique, as expressions: `email`, `lower(email)`. */
  readonly elements: readonly string[];
  /** Rows without a value are equal to each other too. */
  readonly nullsNotDistinct: boolean;
  /** Of which rows it holds. */
  readonly where?: string;
  /** The elements are compared in a way which is not the types' usual one. */
  readonly unusual: boolean;
}

/** What `pg_get_constraintdef` says of an exclusion: no two rows for which all of the operators hold. */
export interface ExclusionDefinition {
  readonly elements: readonly {
    readonly expression: string;
    /** Where it is a column and no more. */
    readonly column?: string;
    /** As it stands between two values. */
    readonly operator: string;
  }[];
  /** Of which rows it holds. */
  readonly where?: string;
}

/** What `pg_get_constraintdef` says of a foreign key. */
export interface ForeignKeyDefinition {
  readonly columns: readonly string[];
  readonly schema: string;
  readonly table: string;
  readonly references: readonly string[];
  readonly matchFull: boolean;
}

/**
 * Reads a unique or primary key, or a unique index.
 *
 * @returns undefined for a text of another form
 * @example
 * keyDefinition("CREATE UNIQUE INDEX u ON public.users USING btree (lower(email)) WHERE (deleted IS NULL)");
 * // { elements: ["lower(email)"], nullsNotDistinct: false, where: "(deleted IS NULL)", unusual: false }
 */
export function keyDefinition(definition: string): KeyDefinition | undefined {
  const pieces = piecesOf(definition);
  const from = /^CREATE UNIQUE INDEX /.test(definition)
    ? pieces.findIndex(({ text }) => text === "USING")
    : 0;
  const open = pieces.findIndex(({ inner }, i) => i > from && inner !== undefined);
  const inner = pieces[open]?.inner;
  if (from < 0 || inner === undefined || !/^(CREATE UNIQUE INDEX|UNIQUE|PRIMARY KEY)\b/.test(definition))
    return undefined;
  const elements = elementsOf(inner).map(elementOf);
  const where = pieces.findIndex(({ text }, i) => i > open && text === "WHERE");
  return {
    elements: elements.map(({ expression }) => expression),
    nullsNotDistinct: / NULLS NOT DISTINCT\b/.test(outside(pieces)),
    ...(where >= 0 && { where: definition.slice(pieces[where]?.end ?? 0).trim() }),
    unusual: elements.some(({ unusual }) => unusual),
  };
}

/** @returns undefined for a text of another form */
export function foreignKeyDefinition(definition: string): ForeignKeyDefinition | undefined {
  if (!definition.startsWith("FOREIGN KEY ")) return undefined;
  const pieces = piecesOf(definition);
  const [own, theirs] = pieces.filter(({ inner }) => inner !== undefined);
  const at = pieces.findIndex(({ text }) => text === "REFERENCES");
  if (own?.inner === undefined || theirs?.inner === undefined || at < 0) return undefined;
  const name = pieces
    .slice(at + 1, pieces.indexOf(theirs))
    .filter(({ text }) => text !== ".")
    .map(({ text }) => unquoted(text));
  const [schema, table] = name;
  if (schema === undefined || table === undefined || name.length !== 2) return undefined;
  return {
    columns: elementsOf(own.inner).map(unquoted),
    schema,
    table,
    references: elementsOf(theirs.inner).map(unquoted),
    matchFull: / MATCH FULL\b/.test(outside(pieces)),
  };
}

/**
 * Reads an exclusion.
 *
 * @returns undefined for a text of another form, and where elements are compared by a collation or options of their own
 * @example
 * exclusionDefinition("EXCLUDE USING gist (room WITH =, during WITH &&) WHERE ((NOT free))");
 * // { elements: [{ expression: "room", column: "room", operator: "=" }, ...], where: "(NOT free)" }
 */
export function exclusionDefinition(definition: string): ExclusionDefinition | undefined {
  if (!definition.startsWith("EXCLUDE ")) return undefined;
  const pieces = piecesOf(definition);
  const open = pieces.findIndex(({ inner }) => inner !== undefined);
  const inner = pieces[open]?.inner;
  if (inner === undefined) return undefined;
  const where = pieces.findIndex(({ text }, i) => i > open && text === "WHERE");
  const predicate = where < 0 ? undefined : pieces[where + 1]?.inner;
  if (where >= 0 && predicate === undefined) return undefined;
  const elements = elementsOf(inner).flatMap((element) => exclusionElement(element) ?? []);
  if (elements.length !== elementsOf(inner).length) return undefined;
  return { elements, ...(predicate !== undefined && { where: predicate }) };
}

/** The condition of a check; undefined for a text of another form. */
export function checkExpression(definition: string): string | undefined {
  if (!definition.startsWith("CHECK (")) return undefined;
  return piecesOf(definition).find(({ inner }) => inner !== undefined)?.inner;
}

/**
 * Whether an expression calls what is not the server's own. Its texts name everything else with a schema, and what somebody
 * wrote may do more than read.
 */
export function callsOthers(expression: string): boolean {
  const tokens = [...tokensOf(expression)].map(({ start, end }) => expression.slice(start, end));
  return tokens.some((token, i) => {
    const [cast, name] = [tokens.slice(Math.max(0, i - 3), i - 1).join(""), tokens[i - 1] ?? ""];
    return token === "." && /^[\w"]/.test(name) && !/^\d/.test(name) && !cast.endsWith("::");
  });
}

/** A token that means something, or a whole pair of parentheses. */
interface Piece {
  readonly text: string;
  readonly end: number;
  /** What is between the parentheses. */
  readonly inner?: string;
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  let start = 0;
  for (const { kind, start: from, end } of tokensOf(text)) {
    const token = text.slice(from, end);
    if (kind === "symbol" && token === "(" && depth++ === 0) start = from;
    if (depth === 0 && kind !== "space" && kind !== "comment") pieces.push({ text: token, end });
    if (kind === "symbol" && token === ")" && --depth === 0)
      pieces.push({ text: text.slice(start, end), end, inner: text.slice(start + 1, from) });
  }
  return pieces;
}

function outside(pieces: readonly Piece[]): string {
  return pieces.map(({ text, inner }) => (inner === undefined ? ` ${text}` : "")).join("");
}

/** Cuts at the commas which are in no parentheses. */
function elementsOf(list: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { kind, start, end } of tokensOf(list)) {
    const token: Token["kind"] | string = kind === "symbol" ? list.slice(start, end) : kind;
    if (token === "(" || token === "[") depth++;
    if (token === ")" || token === "]") depth--;
    if (token === "," && depth === 0) {
      elements.push(list.slice(from, start).trim());
      from = end;
    }
  }
  return [...elements, list.slice(from).trim()];
}

/** An element of an index without what says how it is sorted. */
function elementOf(element: string): { readonly expression: string; readonly unusual: boolean } {
  const { expression, rest } = expressionOf(element);
  const usual = /^(?:(?:[a-z0-9_]+_)?pattern_ops )?(?:ASC ?|DESC ?)?(?:NULLS (?:FIRST|LAST) ?)?$/;
  const words = outside(rest).trim();
  return { expression, unusual: !usual.test(words === "" ? "" : `${words} `) };
}

/** How the index is built makes no difference to what its operators say; a collation does. */
function exclusionElement(element: string): ExclusionDefinition["elements"][number] | undefined {
  const { expression, rest } = expressionOf(element);
  const at = rest.findIndex(({ text }) => text === "WITH");
  const how = rest.slice(0, at).map(({ text }) => text);
  const operator = rest[at]?.end === undefined ? "" : element.slice(rest[at].end).trim();
  if (at < 0 || operator === "" || !/^(?:|(?:\w+\.)?\w+_ops)$/.test(how.join(""))) return undefined;
  const isColumn = /^(?:"(?:[^"]|"")*"|[a-z_][\w$]*)$/.test(expression);
  return { expression, ...(isColumn && { column: unquoted(expression) }), operator };
}

/** What an element of an index is of, and what follows it. */
function expressionOf(element: string): { readonly expression: string; readonly rest: readonly Piece[] } {
  const pieces = piecesOf(element);
  let last = 0;
  // A column, a function's name with its schema, a function with its arguments, or an expression in parentheses.
  while (pieces[last + 1]?.text === "." && pieces[last + 2] !== undefined) last += 2;
  if (pieces[last]?.inner === undefined && pieces[last + 1]?.inner !== undefined) last++;
  return { expression: element.slice(0, pieces[last]?.end).trim(), rest: pieces.slice(last + 1) };
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
