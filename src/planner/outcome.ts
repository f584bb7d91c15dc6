import type { Objects } from "../engines/object-sql.ts";
import { compare, countsAsApplied } from "../migration/compare.ts";
import type { History, Migration } from "../migration/migration.ts";
import { isPart, type SchemaObject } from "../schema/object.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { dotted, ownersOf } from "../sql/identifier.ts";
import { type Facts, factParts, factsOf } from "../timeline/facts.ts";
import type { Planned } from "./planning.ts";
import { headOf, placedSteps, sameFact } from "./projection.ts";

/** What is printed with names and types of columns in it. */
const expressions: ReadonlySet<string> = new Set(["definition", "using", "check", "columns", "rows"]);

/** It stands on something that is gone, and is there: what it stands on was renamed. */
function standsOn(gone: ReadonlySet<string>, object: SchemaObject | undefined): boolean {
  return object?.dependsOn.some((key) => belongsTo(gone, identityOf(`${key}\n`))) === true;
}

/** How many differences are named. */
const named = 8;

/**
 * Whether a database is, after a part of a plan, exactly what the plan foresees: every fact of it, of foreign objects
 * too. What hangs on a table that the plan removes or renames goes with it.
 *
 * @returns what is not, in words
 */
export function schemaProblems(
  { expected, timeline, remade }: Planned,
  part: number,
  { facts: before, objects }: { readonly facts: Facts; readonly objects: Objects },
  snapshot: Snapshot,
  leaveOut: (object: SchemaObject) => boolean,
): string[] {
  const wanted = expected[part] ?? new Map<string, string>();
  const actual = factsOf(snapshot, leaveOut);
  const gone = new Set(
    [...before.keys()].flatMap((key) => (key.endsWith("\n") && !wanted.has(key) ? [identityOf(key)] : [])),
  );
  const problems: string[] = [];
  for (const key of new Set([...wanted.keys(), ...actual.keys()])) {
    if (sameFact(timeline, key, wanted.get(key), actual.get(key))) continue;
    const [object, attribute] = factParts(key);
    // The server prints an expression otherwise where a column of another type is in it, or of another name.
    const named = remade.has(object) || standsOn(gone, objects.get(object));
    if (named && expressions.has(attribute) && actual.has(key)) continue;
    // A renamed table takes what others hung on it along; a dropped one too, and that was told.
    if (belongsTo(gone, identityOf(key)) || wentAlong(snapshot.objects.get(object), before, wanted)) continue;
    problems.push(
      `${object}${attribute && `, ${attribute}`}: ${shown(actual.get(key))} instead of ${shown(wanted.get(key))}`,
    );
  }
  return problems.length > named
    ? [...problems.slice(0, named), `and ${problems.length - named} more`]
    : problems;
}

/** What is made again, and has another owner, other rights or comments than before. */
export function dressProblems({ remade }: Planned, before: Snapshot, after: Snapshot): string[] {
  return [...remade].flatMap((key) => {
    const [then = {}, now = {}] = [before, after].map(({ objects }) => objects.get(key)?.environment);
    const others = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter(
      // One that was never filled is filled by being made again.
      (one) => one !== "populated" && JSON.stringify(then[one]) !== JSON.stringify(now[one]),
    );
    return others.length === 0 ? [] : [`${key}: its ${others.join(" and ")} would be another than before`];
  });
}

/** Whether the schema is, at the end, what the migrations make: but for what the plan leaves to a person. */
export function headProblems(
  { timeline, kept }: Planned,
  snapshot: Snapshot,
  leaveOut: (object: SchemaObject) => boolean,
) {
  const actual = factsOf(snapshot, leaveOut);
  const { values } = headOf(placedSteps(timeline));
  return [...values].flatMap(([key, value]) => {
    if (kept.has(key) || sameFact(timeline, key, value, actual.get(key))) return [];
    const [object, attribute] = factParts(key);
    return [`${object}${attribute && `, ${attribute}`} is not as the migrations make it`];
  });
}

/** Whether the history says, at the end, that all of the project's migrations are applied, and none failed. */
export function historyProblems(migrations: readonly Migration[], history: History): string[] {
  return compare(migrations, history, { runnerIsAlive: false }).flatMap(({ name, state }) =>
    countsAsApplied(state) ? [] : [`the history says that ${name} is ${state}`],
  );
}

function identityOf(key: string): string {
  const [object] = factParts(key);
  return object.slice(object.indexOf(" ") + 1);
}

function belongsTo(gone: ReadonlySet<string>, identity: string): boolean {
  return gone.size > 0 && ownersOf(identity).some((owner) => gone.has(owner));
}

/** A hand-made part of a table that bears a new name now. */
function wentAlong(object: SchemaObject | undefined, before: Facts, wanted: Facts): boolean {
  if (object?.relation === undefined || !isPart(object)) return false;
  const table = `table ${dotted(object.schema, object.relation)}\n`;
  return !wanted.has(`${object.kind} ${object.identity}\n`) && wanted.has(table) && !before.has(table);
}

function shown(value: string | undefined): string {
  if (value === undefined) return "nothing";
  const line = value.replace(/\s+/g, " ");
  return line === "" ? "none" : line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
