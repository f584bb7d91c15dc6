import type { AdvisoryKey, Rows } from "../engines/engine.ts";
import type { History, HistoryRecord, Migration } from "../migration/migration.ts";
import type { Write } from "../plan/write.ts";

/** What a framework's history records and how its runner works, as data: nobody asks a framework its name. */
export interface FrameworkFeatures {
  /** The history holds a checksum of each file. */
  readonly checksums: boolean;
  /** A failed migration leaves a row, which blocks the next run. */
  readonly recordsFailure: boolean;
  /** A migration can be recorded as applied without being executed. */
  readonly asserts: boolean;
  /** How one migration's statements reach the server: in one message, or the runner must be traced. */
  readonly execution: "one-message" | "traced";
  /** The runner refuses a database which has tables but no history. */
  readonly refusesUnmanagedSchema: boolean;
}

/** Where a project keeps its migrations. */
export interface FrameworkProject {
  readonly framework: Framework;
  /** The project's directory, absolute. */
  readonly directory: string;
  /** The directory of the migrations, absolute. */
  readonly migrations: string;
  /** The database's URL as the project itself finds it, and where it was found; absent where it names none. */
  readonly database?: { readonly url: string; readonly source: string };
  /** Where a URL was looked for, for the refusal. */
  readonly looked: readonly string[];
}

/** How the framework's history is written, so that its own runner finds exactly what it would have written itself. */
export interface HistoryWriting {
  /** Makes the history table as the runner makes it. */
  createTable(schema: string): string;
  /** A migration that is begun: written before its statements, where they cannot be in one transaction with the row. */
  begin(schema: string, row: NewRow): Write[];
  /** A migration whose statements have all been executed: what {@link begin} wrote is finished. */
  finish(schema: string, row: NewRow): Write[];
  /** Begun and refused: what the runner keeps of the error. */
  fail(schema: string, row: NewRow, error: { readonly code: string; readonly message: string }): Write[];
  /** Recorded as applied, as the framework's own command records it; a failed row before it is settled. */
  markApplied(schema: string, row: NewRow, records: readonly HistoryRecord[]): Write[];
  /** Recorded as rolled back: these rows of the migration no longer count. */
  markRolledBack(schema: string, records: readonly HistoryRecord[]): Write[];
  /** These rows speak of a migration whose file was renamed: they get its name. */
  rename(schema: string, migration: Migration, records: readonly HistoryRecord[]): Write[];
  /** What the file says now is what was applied: these rows get its checksum. */
  reSign(schema: string, migration: Migration, records: readonly HistoryRecord[]): Write[];
  /**
   * Makes of the history what it was before a repair: rows of these migrations which came with it are deleted, rows which
   * no longer count because of it count again, and names and checksums are those of then. What others have recorded
   * since stays.
   */
  restore(
    schema: string,
    before: Pick<History, "exists" | "records">,
    now: History,
    migrations: ReadonlySet<string>,
  ): Write[];
  /** A boolean expression: the history table, which must be there, has exactly these rows. */
  hasRows(schema: string, records: readonly HistoryRecord[]): string;
  /** A boolean expression: these migrations count as applied, and no row of any migration says that it failed. */
  allApplied(schema: string, migrations: readonly string[]): string;
}

/** A row that is to be written. */
export interface NewRow {
  /** Drawn by the caller, so that a plan can be shown before it is executed: a UUID. */
  readonly id: string;
  readonly migration: Migration;
}

/** A migration that is to be written. */
export interface NewMigrationWishes {
  /** The directory of the migrations, and the project's; absolute. */
  readonly migrations: string;
  readonly projectDirectory: string;
  /** The names of all that are there, in the framework's order. */
  readonly existing: readonly string[];
  /** In a few words, for its name. */
  readonly title: string;
  readonly sql: string;
  readonly moment: Date;
}

export interface NewMigration {
  readonly migration: Migration;
  /** The file, absolute. Its directory is its own alone, and there must be none of that name. */
  readonly path: string;
}

/** The framework's own runner, as it is installed in the project. */
export interface Runner {
  /** For people: `Prisma 7.10.0 of node_modules`. */
  readonly description: string;
  /**
   * Runs what is pending, with nothing of the project's own code or configuration.
   *
   * @param url with credentials: handed over in the child's environment, never as an argument
   * @param schema in which the migrations run
   */
  migrate(options: RunnerOptions): Promise<RunnerOutcome>;
  /** What the framework's own status says: whether it is content. Changes nothing. */
  status(options: RunnerOptions): Promise<RunnerOutcome>;
}

export interface RunnerOptions {
  readonly url: string;
  /** Another URL, whose password is to be in nothing that is told; `url` is, where this is not given. */
  readonly secretUrl?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the runner is ended. */
  readonly timeout: number;
  /** The caller holds the runner's own lock: it is told not to take it, by its documented switch. */
  readonly lockIsHeld?: boolean;
}

export type RunnerOutcome =
  | { readonly outcome: "done"; readonly output: string }
  /** It ran, and a migration was refused, or its lock is held, or the database is not as it wants it. */
  | { readonly outcome: "refused"; readonly code?: string; readonly output: string }
  /** It could not run here: its engine is missing, it crashed, its version is unknown. */
  | { readonly outcome: "cannot-run"; readonly reason: string };

/** How the framework's own commands are called, in words for a person. */
export interface FrameworkCommands {
  readonly migrate: string;
  markApplied(migration: string): string;
  markRolledBack(migration: string): string;
}

/** One migration framework. Reached through `registry.ts` alone. */
export interface Framework {
  readonly name: string;
  /** For people: `Prisma`. */
  readonly title: string;
  readonly features: FrameworkFeatures;
  readonly commands: FrameworkCommands;
  readonly writing: HistoryWriting;
  /**
   * Looks for the framework's own runner in a project.
   *
   * @returns why there is none that could be used
   */
  runner(project: {
    readonly directory: string;
    readonly migrations: string;
  }): Promise<Runner | { readonly reason: string }>;
  /**
   * Looks for the framework's project in a directory, reading files only.
   *
   * @param environment variables that the project itself would see (its `.env` is read by the framework)
   */
  detect(
    directory: string,
    options: { migrations?: string; environment: Readonly<Record<string, string | undefined>> },
  ): Promise<FrameworkProject | undefined>;
  /** @throws KnownError NO_MIGRATIONS, MIGRATION_UNREADABLE */
  readMigrations(migrations: string, projectDirectory: string): Promise<Migration[]>;
  /**
   * How a migration that comes after all others is called and kept. Nothing is written.
   *
   * @returns undefined where the framework's migrations are not SQL
   */
  newMigration(wishes: NewMigrationWishes): NewMigration | undefined;
  /**
   * The migration to which a file belongs, by its path within the directory of the migrations.
   *
   * @returns undefined where it belongs to none
   */
  migrationAt(path: string): string | undefined;
  /** A migration as a file of this content would make it. */
  migrationFrom(name: string, file: string, content: Buffer): Migration;
  /** The history table's place; the schema is the one which the URL names, or else the session's. */
  historyTable(schema: string): { readonly schema: string; readonly name: string };
  historyQuery(schema: string): string;
  /** @throws KnownError HISTORY_UNREADABLE when the table has other columns than the framework's */
  readHistory(rows: Rows, schema: string): History;
  /** The schema in which the migrations run where the URL names none. */
  readonly defaultSchema: string;
  /** Keys of the lock that the runner takes, on engines with advisory locks. */
  lock(database: string): readonly AdvisoryKey[];
}
