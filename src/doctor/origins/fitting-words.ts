import { count } from "../cite.ts";
import type { Fitting } from "./origins.ts";

/** Which releases have all that was applied, for a person; empty where version control was not asked. */
export function fittingWords(fitting: readonly Fitting[] | undefined): string[] {
  if (fitting === undefined) return [];
  const [closest] = fitting;
  if (closest === undefined)
    return [
      "git: no tag or branch that is on this machine has all that was applied (git fetch --tags brings more)",
    ];
  const alike = fitting.filter(({ pending }) => pending === closest.pending).map(({ release }) => release);
  const shown = `${alike.slice(0, 4).join(", ")}${alike.length > 4 ? ` and ${alike.length - 4} more` : ""}`;
  const more = closest.pending === 0 ? "" : `, and ${count(closest.pending, "migration")} after it`;
  return [`git: ${shown} ${alike.length === 1 ? "has" : "have"} exactly what was applied${more}`];
}

/** What to check out; undefined where nothing fits. */
export function fittingRelease(fitting: readonly Fitting[] | undefined): string | undefined {
  return fitting?.[0]?.release;
}
