import type { AdvisoryKey, Rows } from "../engines/engine.ts";
import type { History, Migration } from "../migration/migration.ts";

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
