import type { Migration } from "../../migration/migration.ts";
import type { Hazard, PlanStep } from "../../plan/plan.ts";
import type { Change } from "../../timeline/facts.ts";

/** Steps that hold together, and what they make of facts. */
export interface MendingPart {
  readonly kind: "transaction" | "alone";
  readonly steps: readonly PlanStep[];
  readonly changes: readonly Change[];
}

/** A migration which makes what a hand has made, everywhere: proven, and not written yet. */
export interface Adoption {
  readonly migration: Migration;
  /** Absolute. */
  readonly path: string;
  /** The objects which it makes so, by their keys. */
  readonly objects: readonly string[];
  /** What it costs where it is executed: not here, where all is there already. */
  readonly hazardsElsewhere: readonly Hazard[];
}

/** What becomes of the objects that a hand has changed, as somebody chose it. It comes before all else in a plan. */
export interface DriftMending {
  readonly parts: readonly MendingPart[];
  /** Objects which are left as they are, by choice: kept, or adopted. */
  readonly kept: ReadonlySet<string>;
  /** Of these, those which somebody chose to keep. */
  readonly byChoice: ReadonlySet<string>;
  readonly adoption?: Adoption;
  /** What comes back without its rows, and whatever else is to be known. */
  readonly notes: readonly string[];
  /** Other texts which mean the same as a fact's value, as a timeline has them. */
  readonly reprints: ReadonlyMap<string, string>;
}

/** Why something that was chosen cannot be done. */
export interface CannotMend {
  readonly reasons: readonly string[];
}
