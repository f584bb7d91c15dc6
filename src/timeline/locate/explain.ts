import { type Cost, compareCosts, type Executed, Fit, type Testimony } from "./fit.ts";
import type { Model } from "./model.ts";

/** How many of the best prefixes the search starts from. */
const prefixStarts = 4;

/**
 * Finds the explanations with the lowest cost: the best first, then others of equal cost.
 *
 * The search starts from nothing, from the head, from what the history claims, and from the best prefixes.
 *
 * @param waiting migrations which are known not to have run
 */
export function explain(
  model: Model,
  testimony: readonly Testimony[],
  waiting: ReadonlySet<number> = new Set(),
): { cost: Cost; executed: Executed }[] {
  const fit = new Fit(model, testimony, waiting);
  const count = model.steps.length;
  const prefixes: { length: number; mismatch: number }[] = [{ length: 0, mismatch: fit.mismatch }];
  for (let step = 0; step < count; step++) {
    fit.toggle(step);
    prefixes.push({ length: step + 1, mismatch: fit.mismatch });
  }
  const least = Math.min(...prefixes.map(({ mismatch }) => mismatch));
  const ranked = prefixes.toSorted((a, b) => a.mismatch - b.mismatch || b.length - a.length);
  const equal = ranked.filter(({ mismatch }) => mismatch === least);
  const lengths = new Set(
    [...ranked.slice(0, prefixStarts), ...equal.slice(0, 32)].map(({ length }) => length),
  );
  const claimed = (silent: 0 | 1) =>
    Uint8Array.from(model.steps, ({ migration }) => {
      const said = testimony[migration];
      return said === "silent" || said === "failed" ? silent : said === "ran" ? 1 : 0;
    });
  const starts = [
    ...[0, count, ...lengths].map((length) =>
      Uint8Array.from({ length: count }, (_, i) => (i < length ? 1 : 0)),
    ),
    claimed(0),
    claimed(1),
  ];
  const found = new Map<string, { cost: Cost; executed: Executed }>();
  for (const start of starts) {
    fit.set(start.map((flag, step) => (waiting.has(model.steps[step]?.migration ?? -1) ? 0 : flag)));
    // A start is an explanation too: its neighbours may hide it from the descent when they cost as much.
    keep(found, { cost: fit.cost(), executed: fit.executed.slice() });
    const cost = fit.descend();
    keep(found, { cost, executed: fit.executed.slice() });
  }
  const [best] = [...found.values()].toSorted((a, b) => compareCosts(a.cost, b.cost));
  if (best === undefined) return [];
  spread(model, fit, best, { found, waiting });
  const others = [...found.values()].filter((one) => one !== best && compareCosts(one.cost, best.cost) === 0);
  return [best, ...others];
}

/** Neighbours of the best explanation which cost as much, and theirs in turn, while that takes little time. */
const mostToggles = 1_000_000;

function spread(
  model: Model,
  fit: Fit,
  best: { cost: Cost; executed: Executed },
  {
    found,
    waiting,
  }: { found: Map<string, { cost: Cost; executed: Executed }>; waiting: ReadonlySet<number> },
): void {
  const reached = new Set([best.executed.join("")]);
  const queue = [best.executed];
  let toggles = 0;
  const consider = () => {
    if (fit.mismatch !== best.cost.mismatch) return;
    const one = { cost: fit.cost(), executed: fit.executed.slice() };
    keep(found, one);
    const name = one.executed.join("");
    if (compareCosts(one.cost, best.cost) !== 0 || reached.has(name)) return;
    reached.add(name);
    queue.push(one.executed);
  };
  for (const from of queue) {
    fit.set(from);
    for (const [migration, steps] of model.stepsOf.entries()) {
      if (waiting.has(migration)) continue;
      for (const single of [false, true]) {
        for (let cut = 0; cut <= steps.length; cut++) {
          const flipped = steps.filter((step, i) =>
            single ? i === cut : (fit.executed[step] === 1) !== i < cut,
          );
          for (const step of flipped) fit.toggle(step);
          consider();
          for (const step of flipped) fit.toggle(step);
          toggles += 2 * flipped.length;
        }
      }
    }
    if (toggles > mostToggles) break;
  }
}

function keep(
  found: Map<string, { cost: Cost; executed: Executed }>,
  one: { cost: Cost; executed: Executed },
): void {
  const name = one.executed.join("");
  if (!found.has(name)) found.set(name, one);
}
