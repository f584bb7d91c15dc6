import { factParts } from "../facts.ts";
import type { Closer } from "../replay.ts";
import type { Timeline } from "../timeline.ts";
import type { Testimony } from "./fit.ts";
import { type Obstacle, splitColumn, splitKey } from "./obstacles.ts";
import type { Residue } from "./residue.ts";
import { settles, type Verdict } from "./verdict.ts";

/**
 * Migrations of which a part holds are to be taken apart; texts that differ are to be printed once more. Where something
 * is not explained, it may be what a migration makes and takes back before its end: those are taken apart at which the
 * execution may have stopped.
 */
export function closerLook(
  timeline: Timeline,
  told: {
    verdicts: readonly Verdict[];
    residue: Residue;
    testimony: readonly Testimony[];
    /** The explanation contradicts the history, or has a gap. */
    disputed: boolean;
    obstacles: readonly Obstacle[];
  },
): Closer {
  const { verdicts, residue, testimony, obstacles } = told;
  const { missing, different, extra, foreign } = residue;
  const unexplained =
    told.disputed ||
    obstacles.length > 0 ||
    [missing, different, extra, foreign].some(({ length }) => length > 0);
  const border = verdicts.findIndex(({ actual }) => !settles(actual));
  const last = border < 0 ? verdicts.length : border;
  const doubtful = verdicts.flatMap(({ actual, held, notHeld }) =>
    actual === "unknown" || held.length > 0 ? notHeld : [],
  );
  const wrong = new Set([...[...missing, ...different, ...extra].map(({ object }) => object), ...doubtful]);
  const owners = new Set(extra.map(({ object }) => `table ${splitColumn(splitKey(object)[1])[0]}`));
  // In the middle of renaming its columns, a table of ours looks like another's.
  const isOf = (object: string) =>
    obstacles.some(({ relation }) => `${splitKey(object)[1]}.`.startsWith(`${relation}.`));
  const sets = (index: number) =>
    timeline.migrations[index]?.steps.some(({ changes }) =>
      changes.some(([key]) => wrong.has(factParts(key)[0]) || isOf(factParts(key)[0])),
    );
  const takesBack = (index: number) => {
    const { steps = [], statements = [] } = timeline.migrations[index] ?? {};
    return steps.length === 0 && statements.some(({ kind }) => kind === "schema");
  };
  // What it gave to a table that it drops in the end is there, where it stopped before that.
  const drops = (index: number) =>
    timeline.migrations[index]?.steps.some(({ changes }) =>
      changes.some(
        ([key, value]) => value === undefined && key.endsWith("\n") && owners.has(factParts(key)[0]),
      ),
    );
  const suspect = (index: number) =>
    testimony[index] === "failed" ||
    drops(index) === true ||
    (testimony[index] === "silent" &&
      (index === last || index === last - 1 || sets(index) === true || takesBack(index)));
  const refine = new Set(
    timeline.migrations.flatMap(({ name, refined, statements }, index) => {
      const verdict = verdicts[index];
      // A part may also wait for something that an earlier one would have made: nothing of it is missing then.
      const mixed =
        verdict !== undefined &&
        (verdict.actual === "partial" || (verdict.held.length > 0 && verdict.notHeld.length > 0));
      // Of one that failed, to be all there is no more likely than to lack what a later one takes away.
      const whole = testimony[index] === "failed" && verdict?.actual !== "absent";
      const wanted = mixed || whole || (unexplained && suspect(index));
      return wanted && !refined && statements.length > 1 ? [name] : [];
    }),
  );
  const reprint = new Map<string, string[]>();
  for (const { object, differences, madeBy } of residue.different) {
    if (madeBy === undefined) continue;
    const facts = differences.flatMap(({ attribute, expected, actual }) =>
      attribute !== "" && expected !== undefined && actual !== undefined ? [`${object}\n${attribute}`] : [],
    );
    if (facts.length > 0) reprint.set(madeBy, [...(reprint.get(madeBy) ?? []), ...facts]);
  }
  return { refine, reprint };
}
