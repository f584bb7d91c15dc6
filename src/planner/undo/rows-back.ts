import type { ObjectSql } from "../../engines/object-sql.ts";
import type { PlanStep } from "../../plan/plan.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { Difference } from "./difference.ts";
import type { Remembered } from "./remembered.ts";

/** A question to the database, within the transaction, whose answer must be 0. */
export interface RowCheck {
  readonly sql: string;
  readonly problem: string;
}

/** How the rows of one table get back what they held. */
export interface RowsBack {
  readonly table: string;
  /** Before anything is changed: which rows are still as the repair left them. */
  readonly first: readonly PlanStep[];
  /** When the columns are what they were. */
  readonly later: readonly PlanStep[];
  readonly checks: readonly RowCheck[];
  readonly back: readonly string[];
  readonly notBack: readonly string[];
}

export interface RowsWishes {
  readonly remembered: Remembered;
  readonly difference: Difference;
  readonly sql: ObjectSql;
  /** Rows that the repair inserted are deleted, if nobody has changed them since. */
  readonly withNewRows: boolean;
}

/** The columns of a saved table which are there, or will be. */
export interface Columns {
  /** Added again, retyped, and all others: by the names that they had. */
  readonly added: readonly SchemaObject[];
  readonly retyped: readonly SchemaObject[];
  readonly others: readonly SchemaObject[];
}
