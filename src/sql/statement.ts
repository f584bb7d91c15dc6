/** What a statement does, as far as its text tells. */
export type StatementKind =
  /** Makes, changes or drops objects: its effects show in the schema. */
  | "schema"
  /** Changes rows, or runs code (DML, DO, CALL, SELECT of a function): leaves no trace that the schema could prove. */
  | "untraced"
  /** Comments, grants, owners: environment, not semantics. */
  | "environment"
  /** SET and its kin: ends with the session. */
  | "session"
  /** BEGIN, COMMIT and their kin. */
  | "transaction"
  /** VACUUM, ANALYZE, REINDEX, REFRESH: repeats harmlessly. */
  | "maintenance"
  /** Reads, or does nothing. */
  | "none";

/** A statement of a script, with its place in it. */
export interface Statement {
  /** Exactly as written, without the terminating semicolon and without comments and space around it. */
  readonly text: string;
  /** UTF-16 offset of `text` in the script. */
  readonly start: number;
  readonly end: number;
  /** 1-based line of `start`. */
  readonly line: number;
  readonly kind: StatementKind;
}
