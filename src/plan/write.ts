/** A value that is passed to the server beside a statement, never within its text. */
export type Value = string | number | null;

/** One statement with its values: `$1` is the first. */
export interface Write {
  readonly sql: string;
  readonly values: readonly Value[];
}
