import type { Session } from "../../engines/engine.ts";
import type { Location } from "../../timeline/locate/locate.ts";
import type { Timeline } from "../../timeline/timeline.ts";
import type { Evidence } from "../evidence.ts";
import type { Observed } from "../observe.ts";
import { waiting } from "../waiting.ts";
import { type Known, pendingDemands } from "./demands.ts";
import { lookAtRows } from "./look.ts";

/** What the demands of the statements that come follow from. */
export function knownFrom(
  { entries, snapshot, migrations, engine }: Pick<Observed, "entries" | "snapshot" | "migrations" | "engine">,
  timeline: Timeline,
  { verdicts }: Pick<Location, "verdicts">,
): Known {
  const statements = new Map<string, readonly { readonly text: string }[]>();
  return {
    timeline,
    verdicts,
    snapshot,
    waiting: new Set(entries.filter(({ state }) => waiting.has(state)).map(({ name }) => name)),
    textOf(name, statement) {
      const sql = migrations.find((migration) => migration.name === name)?.sql;
      if (sql === undefined || statement === undefined) return sql;
      const known = statements.get(name) ?? engine.split(sql);
      statements.set(name, known);
      return known[statement - 1]?.text;
    },
  };
}

/**
 * Adds to the evidence which rows of the real database are in the way of what is still to be executed.
 *
 * @throws KnownError CONNECTION_LOST
 */
export async function withRows(evidence: Evidence, observed: Observed, session: Session): Promise<Evidence> {
  const { replay } = evidence;
  // On what another session keeps from being read, nothing is known; and a history that cannot be read names nothing that waits.
  if (replay.outcome === "cannot-replay" || evidence.history.outcome === "locked") return evidence;
  const demands = pendingDemands(knownFrom(observed, replay.timeline, replay.location));
  const rows = await lookAtRows(demands, { ...observed, session });
  return { ...evidence, rows };
}
