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
  const cursor = new Cursor(sql);
  if (!cursor.words("ALTER", "TABLE")) return undefined;
  cursor.words("IF", "EXISTS");
  cursor.words("ONLY");
  const from = cursor.name();
  if (!cursor.words("RENAME", "TO")) return undefined;
  const [to] = cursor.name();
  return from.length > 0 && to !== undefined ? { from, to } : undefined;
}
