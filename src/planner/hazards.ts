import type { Hazard, PlanPart } from "../plan/plan.ts";
import type { SchemaObject } from "../schema/object.ts";
import { dotted, ownersOf } from "../sql/identifier.ts";
import { factParts } from "../timeline/facts.ts";
import { droppedBy } from "./emptied.ts";
import type { PlacedStep } from "./projection.ts";

const deletesRows = /^(?:TRUNCATE|DELETE)\b|\bDELETE\s+FROM\b/i;

/**
 * What a migration's steps may cost on this very database: only what is there can be deleted, rewritten or kept from
 * being written.
 */
export function stepHazards(
  steps: readonly PlacedStep[],
  statements: readonly { readonly sql: string }[],
  schema: string,
  objects: ReadonlyMap<string, SchemaObject>,
): Hazard[] {
  const hazards = new Set<Hazard>();
  // Taken together, a file which drops a table and makes it again changes little, and its rows are gone.
  if (droppedBy(statements, schema, objects).length > 0) {
    hazards.add("deletes-data");
    hazards.add("not-reversible");
  }
  const drops = statements.some(({ sql }) => /\bDROP\b/i.test(sql));
  for (const [key, value] of steps.flatMap(({ changes }) => changes)) {
    const [object, attribute] = factParts(key);
    const there = objects.get(object);
    const holdsRows =
      object.startsWith("table ") || object.startsWith("column ") || object.startsWith("materialized-view ");
    // What is renamed is gone under its name, with all its rows.
    if (there !== undefined && attribute === "" && value === undefined && holdsRows && drops) {
      hazards.add("deletes-data");
      hazards.add("not-reversible");
    }
    if (there !== undefined && object.startsWith("column ") && attribute === "type" && value !== undefined)
      hazards.add("rewrites-table");
    if (isOnTable(object, objects)) hazards.add("blocks-writes");
  }
  if (statements.some(({ sql }) => indexesTable(sql, objects))) hazards.add("blocks-writes");
  if (statements.some(({ sql }) => deletesRows.test(sql))) {
    hazards.add("deletes-data");
    hazards.add("not-reversible");
  }
  return [...hazards];
}

/** The table's own name, without its schema. */
const indexOn =
  /^CREATE\s+(?:UNIQUE\s+)?INDEX\b(?!\s+CONCURRENTLY).*?\bON\s+(?:ONLY\s+)?(?:(?:"(?:[^"]|"")+"|\w+)\.)?(?:"((?:[^"]|"")+)"|(\w+))/is;

/** An index of a table which is there: its name does not tell the table. */
function indexesTable(sql: string, objects: ReadonlyMap<string, SchemaObject>): boolean {
  const [, quoted, plain] = indexOn.exec(sql) ?? [];
  const name = quoted?.replaceAll('""', '"') ?? plain?.toLowerCase();
  return [...objects.values()].some((object) => object.kind === "table" && object.name === name);
}

/** A change of a table which is there, or of its parts. */
function isOnTable(object: string, objects: ReadonlyMap<string, SchemaObject>): boolean {
  const space = object.indexOf(" ");
  const [kind, identity] = [object.slice(0, space), object.slice(space + 1)];
  if (kind === "table") return objects.has(object);
  const there = objects.get(object);
  if (there?.relation !== undefined) return objects.has(`table ${dotted(there.schema, there.relation)}`);
  // A new part: its table is what its identity begins with.
  return ownersOf(identity).some((owner) => objects.has(`table ${owner}`));
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
