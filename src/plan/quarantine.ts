/** The schema in which Godwit keeps rows that were set aside: in the same database, so that they are wherever it goes. */
export const quarantineSchema = "godwit_quarantine";

/** Its tables: what was set aside at once, and the rows. */
export const quarantineTables = { batches: "batch", rows: "kept_row" } as const;
