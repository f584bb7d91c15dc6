import { factKey, factParts, isEvidence } from "../facts.ts";
import type { Executed, Testimony } from "./fit.ts";
import { belongsTo, goneTables } from "./gone-tables.ts";
import { explainsMore, type Model } from "./model.ts";

/**
 * Of a migration that ran as a whole by the history's word, and that holds in part, the rest was taken away later: it
 * is missing, rather than not executed. So is what others gave to a table which it made, and which is gone.
 */
export function completed(model: Model, executed: Executed, testimony: readonly Testimony[]): Executed {
  const whole = executed.slice();
  for (const [migration, steps] of model.stepsOf.entries()) {
    if (testimony[migration] !== "ran") continue;
    const holdsInPart = steps.some((step) => whole[step] === 1 || explainsMore(model, whole, step));
    if (holdsInPart || wasAltered(model, steps)) for (const step of steps) whole[step] = 1;
  }
  takeAlong(model, whole, testimony);
  return whole;
}

/** Nothing that it makes is gone, and something of it is as it was before, or otherwise: somebody changed it since. */
function wasAltered(model: Model, steps: readonly number[]): boolean {
  const effects = steps
    .flatMap((step) => (model.sets[step] ?? []).map((set) => ({ ...set, step })))
    .map(({ fact, value, step }) => ({ value, step, ...(model.facts[fact] ?? { key: "", setters: [] }) }))
    .filter(({ key }) => isEvidence(key));
  const there = effects.every(
    ({ key, value }) => value === undefined || model.actual.has(factKey(factParts(key)[0], "")),
  );
  return there && effects.some(({ step, setters }) => setters.some((one) => one.step === step && !one.holds));
}

/** Migrations that ran by the history's word, and all of whose work went with a table that somebody removed. */
function takeAlong(model: Model, whole: Executed, testimony: readonly Testimony[]): void {
  const gone = goneTables(model, (step) => whole[step] === 1);
  if (gone.length === 0) return;
  for (const [migration, steps] of model.stepsOf.entries()) {
    if (testimony[migration] !== "ran" || steps.some((step) => whole[step] === 1)) continue;
    const keys = steps
      .flatMap((step) => model.sets[step] ?? [])
      .flatMap(({ fact }) => model.facts[fact]?.key ?? [])
      .filter(isEvidence);
    const objects = new Set(keys.map((key) => factParts(key)[0]));
    const went = [...objects].every((object) => gone.some((table) => belongsTo(model, object, table)));
    if (objects.size > 0 && went) for (const step of steps) whole[step] = 1;
  }
}
