import type { Session } from "../engines/engine.ts";
import type { Measures } from "../executor/execution.ts";
import type { Certificate, TableCost } from "../plan/certificate.ts";

/** Seconds for which others wait before a plan counts as one that takes long: what users and health checks put up with. */
const longWait = 5;

/**
 * What was measured on a copy, with what is known of the tables of the database itself: one query for all of them.
 *
 * @param session reads the database itself
 */
export async function costsOf(
  { steps, tables, comparing }: Measures,
  session: Session,
): Promise<Pick<Certificate, "steps" | "tables" | "comparing" | "hazards">> {
  const weights = await session.weigh(tables.map(({ table }) => table));
  const costs = tables.map((touched): TableCost => {
    const original = weights.get(touched.table);
    // No statement takes long on a table without rows, whatever it is like elsewhere.
    const timeTells = touched.hadRows || original?.hasRows === false;
    return { ...touched, ...(original && { original }), timeTells };
  });
  const isLong = costs.some(({ hadRows, kept }) => hadRows && kept.some(({ seconds }) => seconds > longWait));
  return {
    steps,
    tables: costs.toSorted(
      (a, b) => weightOf(b) - weightOf(a) || sizeOf(b) - sizeOf(a) || (a.table < b.table ? -1 : 1),
    ),
    comparing,
    hazards: isLong ? ["long"] : [],
  };
}

/** Whoever may not even read waits most. What is not known may be the worst. */
function weightOf({ timeTells, kept: [worst] }: TableCost): number {
  if (worst === undefined) return 0;
  const bothOrOne = worst.from === "reading and writing" ? 2 : 1;
  return timeTells ? bothOrOne * Math.round(worst.seconds * 10) : Number.MAX_SAFE_INTEGER;
}

function sizeOf({ original }: TableCost): number {
  return original?.bytes ?? Number.MAX_SAFE_INTEGER;
}
