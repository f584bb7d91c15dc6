import type { TableName } from "./demand.ts";
import type { Rows } from "./server.ts";

/** Rows that were set aside at once. */
export interface KeptBatch {
  readonly id: string;
  /** ISO 8601. */
  readonly keptAt: string;
  readonly table: TableName;
  /** The migration for which it was done, and what asked something of the rows. */
  readonly migration: string;
  readonly object: string;
  readonly choice: string;
  readonly why: string;
  readonly columns: readonly string[];
  /** Settings under which the values were written as texts. */
  readonly settings: Readonly<Record<string, string>>;
  readonly rows: number;
  /** Of these, the rows that have not been put back. */
  readonly left: number;
  /** `undone`: the repair that set them aside was taken back, and they with it. */
  readonly state: "kept" | "restored" | "undone";
}

/** Statements about the quarantine. */
export interface QuarantineSql {
  readonly list: string;
  readList(rows: Rows): KeptBatch[];
  /** Makes the settings of a batch for the rest of a transaction, and lets nobody else put it back meanwhile. */
  open(batch: KeptBatch): string[];
  /** The numbers of its rows that have not been put back, as `n`. */
  left(batch: KeptBatch): string;
  /**
   * Puts rows back.
   *
   * @param columns of the table as it is now
   * @param number of the only row; absent: all that are left
   */
  put(
    batch: KeptBatch,
    columns: readonly { readonly name: string; readonly type: string }[],
    number?: string,
  ): string;
  /** Writes down that rows were put back. */
  mark(batch: KeptBatch, number?: string): string;
  /** Writes down what became of the whole, where nothing of it is left. */
  end(id: string, state: "restored" | "undone"): string;
  /** Shows the rows that are left, for a person. */
  show(batch: KeptBatch): string;
}
