import type { Model } from "./model.ts";

/** Which steps are taken to have been executed. */
export type Executed = Uint8Array;

/** How badly a set of executed steps explains the database; compared from left to right. */
export interface Cost {
  /** Weights of the facts which it predicts wrongly. */
  readonly mismatch: number;
  /** Migrations for which the history says otherwise, and those which would have removed what was not there. */
  readonly disagreement: number;
  /** Gaps: an executed step behind one that was not. */
  readonly irregularity: number;
}

/**
 * What the history says of each migration: it ran, it did not, it was begun and failed (which does not say what is
 * left of it), or nothing that can be relied on.
 */
export type Testimony = "ran" | "did-not" | "failed" | "silent";

/** A search for the sets of executed steps which explain the real database best. */
export class Fit {
  readonly #model: Model;
  readonly #testimony: readonly Testimony[];
  readonly executed: Executed;
  /** Migrations that do nothing but remove: to have run, they need what they remove. */
  readonly #removing: readonly (readonly number[])[];
  #mismatch = 0;

  constructor(model: Model, testimony: readonly Testimony[]) {
    this.#model = model;
    this.#testimony = testimony;
    this.executed = new Uint8Array(model.steps.length);
    this.#removing = model.stepsOf.filter(
      (steps) =>
        steps.length > 0 &&
        steps.every((step) => model.sets[step]?.every(({ value }) => value === undefined)),
    );
    this.#mismatch = model.facts.reduce((sum, fact) => sum + (fact.absent ? 0 : fact.weight), 0);
  }

  /** Flips one step; costs time in proportion to what the step sets. */
  toggle(step: number): void {
    for (const { fact } of this.#model.sets[step] ?? []) this.#mismatch -= this.#wrong(fact);
    this.executed[step] = this.executed[step] === 1 ? 0 : 1;
    for (const { fact } of this.#model.sets[step] ?? []) this.#mismatch += this.#wrong(fact);
  }

  set(wanted: ArrayLike<number>): void {
    for (let step = 0; step < this.executed.length; step++) {
      if (this.executed[step] !== wanted[step]) this.toggle(step);
    }
  }

  get mismatch(): number {
    return this.#mismatch;
  }

  cost(): Cost {
    return {
      mismatch: this.#mismatch,
      disagreement: this.#disagreement(),
      irregularity: this.#irregularity(),
    };
  }

  /** Improves the set by one migration or one statement at a time, until nothing improves it. */
  descend(): Cost {
    let best = this.cost();
    for (let improved = true; improved; ) {
      improved = false;
      for (const steps of this.#model.stepsOf) {
        const cost = this.#improveMigration(steps, best);
        if (cost !== undefined) {
          best = cost;
          improved = true;
        }
      }
      const settled = best.mismatch === 0 && best.disagreement === 0;
      const cost = improved || settled ? undefined : this.#improveByTwo(best);
      if (cost !== undefined) {
        best = cost;
        improved = true;
      }
    }
    return best;
  }

  /**
   * Tries two steps at once: one that sets what is predicted wrongly, with one that has a fact in common with it. Where all
   * is predicted, one that contradicts the history: what a statement made and a later one removed leaves nothing, and
   * neither can be taken back alone.
   */
  #improveByTwo(best: Cost): Cost | undefined {
    const wrong = this.#model.facts.flatMap((_, fact) => (this.#wrong(fact) > 0 ? [fact] : []));
    const near = (facts: readonly number[]) =>
      new Set(facts.flatMap((fact) => this.#model.facts[fact]?.setters.map(({ step }) => step) ?? []));
    const firsts = wrong.length > 0 ? [...near(wrong)] : this.#contradicting();
    for (const first of firsts.slice(0, triedTogether)) {
      const shared = this.#model.sets[first]?.map(({ fact }) => fact) ?? [];
      this.toggle(first);
      for (const second of [...near(shared)].slice(0, triedTogether)) {
        if (second === first) continue;
        this.toggle(second);
        const cost = this.#mismatch > best.mismatch ? undefined : this.cost();
        if (cost !== undefined && compareCosts(cost, best) < 0) return cost;
        this.toggle(second);
      }
      this.toggle(first);
    }
    return undefined;
  }

  /** Steps that are taken as executed, or as not, against the history's word. */
  #contradicting(): number[] {
    return this.#model.stepsOf.flatMap((steps, migration) => {
      const testimony = this.#testimony[migration];
      if (testimony !== "ran" && testimony !== "did-not") return [];
      return steps.filter((step) => this.executed[step] !== (testimony === "ran" ? 1 : 0));
    });
  }

  /** Tries every cut of a migration, then every single statement of it. */
  #improveMigration(steps: readonly number[], best: Cost): Cost | undefined {
    const before = steps.map((step) => this.executed[step] ?? 0);
    let winner: { cost: Cost; flags: number[] } | undefined;
    const consider = () => {
      if (this.#mismatch > (winner?.cost ?? best).mismatch) return;
      const cost = this.cost();
      if (compareCosts(cost, winner?.cost ?? best) >= 0) return;
      winner = { cost, flags: steps.map((step) => this.executed[step] ?? 0) };
    };
    this.#setSteps(
      steps,
      steps.map(() => 0),
    );
    consider();
    for (const step of steps) {
      this.toggle(step);
      consider();
    }
    this.#setSteps(steps, before);
    if (steps.length > 1) {
      for (const step of steps) {
        this.toggle(step);
        consider();
        this.toggle(step);
      }
    }
    this.#setSteps(steps, winner?.flags ?? before);
    return winner?.cost;
  }

  #setSteps(steps: readonly number[], flags: readonly number[]): void {
    for (const [i, step] of steps.entries()) if (this.executed[step] !== flags[i]) this.toggle(step);
  }

  #wrong(fact: number): number {
    const { setters, absent, weight } = this.#model.facts[fact] ?? { setters: [], absent: true, weight: 0 };
    for (let i = setters.length - 1; i >= 0; i--) {
      const setter = setters[i];
      if (setter !== undefined && this.executed[setter.step] === 1) return setter.holds ? 0 : weight;
    }
    return absent ? 0 : weight;
  }

  #disagreement(): number {
    let count = 0;
    for (const [migration, steps] of this.#model.stepsOf.entries()) {
      const testimony = this.#testimony[migration];
      if (steps.length === 0 || testimony === "silent" || testimony === "failed") continue;
      const ran = steps.every((step) => this.executed[step] === 1);
      const none = steps.every((step) => this.executed[step] === 0);
      if (testimony === "ran" ? !ran : !none) count++;
    }
    return count + this.#removing.filter((steps) => this.#removesNothing(steps)).length;
  }

  /** Executed, although nothing that it removes had been made: that would have been refused, or changed nothing. */
  #removesNothing(steps: readonly number[]): boolean {
    const [first = 0] = steps;
    if (this.executed[first] === 0) return false;
    return steps.every((step) =>
      this.#model.sets[step]?.every(({ fact }) => {
        const setters = this.#model.facts[fact]?.setters ?? [];
        return setters.findLast((s) => s.step < first && this.executed[s.step] === 1)?.value === undefined;
      }),
    );
  }

  #irregularity(): number {
    let gaps = 0;
    for (let i = 1; i < this.executed.length; i++)
      if (this.executed[i] === 1 && this.executed[i - 1] === 0) gaps++;
    return gaps;
  }
}

