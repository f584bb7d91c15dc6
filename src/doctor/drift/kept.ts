import type { Evidence } from "../evidence.ts";
import { driftOf } from "./objects.ts";

/** Something that somebody chose to keep as a hand had made it, as it was then. */
export interface KeptDrift {
  /** `index public.by_title`. */
  readonly key: string;
  readonly at: string;
  /** What it was, and what the migrations make: as soon as either is otherwise, the choice was about something else. */
  readonly shape: string;
}

/** What is to be remembered of a choice to keep these objects. */
export function keepable(
  evidence: Pick<Evidence, "replay" | "snapshot">,
  keys: ReadonlySet<string>,
  at: string,
): KeptDrift[] {
  return shapesOf(evidence)
    .filter(([key]) => keys.has(key))
    .map(([key, shape]) => ({ key, at, shape }));
}

/** Of what was kept before, that which is still the same, with the moment of the choice. */
export function stillKept(
  evidence: Pick<Evidence, "replay" | "snapshot">,
  before: readonly KeptDrift[],
): Map<string, string> {
  const shapes = new Map(shapesOf(evidence));
  return new Map(before.flatMap(({ key, at, shape }) => (shapes.get(key) === shape ? [[key, at]] : [])));
}

function shapesOf({ replay, snapshot }: Pick<Evidence, "replay" | "snapshot">): [string, string][] {
  return driftOf({ replay }).map(({ key, kind, differences }) => {
    const wanted = differences.map(({ attribute, expected }) => [attribute, expected ?? null]);
    return [key, JSON.stringify([kind, snapshot.objects.get(key)?.hash ?? null, wanted])];
  });
}
