/**
 * A migration as the project's files have it, whichever framework wrote it.
 *
 * Where the migration is code (Rails, TypeORM, Alembic, Laravel) `sql` is absent: its statements become known
 * only when the framework's own runner is traced on the shadow database.
 */
export interface Migration {
  /** The name under which the history knows it: a directory, a version, a revision, a class. */
  readonly name: string;
  /** The file which holds it, relative to the project's directory, for people. */
  readonly file: string;
  /**
   * Whether a checksum of the history is one of exactly this content (line endings apart). Absent where the framework
   * records no checksums.
   */
  readonly hasChecksum?: (checksum: string) => boolean;
  /** What the framework would record for exactly this content. Absent where it records no checksums. */
  readonly checksum?: string;
  /** What it executes, where that is written in SQL. */
  readonly sql?: string;
}

/** One row of the framework's history table, in the words that all frameworks share. */
export interface HistoryRecord {
  readonly migration: string;
  /** The row's key, where the table has one beside the name. */
  readonly id?: string;
  readonly state: "applied" | "failed" | "rolled-back";
  /** Recorded as applied by a command, without being executed (Prisma: `resolve --applied`, Alembic: `stamp`). */
  readonly asserted: boolean;
  readonly checksum?: string;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** What the runner wrote about the failure. Absent when it was killed before it could. */
  readonly log?: string;
  /** The database's error within the log: SQLSTATE or errno, and its first line. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** The framework's history as the database has it. */
export interface History {
  /** The table, quoted as the engine quotes it. */
  readonly table: string;
  /** False: there is no history table. */
  readonly exists: boolean;
  /** In the order in which the framework would read them. */
  readonly records: readonly HistoryRecord[];
}
