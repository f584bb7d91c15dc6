import type { Finding } from "../doctor/check.ts";
import type { Evidence } from "../doctor/evidence.ts";
import type { RowMending } from "../engines/mend.ts";
import type { ObjectSql } from "../engines/object-sql.ts";
import type { HistoryWriting } from "../frameworks/framework.ts";
import type { Migration } from "../migration/migration.ts";
import type { Plan, PlanFrom } from "../plan/plan.ts";
import { dotted } from "../sql/identifier.ts";
import type { Statement } from "../sql/statement.ts";
import type { Facts } from "../timeline/facts.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { Choices, Question } from "./choices.ts";
import type { Adoption, DriftMending } from "./drift/drift-mending.ts";

/** All that a plan is made from. Nothing here is read or changed. */
export interface PlanWishes {
  readonly purpose: Plan["purpose"];
  readonly evidence: Evidence;
  readonly migrations: readonly Migration[];
  /** The facts of the whole database, foreign objects included, without the history table. */
  readonly facts: Facts;
  readonly from: PlanFrom;
  readonly project: Pick<Plan, "framework" | "engine" | "database" | "schema">;
  readonly writing: HistoryWriting;
  readonly split: (script: string) => Statement[];
  readonly choices: Choices;
  /** Mends rows that are in the way. */
  readonly mending: RowMending;
  /** Removes and makes single objects. */
  readonly objectSql: ObjectSql;
  /** Who carries the plan out. */
  readonly role: string;
  /**
   * One transaction for all that can be in one; or, where the server refuses that (a new value of an enum is used, too
   * many locks), one for each migration.
   */
  readonly transactions: "one" | "each";
  /** The framework's own runner, where it is to run what is pending. */
  readonly runner?: { readonly description: string; readonly command: string };
  /** What becomes of what a hand has changed, where somebody chose something for it. */
  readonly drift?: DriftMending;
  /** Draws the key of a new row of the history. */
  readonly newId: () => string;
}

/** The schema of the project's tables, as an object, where it is not there: whoever runs the migrations makes it. */
export function missingSchema({ evidence, project }: Pick<PlanWishes, "evidence" | "project">) {
  const key = `schema ${dotted(project.schema)}`;
  return evidence.snapshot.objects.has(key) ? undefined : key;
}

/** A plan, and what must be true after each of its parts. */
export interface Planned {
  readonly outcome: "planned";
  readonly plan: Plan;
  /** The facts of the database after each part. */
  readonly expected: readonly Facts[];
  /** Facts of the head that the plan leaves as they are: somebody's changes, which are nobody's to undo. */
  readonly kept: ReadonlySet<string>;
  /** Objects which stand in the way of a statement and are made again: what follows from that is not foreseen. */
  readonly remade: ReadonlySet<string>;
  readonly timeline: Timeline;
  /** The migration that is to be written, and counts as one of the project's from then on. */
  readonly adoption?: Adoption;
}

/** Why there is no plan, and what a person can do. */
export interface Refused {
  readonly outcome: "refused";
  readonly reasons: readonly string[];
  /** The findings that stand in the way. */
  readonly findings: readonly Finding[];
}

export type Planning =
  | Planned
  | Refused
  | { readonly outcome: "ask"; readonly questions: readonly Question[] }
  | { readonly outcome: "nothing-to-do" }
  /** These migrations have to be taken apart first. */
  | { readonly outcome: "look-closer"; readonly refine: ReadonlySet<string> };
