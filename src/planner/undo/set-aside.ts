import type { QuarantineSql } from "../../engines/quarantine.ts";
import type { Plan, PlanStep } from "../../plan/plan.ts";
import { quarantineSchema, quarantineTables } from "../../plan/quarantine.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import { dotted } from "../../sql/identifier.ts";

/**
 * What a repair set aside comes back with the saved rows of its table: then it is not to be put back once more.
 *
 * @param back the tables whose rows come back
 */
export function setAsideNoMore(
  { parts }: Plan,
  now: Snapshot,
  sql: QuarantineSql,
  back: ReadonlySet<string>,
): PlanStep[] {
  if (!now.objects.has(`table ${dotted(quarantineSchema, quarantineTables.batches)}`)) return [];
  const steps = parts.flatMap((part) => (part.kind === "runner" ? [] : part.steps));
  return steps.flatMap((step): PlanStep[] => {
    const [table = ""] = step.kind === "mend" ? step.tables : [];
    if (step.kind !== "mend" || step.batch === undefined || !back.has(table)) return [];
    const why = "these rows are back in their table, and are not to be put back once more";
    const statements = [sql.end(step.batch, "undone")];
    return [{ kind: "restore", object: `quarantine ${step.batch}`, statements, why, hazards: [] }];
  });
}
