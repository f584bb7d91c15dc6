import type { Hazard, PlanPart } from "../plan/plan.ts";
import type { SchemaObject } from "../schema/object.ts";
import { dotted } from "../sql/identifier.ts";
import { factParts } from "../timeline/facts.ts";
import type { PlacedStep } from "./projection.ts";

const deletesRows = /^(?:TRUNCATE|DELETE)\b|\bDELETE\s+FROM\b/i;

/**
 * What a migration's steps may cost on this very database: only what is there can be deleted, rewritten or kept from
 * being written.
 */
export function stepHazards(
  steps: readonly PlacedStep[],
  statements: readonly { readonly sql: string }[],
  objects: ReadonlyMap<string, SchemaObject>,
): Hazard[] {
  const hazards = new Set<Hazard>();
  for (const [key, value] of steps.flatMap(({ changes }) => changes)) {
    const [object, attribute] = factParts(key);
    const there = objects.get(object);
    const holdsRows =
      object.startsWith("table ") || object.startsWith("column ") || object.startsWith("materialized-view ");
    if (there !== undefined && attribute === "" && value === undefined && holdsRows) {
      hazards.add("deletes-data");
      hazards.add("not-reversible");
    }
    if (there !== undefined && object.startsWith("column ") && attribute === "type")
      hazards.add("rewrites-table");
    if (isOnTable(object, objects)) hazards.add("blocks-writes");
  }
  if (statements.some(({ sql }) => deletesRows.test(sql))) {
    hazards.add("deletes-data");
    hazards.add("not-reversible");
  }
  return [...hazards];
}

/** A change of a table which is there, or of its parts. */
function isOnTable(object: string, objects: ReadonlyMap<string, SchemaObject>): boolean {
  const [kind = "", identity = ""] = [
    object.slice(0, object.indexOf(" ")),
    object.slice(object.indexOf(" ") + 1),
  ];
  if (kind === "table") return objects.has(object);
  const there = objects.get(object);
  if (there?.relation !== undefined) return objects.has(`table ${dotted(there.schema, there.relation)}`);
  // A new part: its table is what its identity begins with.
  for (let at = identity.lastIndexOf("."); at > 0; at = identity.lastIndexOf(".", at - 1)) {
    if (objects.has(`table ${identity.slice(0, at)}`)) return true;
  }
  return false;
}

/** The hazards of all parts together. */
export function hazardsOf(parts: readonly PlanPart[]): Hazard[] {
  const hazards = parts.flatMap((part) =>
    part.kind === "runner"
      ? part.hazards
      : part.steps.flatMap((step) => (step.kind === "history" ? [] : step.hazards)),
  );
  return [...new Set(hazards)];
}
