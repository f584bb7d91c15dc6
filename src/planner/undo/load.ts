import type { SavedRows } from "../../plan/plan.ts";
import { quoteIdentifier } from "../../sql/identifier.ts";
import type { Saved } from "./remembered.ts";

/** Reads what was saved into a table. */
export function load(
  { path, rows, sha256 }: Saved,
  prepare: readonly string[],
  into: SavedRows["into"],
): SavedRows {
  return { prepare, into, file: path, rows, sha256 };
}

/** For a statement. */
export function quoted({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}