/** Negative when `a` explains better than `b`. */
export function compareCosts(a: Cost, b: Cost): number {
  return a.mismatch - b.mismatch || a.disagreement - b.disagreement || a.irregularity - b.irregularity;
}

/** How many steps are tried together with each of as many others. */
const triedTogether = 40;

/** How many of the best prefixes the search starts from. */
const prefixStarts = 4;

/**
 * Finds the explanations with the lowest cost: the best first, then others of equal cost.
 *
 * The search starts from nothing, from the head, from what the history claims, and from the best prefixes.
 */
export function explain(model: Model, testimony: readonly Testimony[]): { cost: Cost; executed: Executed }[] {
  const fit = new Fit(model, testimony);
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
    fit.set(start);
    // A start is an explanation too: its neighbours may hide it from the descent when they cost as much.
    keep(found, { cost: fit.cost(), executed: fit.executed.slice() });
    const cost = fit.descend();
    keep(found, { cost, executed: fit.executed.slice() });
  }
  const [best] = [...found.values()].toSorted((a, b) => compareCosts(a.cost, b.cost));
  if (best === undefined) return [];
  spread(model, fit, best, found);
  const others = [...found.values()].filter((one) => one !== best && compareCosts(one.cost, best.cost) === 0);
  return [best, ...others];
}

/** Neighbours of the best explanation which cost as much, and theirs in turn, while that takes little time. */
const mostToggles = 1_000_000;

function spread(
  model: Model,
  fit: Fit,
  best: { cost: Cost; executed: Executed },
  found: Map<string, { cost: Cost; executed: Executed }>,
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
    for (const steps of model.stepsOf) {
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
