import type { RowClaim } from "../plan/claim.ts";
import type { Demand, RowFacts, TableName } from "./demand.ts";

/** What a person wants to become of rows that are in the way. */
export type MendWish =
  /** Each gets this value. `column` may be left out where only one comes into question. */
  | { readonly kind: "value"; readonly column?: string; readonly text: string }
  /** Each gets what an expression over its own columns gives. */
  | { readonly kind: "expression"; readonly column?: string; readonly sql: string }
  /** Of those that are equal, one is kept, by a rule; what points to the others points to that one afterwards. */
  | { readonly kind: "merge"; readonly keep: "greatest" | "least"; readonly by: string }
  /** They are set aside, in a table of Godwit's own. */
  | { readonly kind: "quarantine" };

/** How rows are mended: all of it within one transaction. */
export interface RowMend {
  /** Must hold before anything is changed. */
  readonly first: readonly RowClaim[];
  /** Makes what is needed, where it is not there: once in a plan is enough. */
  readonly prepare: readonly string[];
  readonly statements: readonly string[];
  /** Must hold afterwards. */
  readonly last: readonly RowClaim[];
  /** Tables whose rows are written, as `dotted()` writes them; without Godwit's own. */
  readonly tables: readonly string[];
  /** Triggers of somebody's that answer to it, by table and name. */
  readonly triggers: readonly string[];
}

/** Why it is not done. */
export interface NoMend {
  readonly refused: string;
}

export interface MendColumn {
  readonly name: string;
  /** As the server prints it. */
  readonly type: string;
  /** Nobody but the server gives it values: it is generated, or always an identity. */
  readonly computed: boolean;
  readonly generated: boolean;
}

/** Facts about tables at the moment at which rows are mended. */
export interface MendFacts extends RowFacts {
  columns(table: TableName): readonly MendColumn[];
  /** Of all tables, with the server's own text. */
  readonly foreignKeys: readonly {
    readonly name: string;
    readonly table: TableName;
    readonly definition: string;
  }[];
  /** Triggers that are switched on, and not the server's own. */
  triggers(table: TableName): readonly string[];
  /** Why its rows are not only its own, for a person: other tables inherit from it, rules rewrite what is done to it. */
  obstacle(table: TableName): string | undefined;
}

/** What is written down with rows that are set aside. */
export interface Batch {
  readonly id: string;
  readonly migration: string;
  readonly object: string;
  readonly choice: string;
  readonly why: string;
}

/** A way to mend rows that may be chosen. */
export interface MendOption {
  readonly kind: MendWish["kind"];
  /** What is typed behind the equals sign: `value:TEXT`, `expression(total):SQL`, `merge:greatest:id`, `quarantine`. */
  readonly choice: string;
  /** What an answer begins with, where it goes on with what only a person knows: `value:`. */
  readonly prefix?: string;
  readonly title: string;
  /** One of the kind, to try whether it can be done. */
  readonly wish: MendWish;
}

/** Mends rows that do not meet a demand. */
export interface RowMending {
  /** What can be chosen, as far as the schema tells. */
  options(demand: Demand, facts: MendFacts): readonly MendOption[];
  mend(demand: Demand, wish: MendWish, facts: MendFacts, batch: Batch): RowMend | NoMend;
  /**
   * The statement that adds a column which every row must have, taken apart: without NOT NULL, the values, NOT NULL.
   *
   * @param statement the migration's own
   */
  addFilled(
    demand: Demand & { kind: "no-rows" },
    wish: MendWish,
    statement: string,
    facts: MendFacts,
  ): RowMend | NoMend;
}
