import type { RowClaim } from "./claim.ts";
import type { Write } from "./write.ts";

/** What a step may cost. */
export type Hazard = "deletes-data" | "rewrites-table" | "blocks-writes" | "long" | "not-reversible";

/** One statement of a migration, exactly as its file has it. */
export interface PlannedStatement {
  /** One-based, in its file. */
  readonly number: number;
  readonly line: number;
  readonly sql: string;
  /** It leaves no trace in the schema: what it did cannot be verified by looking at objects. */
  readonly untraced: boolean;
}

/** What becomes of a migration's rows in the history. */
export type HistoryChange =
  | "create-table"
  | "mark-rolled-back"
  | "begin"
  | "finish"
  | "mark-applied"
  | "rename"
  | "re-sign"
  | "restore";

/** Rows of a file, and the table into which they are read. */
export interface SavedRows {
  /** Makes the table, where it is one for this purpose alone. */
  readonly prepare: readonly string[];
  readonly into: { readonly schema: string; readonly name: string; readonly columns: readonly string[] };
  readonly file: string;
  readonly rows: number;
  readonly sha256: string;
}

/** One step of a plan: data, so that the very same is shown, rehearsed and applied. */
export type PlanStep =
  /** Statements of the project's own migration. */
  | {
      readonly kind: "statements";
      readonly migration: string;
      /** Relative to the project's directory. */
      readonly file: string;
      /** All of the file, or only what is missing. */
      readonly whole: boolean;
      readonly statements: readonly PlannedStatement[];
      readonly why: string;
      readonly hazards: readonly Hazard[];
    }
  /** Something is removed which no migration leaves behind: an index that the server could not finish. */
  | {
      readonly kind: "remove";
      /** `index public.orders_email_key`. */
      readonly object: string;
      readonly sql: string;
      readonly why: string;
      readonly hazards: readonly Hazard[];
    }
  /** An object is made again, or made what it was before a repair. */
  | {
      readonly kind: "restore";
      readonly object: string;
      readonly statements: readonly string[];
      readonly why: string;
      readonly hazards: readonly Hazard[];
    }
  /** Rows that were saved are read, and compared with what is there or put back. */
  | {
      readonly kind: "rows";
      /** As `dotted()` writes it. */
      readonly table: string;
      readonly loads: readonly SavedRows[];
      /** Executed when all rows have been read. */
      readonly statements: readonly string[];
      /** Rows of the table are written by that. */
      readonly writes: boolean;
      readonly why: string;
      readonly hazards: readonly Hazard[];
    }
  /** Rows for which the server would refuse a statement get other values or are set aside, as a person chose. */
  | {
      readonly kind: "mend";
      readonly migration: string;
      /** The statement of the migration for which it is done, one-based. */
      readonly statement: number;
      /** As it was typed behind `--choose`. */
      readonly choice: string;
      /** How many rows there were when it was planned, and what they have in common. */
      readonly rows: string;
      /** Must hold before. */
      readonly first: readonly RowClaim[];
      readonly statements: readonly string[];
      /** Must hold afterwards. */
      readonly last: readonly RowClaim[];
      /** Takes the place of the migration's own statement, which it holds in another form. */
      readonly instead?: PlannedStatement;
      /** Tables whose rows are written, as `dotted()` writes them. */
      readonly tables: readonly string[];
      /** Triggers answer to it: what they write is not known beforehand. */
      readonly triggers: readonly string[];
      /** The batch of the quarantine, where rows are set aside. */
      readonly batch?: string;
      readonly why: string;
      readonly hazards: readonly Hazard[];
    }
  | {
      readonly kind: "history";
      readonly change: HistoryChange;
      /** Empty for the table itself. */
      readonly migration: string;
      readonly writes: readonly Write[];
      readonly why: string;
    };

/** Steps that hold together. */
export type PlanPart =
  /** All of it, or nothing. */
  | { readonly kind: "transaction"; readonly steps: readonly PlanStep[] }
  /** Steps which the server refuses within a transaction: each is journalled by itself. */
  | { readonly kind: "alone"; readonly steps: readonly PlanStep[] }
  /** The framework's own runner does the rest. */
  | {
      readonly kind: "runner";
      /** For people: `Prisma 7.10.0 of node_modules`. */
      readonly runner: string;
      readonly command: string;
      readonly migrations: readonly string[];
      readonly hazards: readonly Hazard[];
      /** What it will execute, for the reader: the runner reads the files itself. */
      readonly statements: readonly (PlannedStatement & { readonly migration: string })[];
    };

/** What a plan was made for: while one of these is another, the plan is not to be applied. */
export interface PlanFrom {
  /** The fingerprint of the schema, without the history table. */
  readonly schema: string;
  /** The hash of the history's rows. */
  readonly history: string;
  /** The hash of the project's migrations: names, order, content. */
  readonly files: string;
  readonly serverVersion: string;
}

/** How a database gets from where it is to where its migrations say it should be. */
export interface Plan {
  readonly godwit: 1;
  readonly purpose: "repair" | "migrate" | "undo";
  readonly framework: string;
  readonly engine: string;
  readonly database: string;
  readonly schema: string;
  readonly from: PlanFrom;
  readonly parts: readonly PlanPart[];
  /** Objects (`table public.users`) that the plan makes, changes and removes. */
  readonly makes: readonly string[];
  readonly changes: readonly string[];
  readonly removes: readonly string[];
  /** Tables and columns that the plan drops and makes again: the rows that were in them are gone. */
  readonly empties: readonly string[];
  readonly hazards: readonly Hazard[];
  /** What the plan cannot bring back, or leaves as it is, in words. */
  readonly notes: readonly string[];
  /** A new migration that is written into the project before anything else is done, and recorded as applied. */
  readonly adopts?: {
    readonly migration: string;
    /** Relative to the project's directory. */
    readonly file: string;
    readonly sql: string;
    readonly objects: readonly string[];
    /** What it may cost on other databases, where it is executed. */
    readonly hazardsElsewhere: readonly Hazard[];
  };
}

/** One step of a remedy, as the doctor shows it: what a person would do by hand. */
export type Step =
  /** Run statements of the project's own migration (1-based; all of them where none are named). */
  | {
      readonly kind: "statements";
      readonly migration: string;
      /** Relative to the project's directory. */
      readonly file: string;
      readonly statements?: readonly number[];
      /** How a person does it by hand. */
      readonly byHand: string;
    }
  /** Correct the framework's history. `command` is the framework's own way to do it, where it has one. */
  | {
      readonly kind: "history";
      readonly change: "mark-applied" | "mark-rolled-back";
      readonly migration: string;
      readonly command?: string;
    }
  /** Let Godwit do it, by this choice: proven on a copy first. */
  | { readonly kind: "repair"; readonly command: string }
  /** Let the framework's runner do the rest. */
  | { readonly kind: "framework"; readonly command: string }
  /** Something only a person can do. */
  | {
      readonly kind: "person";
      readonly action: string;
      /** To be typed for it, on a line of its own. */
      readonly command?: string;
    };
