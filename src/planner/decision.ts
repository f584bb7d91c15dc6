import type { Evidence } from "../doctor/evidence.ts";
import type { HistoryRecord } from "../migration/migration.ts";
import type { Choices } from "./choices.ts";
import type { Ask } from "./questions.ts";

/** What is to be done about one migration. */
export type Decision =
  | { readonly do: "nothing" }
  /** All of its file, and a row as the framework writes it; these rows no longer count. */
  | { readonly do: "execute"; readonly settle: readonly HistoryRecord[]; readonly why: string }
  /** What is missing of it. `record`: as applied, afterwards. `untraced`: run these statements too (one-based). */
  | {
      readonly do: "finish";
      readonly untraced: readonly number[];
      readonly record: boolean;
      readonly why: string;
    }
  | { readonly do: "record"; readonly why: string }
  /** Its rows bear its former name. */
  | { readonly do: "rename"; readonly why: string }
  /** Its row bears the checksum of another text of the same meaning. */
  | { readonly do: "re-sign"; readonly why: string }
  | Ask
  | { readonly do: "refuse"; readonly reason: string };

/** What the decisions on all migrations share. */
export interface Situation {
  readonly evidence: Evidence;
  readonly choices: Choices;
  /** There are objects of ours, and no row at all. */
  readonly unmanaged: boolean;
  /** Whether a migration comes before the last one of which something is there. */
  isBeforeTheEnd(migration: string): boolean;
  /** Migrations that ran, and of which all that they made is gone. */
  readonly gone: ReadonlySet<string>;
  readonly allGone: boolean;
}
