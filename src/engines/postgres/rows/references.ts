import { quoteIdentifier } from "../../../sql/identifier.ts";
import type { TableName } from "../../demand.ts";
import type { MendFacts } from "../../mend.ts";
import { foreignKeyDefinition } from "./definition.ts";
import { ownRows } from "./own-rows.ts";

/** A foreign key that points to a table. */
export interface Reference {
  readonly name: string;
  readonly table: TableName;
  /** The table that points, for a statement. */
  readonly from: string;
  readonly columns: readonly string[];
  /** The columns to which they point, in the same order. */
  readonly references: readonly string[];
  /** That a row `c` points to a row `t`. */
  readonly pairs: string;
  readonly definition: string;
}

/** Every foreign key that points to a table, its own included. */
export function referencesTo({ schema, name }: TableName, facts: MendFacts): Reference[] {
  return facts.foreignKeys.flatMap((one) => {
    const key = foreignKeyDefinition(one.definition);
    if (key === undefined || key.schema !== schema || key.table !== name) return [];
    const pairs = key.columns
      .map((column, i) => `c.${quoteIdentifier(column)} = t.${quoteIdentifier(key.references[i] ?? "")}`)
      .join(" AND ");
    const { columns, references } = key;
    return [{ ...one, columns, references, from: ownRows(one.table, facts), pairs }];
  });
}

/** Whether rows that point to a column get another value with it. */
export function followsUpdates({ references, definition }: Reference, column: string): boolean {
  return references.includes(column) && / ON UPDATE (?:CASCADE|SET )/.test(definition);
}
