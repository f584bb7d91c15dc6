import type { Objects } from "./object-sql.ts";

/** A statement of a proposal. */
export interface ProposedStatement {
  readonly sql: string;
  /** The keys of the objects which it is for. */
  readonly objects: readonly string[];
  /** What is in the tables or columns that it removes is lost. */
  readonly destructive: boolean;
  /** What it does to them. */
  readonly does: "make" | "change" | "remove";
  /** It comes before the transaction of the others, which cannot use what it makes otherwise. */
  readonly first: boolean;
}

/** How one schema may be made of another. Nothing proves it yet. */
export interface Proposed {
  readonly statements: readonly ProposedStatement[];
  /** What no statement is known for, and why. */
  readonly unproposed: readonly { readonly key: string; readonly why: string }[];
}

/** Finds statements which make one schema of another. What it proposes is to be tried before it is believed. */
export interface Differ {
  /** Both must know what their objects depend on. */
  propose(from: Objects, to: Objects): Proposed;
}
