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

/**
 * A search for the sets of executed steps which explain the real database best.
 *
 * Whatever the cost is made of is kept by each toggle: a search asks for the cost some hundred thousand times.
 */
export class Fit {
  readonly #model: Model;
  readonly #testimony: readonly Testimony[];
  readonly #waiting: ReadonlySet<number>;
  readonly executed: Executed;
  /** Migrations that do nothing but remove: to have run, they need what they remove. */
  readonly #removing: ReadonlyMap<number, readonly number[]>;
  /** For each fact, which of those remove it: only they are looked at again. */
  readonly #removingOf: ReadonlyMap<number, ReadonlySet<number>>;
  /** Those of them that removed nothing, as far as was looked. */
  readonly #inVain = new Set<number>();
  readonly #lookAgain = new Set<number>();
  /** How many steps of each migration are executed. */
  readonly #executedOf: Uint32Array;
  #mismatch = 0;
  #contradicted = 0;
  #gaps = 0;

  /** @param waiting migrations whose steps are not toggled by the search */
  constructor(model: Model, testimony: readonly Testimony[], waiting: ReadonlySet<number> = new Set()) {
    this.#waiting = waiting;
    this.#model = model;
    this.#testimony = testimony;
    this.executed = new Uint8Array(model.steps.length);
    this.#executedOf = new Uint32Array(model.stepsOf.length);
    this.#removing = new Map([...model.stepsOf.entries()].filter(([, steps]) => onlyRemove(model, steps)));
    this.#removingOf = migrationsByFact(model, this.#removing);
    this.#mismatch = model.facts.reduce((sum, fact) => sum + (fact.absent ? 0 : fact.weight), 0);
    for (const migration of model.stepsOf.keys()) this.#contradicted += this.#contradicts(migration);
  }

  /** Flips one step; costs time in proportion to what the step sets. */
  toggle(step: number): void {
    const sets = this.#model.sets[step] ?? [];
    const migration = this.#model.steps[step]?.migration ?? 0;
    for (const { fact } of sets) this.#mismatch -= this.#wrong(fact);
    this.#contradicted -= this.#contradicts(migration);
    this.#gaps -= this.#gapsAround(step);
    const now = this.executed[step] === 1 ? 0 : 1;
    this.executed[step] = now;
    this.#executedOf[migration] = (this.#executedOf[migration] ?? 0) + (now === 1 ? 1 : -1);
    for (const { fact } of sets) {
      this.#mismatch += this.#wrong(fact);
      for (const removing of this.#removingOf.get(fact) ?? []) this.#lookAgain.add(removing);
    }
    if (this.#removing.has(migration)) this.#lookAgain.add(migration);
    this.#contradicted += this.#contradicts(migration);
    this.#gaps += this.#gapsAround(step);
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
      disagreement: this.#contradicted + this.#removedInVain(),
      irregularity: this.#gaps,
    };
  }

  /** Improves the set by one migration or one statement at a time, until nothing improves it. */
  descend(): Cost {
    let best = this.cost();
    for (let improved = true; improved; ) {
      improved = false;
      for (const [migration, steps] of this.#model.stepsOf.entries()) {
        if (this.#waiting.has(migration)) continue;
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
      new Set(
        facts
          .flatMap((fact) => this.#model.facts[fact]?.setters.map(({ step }) => step) ?? [])
          .filter((step) => !this.#waiting.has(this.#model.steps[step]?.migration ?? -1)),
      );
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

  /** 1 where the history says otherwise of a migration. */
  #contradicts(migration: number): 0 | 1 {
    const all = this.#model.stepsOf[migration]?.length ?? 0;
    const testimony = this.#testimony[migration];
    if (all === 0 || testimony === "silent" || testimony === "failed") return 0;
    return this.#executedOf[migration] === (testimony === "ran" ? all : 0) ? 0 : 1;
  }

  #removedInVain(): number {
    for (const removing of this.#lookAgain) {
      if (this.#removesNothing(this.#removing.get(removing) ?? [])) this.#inVain.add(removing);
      else this.#inVain.delete(removing);
    }
    this.#lookAgain.clear();
    return this.#inVain.size;
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

  /** Gaps of which the step is an end. */
  #gapsAround(step: number): number {
    const { executed } = this;
    const before = step > 0 && executed[step] === 1 && executed[step - 1] === 0 ? 1 : 0;
    const after = executed[step] === 0 && executed[step + 1] === 1 ? 1 : 0;
    return before + after;
  }
}

function onlyRemove(model: Model, steps: readonly number[]): boolean {
  return (
    steps.length > 0 && steps.every((step) => model.sets[step]?.every(({ value }) => value === undefined))
  );
}

/** For each fact, which of the migrations set it. */
function migrationsByFact(
  model: Model,
  migrations: ReadonlyMap<number, readonly number[]>,
): Map<number, Set<number>> {
  const byFact = new Map<number, Set<number>>();
  for (const [migration, steps] of migrations) {
    for (const { fact } of steps.flatMap((step) => model.sets[step] ?? [])) {
      const known = byFact.get(fact);
      if (known === undefined) byFact.set(fact, new Set([migration]));
      else known.add(migration);
    }
  }
  return byFact;
}

/** Negative when `a` explains better than `b`. */
export function compareCosts(a: Cost, b: Cost): number {
  return a.mismatch - b.mismatch || a.disagreement - b.disagreement || a.irregularity - b.irregularity;
}

/** How many steps are tried together with each of as many others. */
const triedTogether = 40;
