import type { Entry } from "../migration/compare.ts";
import { exists, factParts } from "../timeline/facts.ts";
import { judged, nameObject } from "./cite.ts";
import type { Evidence } from "./evidence.ts";

/** Why the database refused a migration, as far as its error and the timeline tell together. */
export type Cause =
  /** It needs an object which an earlier migration makes, and which is not there. */
  | { kind: "needs"; object: string; madeBy: string }
  /** It needs an object which none of the migrations before it makes. */
  | { kind: "never-made"; name: string }
  /** It makes an object whose name is taken. */
  | { kind: "taken"; object: string; by: "another application" | "an earlier attempt or a hand" };

/** SQLSTATEs of what is missing and of what is there already: class 42 of the error codes. */
const missingCodes = new Set(["42P01", "42703", "42704", "42883", "3F000"]);
const takenCodes = new Set(["42P07", "42701", "42710", "42P06"]);

/** Reads the name out of the recorded error and looks for who makes it. */
export function causeOf(evidence: Evidence, entry: Entry): Cause | undefined {
  const { replay } = evidence;
  const error = entry.record?.error;
  if (error === undefined || replay.outcome === "cannot-replay") return undefined;
  // Quoted in every language of the server, though not by the same marks.
  const name = /["„“»«]([^"„“”»«]+)["“”«»]/.exec(error.message)?.[1]?.split(".").at(-1);
  if (name === undefined) return undefined;
  if (takenCodes.has(error.code)) return takenBy(evidence, name);
  if (!missingCodes.has(error.code)) return undefined;
  const verdicts = new Map(judged(evidence).map((one) => [one.entry.name, one.verdict]));
  for (const { name: migration, steps } of replay.timeline.migrations) {
    if (migration === entry.name) return { kind: "never-made", name };
    for (const [key, value] of steps.flatMap(({ changes }) => changes)) {
      const [object, attribute] = factParts(key);
      if (attribute !== "" || value !== exists || !isNamed(object, name)) continue;
      const actual = verdicts.get(migration)?.actual;
      if (actual === "absent" || actual === "partial" || actual === "unknown") {
        return { kind: "needs", object, madeBy: migration };
      }
    }
  }
  return undefined;
}

function takenBy({ replay, snapshot }: Evidence, name: string): Cause | undefined {
  if (replay.outcome === "cannot-replay") return undefined;
  const { obstacles, residue } = replay.location;
  const obstacle = obstacles.find(({ relation }) => isNamed(`table ${relation}`, name));
  if (obstacle) {
    return { kind: "taken", object: `${obstacle.kind} ${obstacle.relation}`, by: "another application" };
  }
  const object = [...snapshot.objects.keys()].find((key) => isNamed(key, name));
  if (object === undefined) return undefined;
  const by = residue.foreign.includes(object) ? "another application" : "an earlier attempt or a hand";
  return { kind: "taken", object, by };
}

function isNamed(objectKey: string, name: string): boolean {
  return objectKey.endsWith(`.${name}`) || objectKey.endsWith(`."${name.replaceAll('"', '""')}"`);
}

/** One sentence. */
export function describeCause(cause: Cause, schema: string): string {
  switch (cause.kind) {
    case "needs":
      return `It needs the ${nameObject(cause.object, schema)}, which ${cause.madeBy} makes, and that is not there.`;
    case "never-made":
      return `No migration before it makes "${cause.name}".`;
    case "taken":
      return `The ${nameObject(cause.object, schema)} is there already: it is ${cause.by === "another application" ? "another application's" : "left by an earlier attempt or made by hand"}.`;
  }
}
