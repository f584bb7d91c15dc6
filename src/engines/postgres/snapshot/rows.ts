/** What the server sends for one row: texts in the order of the query's columns. */
export type RawRow = readonly (string | null)[];

/**
 * Executes statements as one message, in one transaction with the settings of the snapshot.
 *
 * @param onRow called for each row, with the number of the statement that it answers
 */
export type ReadRows = (
  statements: readonly string[],
  onRow: (statement: number, row: RawRow) => void,
) => Promise<void>;
