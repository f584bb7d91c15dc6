import { ownersOf } from "../sql/identifier.ts";
import { type Change, factParts } from "../timeline/facts.ts";
import { matcherOf } from "../timeline/locate/model.ts";
import type { Timeline } from "../timeline/timeline.ts";

/** A step of the timeline with its place: the order of the whole timeline is the order in which steps may run. */
export interface PlacedStep {
  readonly index: number;
  readonly migration: number;
  /** Zero-based; absent: the whole migration. */
  readonly statement?: number;
  readonly changes: readonly Change[];
}

/** All steps of a timeline, numbered as explanations number them. */
export function placedSteps(timeline: Timeline): PlacedStep[] {
  let index = 0;
  return timeline.migrations.flatMap(({ steps }, migration) =>
    steps.map((step) => ({ ...step, index: index++, migration })),
  );
}

/** What the migrations make in the end: for each fact that one of them sets, its last value and who sets it. */
export interface Head {
  readonly values: ReadonlyMap<string, string | undefined>;
  readonly setters: ReadonlyMap<string, PlacedStep>;
}

export function headOf(steps: readonly PlacedStep[]): Head {
  const values = new Map<string, string | undefined>();
  const setters = new Map<string, PlacedStep>();
  for (const step of steps) {
    for (const [key, value] of step.changes) {
      values.set(key, value);
      setters.set(key, step);
    }
  }
  return { values, setters };
}

/**
 * The facts of a database after these steps, which are taken in the timeline's order. What a step did on the timeline to
 * an object that is not here (renaming a column changed an index on it) it does not do here; what it did to the columns of a
 * table it does to those of the partitions which are here, too.
 */
export function project(facts: ReadonlyMap<string, string>, steps: readonly PlacedStep[]) {
  const after = new Map(facts);
  const apply = ([key, value]: Change) => {
    if (value === undefined) after.delete(key);
    else after.set(key, value);
  };
  const descent = new Descent();
  for (const fact of facts) descent.take(fact);
  for (const step of inOrder(steps)) {
    for (const change of step.changes) descent.take(change);
    const changes = [...step.changes, ...descent.handedDown(step.changes)];
    for (const change of changes) if (change[0].endsWith("\n")) apply(change);
    for (const change of changes) {
      const [object, attribute] = factParts(change[0]);
      if (attribute !== "" && (change[1] === undefined || after.has(`${object}\n`))) apply(change);
    }
  }
  return after;
}

/** Which tables have which parents, of all tables that there are by then. */
class Descent {
  readonly #children = new Map<string, Set<string>>();

  take([key, value]: Change): void {
    if (value === undefined || !key.endsWith("\nparents") || !key.startsWith("table ")) return;
    const child = factParts(key)[0].slice("table ".length);
    for (const parent of JSON.parse(value) as string[]) {
      const known = this.#children.get(parent) ?? new Set();
      this.#children.set(parent, known.add(child));
    }
  }

  /** What a step would also have done on the timeline, if the partitions that are here had been there. */
  handedDown(changes: readonly Change[]): Change[] {
    if (this.#children.size === 0) return [];
    const written = new Set(changes.map(([key]) => key));
    // A table that goes or gets another name takes no column from its partitions.
    const gone = new Set(changes.flatMap(([key, value]) => (value === undefined ? [key] : [])));
    const down = changes.flatMap(([key, value]): Change[] => {
      if (!key.startsWith("column ")) return [];
      const table = ownersOf(factParts(key)[0].slice("column ".length))[1] ?? "";
      if (gone.has(`table ${table}\n`)) return [];
      const rest = key.slice(`column ${table}`.length);
      const columns = [...(this.#children.get(table) ?? [])].map((child) => `column ${child}${rest}`);
      return columns.filter((own) => !written.has(own)).map((own) => [own, value]);
    });
    return down.length === 0 ? [] : [...down, ...this.handedDown(down)];
  }
}

/**
 * The steps which have to run again after these: whoever sets a fact later which these disturb. Else a column that was
 * dropped long ago comes back with its table.
 */
export function withClosure(
  wanted: readonly PlacedStep[],
  facts: ReadonlyMap<string, string>,
  head: Head,
  timeline: Timeline,
): PlacedStep[] {
  const chosen = new Map(wanted.map((step) => [step.index, step]));
  for (let grown = true; grown; ) {
    grown = false;
    const steps = inOrder([...chosen.values()]);
    const after = project(facts, steps);
    for (const key of new Set(steps.flatMap(({ changes }) => changes.map(([fact]) => fact)))) {
      if (sameFact(timeline, key, head.values.get(key), after.get(key))) continue;
      const setter = head.setters.get(key);
      if (setter === undefined || chosen.has(setter.index)) continue;
      chosen.set(setter.index, setter);
      grown = true;
    }
  }
  return inOrder([...chosen.values()]);
}

export function inOrder(steps: readonly PlacedStep[]): PlacedStep[] {
  return steps.toSorted((a, b) => a.index - b.index);
}

/** Tells whether the server means the same by two values of a fact, however it prints them. */
export function sameFact(timeline: Timeline, key: string, expected?: string, actual?: string): boolean {
  if (expected === actual) return true;
  if (actual === undefined) return false;
  return matcherOf(timeline, new Map([[key, actual]]), new Set())(key, expected);
}

/** Objects that differ between two sets of facts, by what became of them. */
export function objectChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const makes = new Set<string>();
  const changes = new Set<string>();
  const removes = new Set<string>();
  for (const [key, value] of after) {
    if (before.get(key) === value) continue;
    const [object] = factParts(key);
    (before.has(`${object}\n`) ? changes : makes).add(object);
  }
  for (const key of before.keys()) {
    if (after.has(key)) continue;
    const [object] = factParts(key);
    (after.has(`${object}\n`) ? changes : removes).add(object);
  }
  return { makes: [...makes], changes: [...changes], removes: [...removes] };
}
