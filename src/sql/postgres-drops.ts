import { Cursor } from "./postgres-cursor.ts";

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
