import { judged } from "../doctor/cite.ts";
import { ownObjects } from "../doctor/history-fit.ts";
import type { Situation } from "./decision.ts";
import type { PlanWishes } from "./planning.ts";

/** What the decisions on all migrations share. */
export function situationOf({ evidence, choices }: PlanWishes): Situation {
  const all = judged(evidence);
  const applied = all.filter(
    ({ entry }) =>
      entry.record?.state === "applied" && !entry.record.asserted && entry.migration !== undefined,
  );
  const gone = applied.filter(
    ({ verdict }) =>
      verdict?.actual === "absent" &&
      verdict.takenAlong !== true &&
      verdict.notHeld.some((key) => !evidence.snapshot.objects.has(key)),
  );
  const last = all.findLastIndex(({ verdict }) => verdict !== undefined && verdict.held.length > 0);
  const goneNames = new Set(gone.map(({ entry }) => entry.name));
  return {
    evidence,
    choices,
    unmanaged:
      !evidence.entries.some(({ record }) => record !== undefined) && (ownObjects(evidence) ?? 0) > 0,
    isBeforeTheEnd: (name) => all.findIndex(({ entry }) => entry.name === name) < last,
    gone: goneNames,
    allGone: applied.every(
      ({ entry, verdict }) => goneNames.has(entry.name) || verdict?.actual === "no-trace",
    ),
  };
}
