import { type Facts, factParts, isEvidence, weightOf } from "../facts.ts";
import { reprintKey, type Step, type Timeline } from "../timeline.ts";
import { echoesIn } from "./echoes.ts";

/** A step of the timeline, with the migration whose it is. */
export interface PlacedStep extends Step {
  readonly migration: number;
}

/** The timeline and the real database, arranged so that explanations can be compared quickly. */
export interface Model {
  readonly timeline: Timeline;
  readonly actual: Facts;
  readonly steps: readonly PlacedStep[];
  /** The steps of each migration, as indices into `steps`. */
  readonly stepsOf: readonly (readonly number[])[];
  readonly facts: readonly ModelFact[];
  /** For each step, the facts which it sets. */
  readonly sets: readonly (readonly { readonly fact: number; readonly value: string | undefined }[])[];
}

/** One thing that at least one step sets. */
export interface ModelFact {
  readonly key: string;
  readonly weight: number;
  /** In the order of the timeline. `holds`: the real database has this value. */
  readonly setters: readonly {
    readonly step: number;
    readonly value: string | undefined;
    readonly holds: boolean;
  }[];
  /** The real database does not have it: what is predicted when nothing that sets it was executed. */
  readonly absent: boolean;
}

/** Arranges a timeline and a database's facts. */
export function modelOf(timeline: Timeline, actual: Facts, unreadable: ReadonlySet<string>): Model {
  const steps: PlacedStep[] = [];
  const echoes = echoesIn(timeline, actual);
  const stepsOf = timeline.migrations.map((migration, index) =>
    migration.steps.map((step) => {
      const changes = step.changes.filter(([key]) => !echoes.has(factParts(key)[0]));
      return steps.push({ ...step, changes, migration: index }) - 1;
    }),
  );
  const matcher = matcherOf(timeline, actual, unreadable);
  const numbers = new Map<string, number>();
  const facts: { key: string; weight: number; absent: boolean; setters: ModelFact["setters"][number][] }[] =
    [];
  const sets = steps.map((step, index) =>
    step.changes.map(([key, value]) => {
      let fact = numbers.get(key);
      if (fact === undefined) {
        fact = facts.push({ key, weight: weightOf(key), absent: !actual.has(key), setters: [] }) - 1;
        numbers.set(key, fact);
      }
      facts[fact]?.setters.push({ step: index, value, holds: matcher(key, value) });
      return { fact, value };
    }),
  );
  return { timeline, actual, steps, stepsOf, facts, sets };
}

/** Whether a step that is not taken as executed would account for something which is there and otherwise unexplained. */
export function explainsMore(model: Model, executed: ArrayLike<number>, step: number): boolean {
  if (executed[step] === 1) return false;
  return (model.sets[step] ?? []).some(({ fact, value }) => {
    const { key, setters, absent } = model.facts[fact] ?? { key: "", setters: [], absent: true };
    if (value === undefined || !isEvidence(key)) return false;
    const last = setters.findLast((setter) => executed[setter.step] === 1);
    const explained = last === undefined ? absent : last.holds;
    const own = setters.find((setter) => setter.step === step);
    return !explained && own?.holds === true && (last === undefined || last.step < step);
  });
}

/** Tells whether the real database has a fact with a value (undefined: does not have it at all). */
export type Matcher = (key: string, value: string | undefined) => boolean;

/**
 * Values are compared as texts, and where those differ, as what the server prints on a second reading; volatile
 * values by their shape. What is behind another session's lock matches anything: it speaks neither for nor against.
 *
 * @param unreadable keys of objects whose attributes could not be read
 */
export function matcherOf(timeline: Timeline, actual: Facts, unreadable: ReadonlySet<string>): Matcher {
  return (key, value) => {
    const real = actual.get(key);
    if (real === value) return true;
    if (unreadable.size > 0) {
      const [object, attribute] = factParts(key);
      if (attribute !== "" && unreadable.has(object)) return true;
    }
    if (real === undefined || value === undefined) return false;
    if (timeline.reprints.get(reprintKey(key, value)) === real) return true;
    return timeline.volatile.has(key) && shapeOf(real) === shapeOf(value);
  };
}

/** A text with its literals taken out. */
function shapeOf(text: string): string {
  return text.replace(/'(?:[^']|'')*'/g, "'?'").replace(/\d+/g, "0");
}
