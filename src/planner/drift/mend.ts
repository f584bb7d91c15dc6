import { nameObjects } from "../../doctor/cite.ts";
import type { Plan, PlanPart, PlanStep } from "../../plan/plan.ts";
import { applyChanges, type Facts, factParts } from "../../timeline/facts.ts";
import type { Timeline } from "../../timeline/timeline.ts";
import type { PlanWishes } from "../planning.ts";
import type { Adoption, DriftMending } from "./drift-mending.ts";

/** Parts of a plan, and the facts which must hold after each of them. */
export interface Expecting {
  readonly parts: readonly PlanPart[];
  readonly expected: readonly Facts[];
}

/** The facts of a database when what a hand has changed is as somebody chose. */
export function mendedFacts(facts: Facts, mending: DriftMending | undefined): Facts {
  const after = new Map(facts);
  for (const { changes } of mending?.parts ?? []) applyChanges(changes, after);
  return after;
}

/**
 * Puts what mends drift before all else: what then runs finds what it was tested with. A migration that adopts something
 * is recorded at the end, where it stands among the files.
 */
export function withMending({ parts, expected }: Expecting, given: PlanWishes): Expecting {
  const { drift: mending, facts, newId, writing, project } = given;
  if (mending === undefined) return { parts, expected };
  const after = new Map(facts);
  const all: { part: PlanPart; facts: Facts }[] = mending.parts.map(({ kind, steps, changes }) => {
    applyChanges(changes, after);
    return { part: { kind, steps }, facts: new Map(after) };
  });
  for (const [index, part] of parts.entries())
    join(all, part, expected[index] ?? after, { first: index === 0 });
  if (mending.adoption !== undefined) {
    const { migration, objects } = mending.adoption;
    const step: PlanStep = {
      kind: "history",
      change: "mark-applied",
      migration: migration.name,
      writes: writing.markApplied(project.schema, { id: newId(), migration }, []),
      why: `everything that it makes is there: ${nameObjects(objects, project.schema)}`,
    };
    join(all, { kind: "transaction", steps: [step] }, all.at(-1)?.facts ?? after, { first: true });
  }
  return { parts: all.map(({ part }) => part), expected: all.map((one) => one.facts) };
}

/** One transaction for all that can be in one. */
function join(
  all: { part: PlanPart; facts: Facts }[],
  part: PlanPart,
  facts: Facts,
  { first }: { readonly first: boolean },
): void {
  const last = all.at(-1);
  if (first && last?.part.kind === "transaction" && part.kind === "transaction") {
    all[all.length - 1] = { part: { ...part, steps: [...last.part.steps, ...part.steps] }, facts };
  } else all.push({ part, facts });
}

/** What a migration that adopts it would not make as it will be: something else in the plan changes it. */
export function lostAdoption(mending: DriftMending | undefined, before: Facts, after: Facts): string[] {
  const objects = new Set(mending?.adoption?.objects);
  const keys = [...before.keys(), ...after.keys()].filter((key) => objects.has(factParts(key)[0]));
  return [
    ...new Set(keys.filter((key) => before.get(key) !== after.get(key)).map((key) => factParts(key)[0])),
  ];
}

/** What the plan tells of the migration that is to be written. */
export function adoptionOf({ migration, objects, hazardsElsewhere }: Adoption): NonNullable<Plan["adopts"]> {
  const { name, file, sql = "" } = migration;
  return { migration: name, file, sql, objects, hazardsElsewhere };
}

/** A timeline that knows how the server prints once more what is made by hand-made statements. */
export function withReprints(timeline: Timeline, { reprints }: DriftMending): Timeline {
  return reprints.size === 0
    ? timeline
    : { ...timeline, reprints: new Map([...timeline.reprints, ...reprints]) };
}
