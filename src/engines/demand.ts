/** A table by its parts, unquoted. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/**
 * What a statement asks of the rows that are there. Where they do not meet it, the server refuses the statement: rows, not
 * the migration, are then in the way.
 */
export type Demand =
  /** Every row has a value in the column. */
  | { readonly kind: "not-null"; readonly table: TableName; readonly column: string }
  /** A new column must have a value in every row, and nothing gives one: the table must be empty. */
  | { readonly kind: "no-rows"; readonly table: TableName; readonly column: string }
  /** Checks, keys and exclusions: `definition` is the server's own text of the constraint, or of the index. */
  | {
      readonly kind: "unique" | "foreign-key" | "check" | "exclusion";
      readonly table: TableName;
      readonly definition: string;
      /** Of a key that points to a table which is made before, and in which there is nothing: no value has its row there. */
      readonly toEmpty?: true;
    }
  /** Every value of the column fits into another type. */
  | {
      readonly kind: "type";
      readonly table: TableName;
      readonly column: string;
      readonly from: string;
      readonly to: string;
      /** What `USING` says; absent: the server's own conversion. */
      readonly using?: string;
      /** What an enum takes, where the new type is one. */
      readonly labels?: readonly string[];
    };

/** How to find the rows which do not meet a demand. All of it only reads. */
export interface RowQuestion {
  /** What the rows in the way have in common, for a person, of one and of several: `row without a value in email`. */
  readonly what: readonly [one: string, several: string];
  /** The server's error, if there is one: `23502`. */
  readonly code: string;
  /** One row, `n`: how many there are, and no more than `most + 1`. */
  readonly count: (most: number) => string;
  /** Some of them: `key`, by which each is found, and `value`, what is in the way. */
  readonly sample: (most: number) => string;
  /** Looks at a part of the table only. One row: `looked`, `n`. Absent where a part tells nothing. */
  readonly estimate?: (percent: number) => string;
  /** How many rows an estimate is to rest on, where that is another number than usual. */
  readonly sampled?: number;
  /** One row, `n`: about how many rows the table has. */
  readonly size: string;
  /** For a person, to see all of them. */
  readonly list: string;
}

/** Facts about the tables which the questions need. */
export interface RowFacts {
  /** The columns of a table's primary key, unquoted; none: it has none. */
  primaryKey(table: TableName): readonly string[];
  /** The type of a column as the server prints it; undefined: the column is not there. */
  typeOf(table: TableName, column: string): string | undefined;
  /** Its rows are in its partitions. */
  isPartitioned(table: TableName): boolean;
  /** Whether the server's own operators compare the type: of an extension's they may not be found. */
  isComparable(type: string): boolean;
  readonly major: number;
}
