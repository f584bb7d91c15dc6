import { Cursor } from "./postgres-cursor.ts";

/** A table that a statement gives another name, by the parts of its former name as the catalog has them. */
export interface TableRename {
  readonly from: readonly string[];
  readonly to: string;
}

/**
 * What a statement renames a table to; undefined for every other statement.
 *
 * @example
 * renameOf('ALTER TABLE "Conversation" RENAME TO "Chat"'); // { from: ["Conversation"], to: "Chat" }
 */
export function renameOf(sql: string): TableRename | undefined {
  const { table: from, cursor } = alteredTable(sql);
  if (!cursor.words("RENAME", "TO")) return undefined;
  const [to] = cursor.name();
  return from.length > 0 && to !== undefined ? { from, to } : undefined;
}

/**
 * Which schema a statement moves a table to; undefined for every other statement.
 *
 * @example
 * moveOf("ALTER TABLE item SET SCHEMA shop"); // { from: ["item"], to: "shop" }
 */
export function moveOf(sql: string): TableRename | undefined {
  const { table: from, cursor } = alteredTable(sql);
  if (!cursor.words("SET", "SCHEMA")) return undefined;
  const [to] = cursor.name();
  return from.length > 0 && to !== undefined ? { from, to } : undefined;
}

/** A column that a statement gives another name. */
export interface ColumnRename {
  readonly table: readonly string[];
  readonly from: string;
  readonly to: string;
}

/**
 * What a statement renames a column to; undefined for every other statement.
 *
 * @example
 * columnRenameOf("ALTER TABLE item RENAME a TO b"); // { table: ["item"], from: "a", to: "b" }
 */
export function columnRenameOf(sql: string): ColumnRename | undefined {
  const { table, cursor } = alteredTable(sql);
  if (!cursor.words("RENAME") || cursor.looksAt("TO") || cursor.looksAt("CONSTRAINT")) return undefined;
  cursor.words("COLUMN");
  const [from] = cursor.name();
  if (!cursor.words("TO")) return undefined;
  const [to] = cursor.name();
  return table.length > 0 && from !== undefined && to !== undefined ? { table, from, to } : undefined;
}

/** Reads up to the table's name, and no further. */
function alteredTable(sql: string): { readonly table: readonly string[]; readonly cursor: Cursor } {
  const cursor = new Cursor(sql);
  if (!cursor.words("ALTER", "TABLE")) return { table: [], cursor };
  cursor.words("IF", "EXISTS");
  cursor.words("ONLY");
  return { table: cursor.name(), cursor };
}
