import type { Snapshot } from "../schema/snapshot.ts";
import type { Target } from "./server.ts";

/**
 * How much of a database a clone holds: all rows; those of the tables that a plan touches, and of what they reference;
 * or the schema alone.
 */
export type CopyLevel = "full" | "affected" | "schema";

/** Copying one database into an empty one, under one snapshot of the source. */
export interface CopyWishes {
  readonly source: Target;
  /** An empty database on a server of our own, whose superuser we are. */
  readonly into: Target;
  readonly level: CopyLevel;
  /** Relations whose rows are needed at level `affected`, as `dotted()` writes them: `public."User"`. */
  readonly tables: readonly string[];
  /** Relations whose rows are needed at every level: the framework's history table. */
  readonly always: readonly string[];
  /** The user's environment, to find programs (PATH). */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told, in words for a person, what takes long. */
  readonly onProgress?: (text: string) => void;
}

/** What came of copying. The clone's schema was compared with the source's, as both were at that moment. */
export type CopyOutcome =
  | {
      readonly outcome: "copied";
      /** `pg_dump`: the server's own program; `own`: definitions in dependency order, and COPY. */
      readonly method: "pg_dump" | "own";
      /** The source's schema at the moment of copying. */
      readonly source: Snapshot;
      /** Tables whose rows were copied. */
      readonly tables: number;
      readonly seconds: number;
    }
  | { readonly outcome: "cannot-copy"; readonly reason: string; readonly remedy: string };

/** What a database's tables weigh, to choose a level. */
export interface Sizes {
  /** Bytes of rows and indexes, by relation as `dotted()` writes it. */
  readonly tables: ReadonlyMap<string, number>;
  readonly total: number;
  /** Tables whose rows a table's rows cannot go without: those which it references, its partitions and heirs. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
}
