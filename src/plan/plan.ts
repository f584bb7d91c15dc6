/** What a step may cost. */
export type Hazard = "deletes-data" | "rewrites-table" | "blocks-writes" | "long" | "not-reversible";

/** One step of a plan: data, so that it can be shown, rehearsed and applied by the same executor. */
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
  /** Let the framework's runner do the rest. */
  | { readonly kind: "framework"; readonly command: string }
  /** Something only a person can do. */
  | { readonly kind: "person"; readonly action: string };
