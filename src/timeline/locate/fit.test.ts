import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dice, execute, invent, snapshotOfWorld } from "../../../tests/heart/invented.ts";
import { exists, factKey, factsOf } from "../facts.ts";
import type { Timeline } from "../timeline.ts";
import { type Cost, Fit, type Testimony } from "./fit.ts";
import { type Model, modelOf } from "./model.ts";

const words: readonly Testimony[] = ["ran", "did-not", "failed", "silent"];

/** What the cost is by its definition, counted from the beginning. */
function costByDefinition(
  { facts, sets, stepsOf }: Model,
  testimony: readonly Testimony[],
  executed: Uint8Array,
): Cost {
  const isExecuted = (step: number) => executed[step] === 1;
  const mismatch = facts.filter(({ setters, absent }) => {
    const last = setters.findLast(({ step }) => isExecuted(step));
    return last === undefined ? !absent : !last.holds;
  });
  const against = stepsOf.filter((steps, migration) => {
    if (steps.length === 0) return false;
    if (testimony[migration] === "ran") return !steps.every(isExecuted);
    return testimony[migration] === "did-not" && steps.some(isExecuted);
  });
  const inVain = stepsOf.filter((steps) => {
    const [first = 0] = steps;
    const removed = steps.flatMap((step) => sets[step] ?? []);
    if (steps.length === 0 || !isExecuted(first) || removed.some(({ value }) => value !== undefined))
      return false;
    return removed.every(
      ({ fact }) =>
        facts[fact]?.setters.findLast(({ step }) => step < first && isExecuted(step))?.value === undefined,
    );
  });
  const gaps = [...executed].filter((flag, step) => flag === 1 && executed[step - 1] === 0);
  return {
    mismatch: mismatch.reduce((sum, { weight }) => sum + weight, 0),
    disagreement: against.length + inVain.length,
    irregularity: gaps.length,
  };
}

describe("the cost of an explanation", () => {
  test("is the same whether it is kept by toggles or counted from the beginning", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const dice = new Dice(seed);
      const { migrations, refined } = invent(dice, { migrations: 2 + dice.roll(6), statements: 3 });
      const { world } = execute(migrations, () => dice.roll(2) === 0);
      const testimony = migrations.map(() => dice.pick(words));
      const model = modelOf(refined, factsOf(snapshotOfWorld(world)), new Set());
      const fit = new Fit(model, testimony);
      for (let turn = 0; turn < 40 && model.steps.length > 0; turn++) {
        assert.deepEqual(fit.cost(), costByDefinition(model, testimony, fit.executed), `seed ${seed}`);
        // Not after each: what is looked at later must not be forgotten.
        for (let times = dice.roll(4); times >= 0; times--) fit.toggle(dice.roll(model.steps.length));
      }
    }
  });
});

test("what was made and removed again is not taken as executed against the history's word", () => {
  const statement = (number: number, changes: [string, string | undefined][]) => ({
    statement: number,
    changes,
  });
  const table = factKey("table public.t", "");
  const column = factKey("column public.t.c", "");
  const index = factKey("index public.i", "");
  const whole = { statements: [], refined: true, replayed: true };
  const timeline: Timeline = {
    migrations: [
      { ...whole, name: "1_table", steps: [statement(0, [[table, exists]])] },
      {
        ...whole,
        name: "2_begun",
        steps: [statement(0, [[column, exists]]), statement(1, [[index, exists]])],
      },
      { ...whole, name: "3_pending", steps: [statement(0, [[index, undefined]])] },
    ],
    base: new Set(),
    volatile: new Set(),
    reprints: new Map(),
  };
  const actual = new Map([
    [table, exists],
    [column, exists],
  ]);
  const fit = new Fit(modelOf(timeline, actual, new Set()), ["ran", "failed", "did-not"]);
  // That all were executed explains the schema too, and neither of the last two can be taken back alone.
  fit.set([1, 1, 1, 1]);
  assert.deepEqual(fit.descend(), { mismatch: 0, disagreement: 0, irregularity: 0 });
  assert.deepEqual([...fit.executed], [1, 1, 0, 0]);
});
