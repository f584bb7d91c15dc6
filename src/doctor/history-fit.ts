import { countsAsApplied } from "../migration/compare.ts";
import { factKey, factsOf } from "../timeline/facts.ts";
import { settles, type Verdict } from "../timeline/locate/verdict.ts";
import { type Judged, judged } from "./cite.ts";
import type { Evidence } from "./evidence.ts";
import type { Edit } from "./origins/origins.ts";

/**
 * Migrations which the history records under our names with other content, and whose effects are not what the
 * database has: the history is of another release or another project, not an edited version of this one.
 */
export function foreignHistory(evidence: Evidence): Judged[] {
  if (evidence.replay.outcome === "cannot-replay") return [];
  const same = new Set(
    evidence.edits?.flatMap(({ migration, kind }) =>
      kind === "layout" || kind === "equivalent" ? [migration] : [],
    ),
  );
  const all = judged(evidence);
  const isOurs = all.some(
    ({ entry, verdict }) =>
      countsAsApplied(entry.state) &&
      !entry.edited &&
      verdict?.actual === "present" &&
      verdict.held.length > 0,
  );
  return all.filter(({ entry, verdict }) => {
    if (same.has(entry.name)) return false;
    // Recorded by hand and never executed: that its effects are missing says nothing of its content.
    if (isOurs && entry.record?.asserted === true && verdict?.actual === "absent") return false;
    const applied = countsAsApplied(entry.state) && entry.state !== "missing";
    if (!applied || !entry.edited || verdict === undefined) return false;
    return verdict.notHeld.length > 0 && verdict.held.length < verdict.notHeld.length;
  });
}

/**
 * Whether a person may say that an edited file means what was applied: nothing that can be seen speaks against it. Where the
 * file is known to do something else, the database must be by now what the file makes of it.
 */
export function maySign(
  edit: Edit | undefined,
  verdict: Verdict | undefined,
  { snapshot }: Pick<Evidence, "snapshot">,
): boolean {
  if (verdict === undefined || !settles(verdict.actual)) return false;
  if (edit?.kind === "unknown") return true;
  if (edit?.kind !== "changed") return false;
  const facts = factsOf(snapshot, () => false);
  return edit.differences.every(
    ({ object, attribute, file }) => facts.get(factKey(object, attribute)) === file,
  );
}

/**
 * No object of the project's own is there, and nothing else is in its schema either. What is in others is a host's, or of an
 * application that keeps to its own: a new hosted database is not the wrong one.
 */
export function isEmpty(evidence: Evidence): boolean {
  const { snapshot, history, schema, ownElsewhere } = evidence;
  const nothingOurs = ownObjects(evidence) === 0 && ownElsewhere.length === 0;
  return (
    history.outcome === "no-table" &&
    [...snapshot.objects.values()].every(
      (one) => one.shared || (nothingOurs && (one.environmental || one.schema !== schema)),
    )
  );
}

/** How many objects of the best explanation are there; undefined where the migrations could not be replayed. */
export function ownObjects({ replay }: Evidence): number | undefined {
  return replay.outcome === "cannot-replay" ? undefined : replay.location.ours;
}

/** The history names at least one of the project's migrations. */
export function knowsOurNames({ entries }: Evidence): boolean {
  return entries.some(({ migration, record }) => migration !== undefined && record !== undefined);
}
