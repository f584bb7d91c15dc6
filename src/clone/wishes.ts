import type { CopyLevel } from "../engines/copying.ts";
import type { Engine, ServerFacts, Target } from "../engines/engine.ts";
import type { Snapshot } from "../schema/snapshot.ts";

/** A copy of a database, on which a repair is rehearsed. */
export interface Clone {
  /** For people: `a copy on PostgreSQL 15.18 of /usr/lib/postgresql/15/bin, made by pg_dump in 3.2 s, with all rows (12 tables)`. */
  readonly description: string;
  readonly method: "named" | "pg_dump" | "own" | "template";
  /** A clone that the user named counts as `full`: what it holds is their word. */
  readonly level: CopyLevel;
  /** The source's schema when it was copied; undefined for a named clone. */
  readonly source: Snapshot | undefined;
  /** Connects as the role by which the real database is used, so that what is refused there is refused here. */
  readonly target: Target;
  /** The same for the framework's own runner. It may hold the password that the user gave with --clone: never print it. */
  readonly url: string;
  /** Stops and drops what was made. Never throws; what could not be removed is told to `onProgress`. */
  close(): Promise<void>;
}

/** Why there is no clone, and what would make one possible. */
export interface NoClone {
  readonly outcome: "no-clone";
  readonly reason: string;
  readonly remedy: string;
}

export interface CloneWishes {
  readonly engine: Engine;
  /** The real database. */
  readonly target: Target;
  readonly server: ServerFacts;
  /** What the user chose: a URL, or `same-server`. Absent: a server of our own, and no other. */
  readonly choice?: string;
  /** `auto`: as much as there is room for. */
  readonly level: "auto" | CopyLevel;
  /** Relations whose rows are needed at level `affected`, as `dotted()` writes them. */
  readonly tables: readonly string[];
  /** Relations whose rows are needed at every level: the framework's history table. */
  readonly always: readonly string[];
  /** Roles of the real server: a plan may grant to one which nothing in the database names yet. */
  readonly roles: readonly string[];
  readonly packageRoots: readonly string[];
  readonly cacheDirectory: string;
  /** The user's environment, to find and fetch programs. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told, in words for a person, what takes long, what was chosen and what is left behind. */
  readonly onProgress?: (text: string) => void;
}
