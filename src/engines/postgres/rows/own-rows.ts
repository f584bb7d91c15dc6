import { quoteIdentifier } from "../../../sql/identifier.ts";
import type { RowFacts, RowQuestion, TableName } from "../../demand.ts";

/** Rows of one table that a condition finds, each by itself. */
export interface MisfitRows {
  readonly kind: "rows";
  readonly what: RowQuestion["what"];
  /** The server's error. */
  readonly code: string;
  /** The table, quoted: with the rows of tables that inherit from it, or with ONLY its own. */
  readonly name: string;
  /** The table is `t` in it. */
  readonly condition: string;
  readonly value: string;
  /** Where another row is in the way: finds one of the two, and the other's key. */
  readonly pair?: { readonly condition: string; readonly key: string };
  /** How many rows an estimate looks at, where each is compared with all others. */
  readonly beside?: number;
}

/** The table's name for a statement. */
export function nameOf({ schema, name }: TableName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/**
 * Keys see the rows of the table itself, and not those of tables which inherit from it:
 * https://www.postgresql.org/docs/current/ddl-inherit.html#DDL-INHERIT-CAVEATS
 */
export function ownRows(table: TableName, facts: RowFacts): string {
  return facts.isPartitioned(table) ? nameOf(table) : `ONLY ${nameOf(table)}`;
}
