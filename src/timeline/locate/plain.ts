import { factParts, isEvidence } from "../facts.ts";
import { explain } from "./explain.ts";
import type { Cost, Executed, Testimony } from "./fit.ts";
import { belongsTo, goneTables } from "./gone-tables.ts";
import type { Model } from "./model.ts";

/**
 * As {@link explain}, without what nobody does: to run, of a migration that comes long after all that ran, the statement
 * alone that removes something. That the thing is gone is a hand's work, or the migration's, and the schema does not
 * tell which; the plain answer is that it is missing, and that the migration waits.
 */
export function explainPlainly(
  model: Model,
  testimony: readonly Testimony[],
): { cost: Cost; executed: Executed }[] {
  const waiting = new Set<number>();
  for (;;) {
    const explanations = explain(model, testimony, waiting);
    const found = explanations.flatMap(({ executed }) => removingAhead(model, testimony, executed));
    const more = found.filter((migration) => !waiting.has(migration));
    if (more.length === 0) return explanations;
    for (const migration of more) waiting.add(migration);
  }
}

/** Migrations beyond the first that waits, for which nothing speaks but that something is gone. */
function removingAhead(model: Model, testimony: readonly Testimony[], executed: Executed): number[] {
  const ran = (migration: number) => model.stepsOf[migration]?.some((step) => executed[step] === 1);
  const last = testimony.lastIndexOf("ran");
  const first = testimony.findIndex(
    (said, migration) =>
      migration > last &&
      (said === "did-not" || said === "failed") &&
      (model.stepsOf[migration] ?? []).length > 0 &&
      !ran(migration),
  );
  if (last < 0 || first < 0) return [];
  return [...model.stepsOf.keys()].filter(
    (migration) =>
      migration > first &&
      testimony[migration] === "did-not" &&
      ran(migration) &&
      onlyGoneSpeaks(model, testimony, executed, migration),
  );
}

function onlyGoneSpeaks(
  model: Model,
  testimony: readonly Testimony[],
  executed: Executed,
  migration: number,
): boolean {
  const steps = new Set(model.stepsOf[migration]);
  const effects = [...steps]
    .flatMap((step) => (model.sets[step] ?? []).map(({ fact, value }) => ({ step, fact, value })))
    .map(({ step, fact, value }) => ({ step, value, ...(model.facts[fact] ?? { key: "", setters: [] }) }))
    .filter(({ key }) => isEvidence(key));
  const deciding = effects.filter(
    ({ step, setters }) => setters.findLast((one) => executed[one.step] === 1)?.step === step,
  );
  const holds = ({ step, setters }: (typeof effects)[number]) =>
    setters.find((one) => one.step === step)?.holds === true;
  if (deciding.some((effect) => effect.value !== undefined && holds(effect))) return false;
  const isWhole = [...steps].every((step) => executed[step] === 1) && deciding.every(holds);
  if (!isWhole) return true;
  // What went with a table, or with what referred to it, went with that.
  const gone = goneTables(model, (step) => testimony[model.steps[step]?.migration ?? -1] === "ran");
  const removed = deciding.filter(({ key }) => factParts(key)[1] === "");
  return (
    gone.length > 0 &&
    removed.every(({ key }) => gone.some((table) => belongsTo(model, factParts(key)[0], table)))
  );
}
