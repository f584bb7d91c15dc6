/** Something that must be true of rows: no row may be counted. */
export interface RowClaim {
  /** An expression that counts: `(SELECT count(*) FROM ...)`. */
  readonly count: string;
  /** What is wrong with those which are counted: `rows of public.orders refer to them`. */
  readonly problem: string;
}
