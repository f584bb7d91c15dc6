import type { Evidence } from "../doctor/evidence.ts";
import { identityOf, lastPart, namesIn, namesMissing } from "../doctor/missing-names.ts";
import { dotted, ownersOf } from "../sql/identifier.ts";
import { targetOf } from "../sql/postgres-target.ts";
import { type Change, factKey, factParts } from "../timeline/facts.ts";
import type { TimelineMigration } from "../timeline/timeline.ts";

/**
 * Whether it is proven that none of a migration's data statements has left anything, although they leave no trace in
 * the schema. Each of them has a witness:
 *
 * - A statement before it in the file makes an object which is not there, and nothing could have kept it from being made. One by
 *   one, that one would have been executed and kept before it; as one message, all of it was rolled back together. A statement
 *   that may have failed is no witness: psql goes on after an error, and a hand may have run the file with it.
 * - The table that it writes to is not there, and no migration that ran has removed it.
 */
export function leftNoData(evidence: Evidence, name: string): boolean {
  const { replay, snapshot, schema } = evidence;
  if (replay.outcome === "cannot-replay") return false;
  const index = replay.timeline.migrations.findIndex((one) => one.name === name);
  const migration = replay.timeline.migrations[index];
  if (migration === undefined) return false;
  const removed = removedBy(evidence);
  const missing = namesMissing(evidence);
  const firstAbsent = Math.min(
    ...migration.steps.flatMap(({ statement, changes }) =>
      // Taken as a whole, it is not known which of its statements makes what.
      statement !== undefined &&
      changes.some((change) => isMissing(change, migration, evidence, removed)) &&
      cannotFail(changes, migration.statements[statement]?.text ?? "", missing)
        ? [statement]
        : [],
    ),
    Number.POSITIVE_INFINITY,
  );
  return migration.statements.every(({ kind, text }, number) => {
    if (kind !== "untraced" || firstAbsent < number) return true;
    const target = targetOf(text);
    if (target === undefined) return false;
    const table = `table ${dotted(...(target.length === 1 ? [schema, ...target] : target))}`;
    return !snapshot.objects.has(table) && isMadeBefore(evidence, index, table) && !removed.has(table);
  });
}

function isMissing(
  [key, value]: readonly [string, string | undefined],
  migration: TimelineMigration,
  { snapshot }: Evidence,
  removed: ReadonlySet<string>,
): boolean {
  const [object, attribute] = factParts(key);
  if (attribute !== "" || value === undefined || snapshot.objects.has(object) || removed.has(object))
    return false;
  // What the file itself takes away again proves nothing by not being there.
  const last = migration.steps.flatMap(({ changes }) => changes).findLast(([other]) => other === key);
  return last?.[1] !== undefined;
}

/** What is made without regard to any rows, and to what other objects look like. */
const independent = /^(?:table|sequence|enum|domain|type) /;

/**
 * It makes something, no row can be in its way, and it names nothing that is missing.
 *
 * @param text the beginning of the statement
 * @param missing names of what the migrations make and is not there
 */
function cannotFail(changes: readonly Change[], text: string, missing: ReadonlySet<string>): boolean {
  const made = changes.flatMap(([key, value]) => (value === undefined ? [] : [factParts(key)[0]]));
  const [facts, all] = [new Map(changes), new Set(made)];
  const isHarmless = (object: string) => {
    if (independent.test(object) || all.has(`table ${ownerOf(object)}`) || all.has(`enum ${ownerOf(object)}`))
      return true;
    const isRequired =
      facts.get(factKey(object, "notNull")) === "true" && !facts.get(factKey(object, "default"));
    return object.startsWith("column ") && !isRequired;
  };
  const own = new Set(made.map((object) => lastPart(identityOf(object))));
  const named = namesIn([text, ...made.map(ownerOf), ...changes.map(([, value]) => value ?? "")].join(" "));
  return (
    made.length > 0 && made.every(isHarmless) && ![...named].some((one) => missing.has(one) && !own.has(one))
  );
}

const ownerOf = (object: string) =>
  /^(?:function|cast|operator)/.test(object) ? "" : (ownersOf(identityOf(object))[1] ?? "");
/** A name that no migration makes may be a view's, another schema's, or a mistake: then nothing is proven. */
function isMadeBefore({ replay }: Evidence, index: number, table: string): boolean {
  if (replay.outcome === "cannot-replay") return false;
  return replay.timeline.migrations
    .slice(0, index + 1)
    .some(({ steps }) =>
      steps.some(({ changes }) => changes.some(([key, value]) => key === `${table}\n` && value)),
    );
}

/** Objects that a migration which ran has taken away: that they are not there proves nothing. */
function removedBy({ replay }: Evidence): ReadonlySet<string> {
  const removed = new Set<string>();
  if (replay.outcome === "cannot-replay") return removed;
  const steps = replay.timeline.migrations.flatMap((migration) => migration.steps);
  for (const [index, { changes }] of steps.entries()) {
    if (replay.location.executed[index] !== 1) continue;
    for (const [key, value] of changes) {
      const [object, attribute] = factParts(key);
      if (attribute === "" && value === undefined) removed.add(object);
    }
  }
  return removed;
}
