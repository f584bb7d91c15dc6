import { tokensOf } from "./postgres-tokens.ts";

/** What a statement drops, by names as the catalog has them: `["public", "users"]`, or without the schema. */
export interface Drops {
  readonly tables: readonly (readonly string[])[];
  readonly columns: readonly { readonly table: readonly string[]; readonly column: string }[];
}

/**
 * The tables and columns that a statement drops. Whether they are made again later is another matter: their rows are
 * gone.
 *
 * @example
 * dropsOf('ALTER TABLE "User" DROP COLUMN "name", ADD COLUMN "name" text').columns; // [{ table: ["User"], column: "name" }]
 */
export function dropsOf(sql: string): Drops {
  const cursor = new Cursor(sql);
  if (cursor.words("DROP", "TABLE")) {
    cursor.words("IF", "EXISTS");
    const tables = [];
    for (let name = cursor.name(); name.length > 0; name = cursor.symbol(",") ? cursor.name() : [])
      tables.push(name);
    return { tables, columns: [] };
  }
  if (!cursor.words("ALTER", "TABLE")) return { tables: [], columns: [] };
  cursor.words("IF", "EXISTS");
  cursor.words("ONLY");
  const table = cursor.name();
  const columns = [];
  while (!cursor.atEnd) {
    if (cursor.words("DROP") && !notColumns.some((word) => cursor.looksAt(word))) {
      cursor.words("COLUMN");
      cursor.words("IF", "EXISTS");
      const [column] = cursor.name();
      if (column !== undefined) columns.push({ table, column });
    }
    cursor.toNextAction();
  }
  return { tables: [], columns };
}

const notColumns = ["CONSTRAINT", "DEFAULT", "NOT", "EXPRESSION", "IDENTITY"];

/** Reads a statement's tokens, without space and comments. */
class Cursor {
  readonly #tokens: readonly { readonly kind: string; readonly text: string }[];
  #at = 0;

  constructor(sql: string) {
    this.#tokens = [...tokensOf(sql)]
      .filter(({ kind }) => kind !== "space" && kind !== "comment")
      .map(({ kind, start, end }) => ({ kind, text: sql.slice(start, end) }));
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  looksAt(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === "word" && token.text.toUpperCase() === word;
  }

  /** Steps over these words if all of them are next. */
  words(...expected: readonly string[]): boolean {
    if (!expected.every((word, i) => this.looksAt(word, i))) return false;
    this.#at += expected.length;
    return true;
  }

  symbol(text: string): boolean {
    const found = this.#tokens[this.#at]?.text === text;
    if (found) this.#at += 1;
    return found;
  }

  /** The parts of a name; empty where there is none. */
  name(): string[] {
    const parts: string[] = [];
    do {
      const token = this.#tokens[this.#at];
      if (token?.kind === "word") parts.push(token.text.toLowerCase());
      else if (token?.kind === "quoted-identifier") parts.push(token.text.slice(1, -1).replaceAll('""', '"'));
      else break;
      this.#at += 1;
    } while (this.symbol("."));
    return parts;
  }

  /** Behind the next comma which is in no parentheses. */
  toNextAction(): void {
    for (let depth = 0; !this.atEnd; this.#at += 1) {
      const text = this.#tokens[this.#at]?.text;
      if (text === "(") depth += 1;
      if (text === ")") depth -= 1;
      if (text === "," && depth === 0) {
        this.#at += 1;
        return;
      }
    }
  }
}
