import { countsAsApplied } from "../migration/compare.ts";
import { type Judged, judged } from "./cite.ts";
import type { Evidence } from "./evidence.ts";

/**
 * Migrations which the history records under our names with other content, and whose effects are not what the
 * database has: the history is of another release or another project, not an edited version of this one.
 */
export function foreignHistory(evidence: Evidence): Judged[] {
  if (evidence.replay.outcome === "cannot-replay") return [];
  return judged(evidence).filter(({ entry, verdict }) => {
    const applied = countsAsApplied(entry.state) && entry.state !== "missing";
    if (!applied || !entry.edited || verdict === undefined) return false;
    return verdict.notHeld.length > 0 && verdict.held.length < verdict.notHeld.length;
  });
}

/** No object of the project's own is there, and there is nothing else either. */
export function isEmpty({ snapshot, history }: Evidence): boolean {
  return history.outcome === "no-table" && [...snapshot.objects.values()].every(({ shared }) => shared);
}

/** How many objects of the best explanation are there; undefined where the migrations could not be replayed. */
export function ownObjects({ replay }: Evidence): number | undefined {
  return replay.outcome === "cannot-replay" ? undefined : replay.location.ours;
}

/** The history names at least one of the project's migrations. */
export function knowsOurNames({ entries }: Evidence): boolean {
  return entries.some(({ migration, record }) => migration !== undefined && record !== undefined);
}
