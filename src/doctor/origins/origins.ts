import type { Migration } from "../../migration/migration.ts";
import type { Commit } from "../../version-control/texts.ts";

/** The text of a migration as it was applied: version control has it, by the checksum which the history records. */
export interface Original {
  readonly migration: string;
  /** What git calls it: `git cat-file blob <object>` prints it. */
  readonly object: string;
  /** Where it was changed. */
  readonly changedIn?: Commit;
  /** It differs from the file at most in comments and in space. */
  readonly sameLayout: boolean;
  /** Absent in a bundle. */
  readonly text?: Migration;
}

/** A release which has a file for every migration that the history records as applied, with the recorded content. */
export interface Fitting {
  /** A tag or a branch. */
  readonly release: string;
  /** How many of its migrations are not in the history. */
  readonly pending: number;
}

/** What version control knows of a project's migrations. */
export interface Origins {
  readonly originals: readonly Original[];
  /** Absent where that was not asked. The closest first: those of which the least waits, then the newest. */
  readonly fitting?: readonly Fitting[];
  /** In a bundle: what was found out. */
  readonly edits?: readonly Edit[];
}

/** One fact in which a file and its original differ, when each has been executed. */
export interface EditDifference {
  /** `column public.users.email`. */
  readonly object: string;
  /** Empty: existence. */
  readonly attribute: string;
  /** What the original made; absent: nothing. */
  readonly applied?: string;
  readonly file?: string;
}

/** What became of a migration's file after it had been applied. */
export interface Edit {
  readonly migration: string;
  /**
   * - layout: comments and space
   * - equivalent: another text, which does the same to an empty database, step for step, and has nothing that changes data
   * - changed: it does something else
   * - unknown: the original is not at hand, or the schema does not decide it
   */
  readonly kind: "layout" | "equivalent" | "changed" | "unknown";
  /** Why it is not known. */
  readonly reason?: string;
  readonly differences: readonly EditDifference[];
  readonly object?: string;
  readonly changedIn?: Commit;
}
