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
  | { kind: "taken"; object: string; by: "another application" | "an earlier attempt or a hand" }
  /** It makes an object which a migration of this project has made. */
  | { kind: "made-before"; object: string; madeBy: string };

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
  if (takenCodes.has(error.code)) return takenBy(evidence, entry, name);
  if (!missingCodes.has(error.code)) return undefined;
  // A column's name says nothing without its table, which the message may not tell.
  if (error.code === "42703") return undefined;
  const makers = makersOf(evidence, name);
  const verdicts = new Map(judged(evidence).map((one) => [one.entry.name, one.verdict]));
  const missing = makers.find(({ migration }) => {
    const actual = verdicts.get(migration)?.actual;
    return actual === "absent" || actual === "partial" || actual === "unknown";
  });
  if (missing !== undefined && missing.migration !== entry.name) {
    return { kind: "needs", object: missing.object, madeBy: missing.migration };
  }
  return makers.length === 0 ? { kind: "never-made", name } : undefined;
}

/** The migrations which make an object of that name, in their order. */
function makersOf({ replay }: Evidence, name: string): { migration: string; object: string }[] {
  if (replay.outcome === "cannot-replay") return [];
  return replay.timeline.migrations.flatMap(({ name: migration, steps }) =>
    steps
      .flatMap(({ changes }) => changes)
      .flatMap(([key, value]) => {
        const [object, attribute] = factParts(key);
        return attribute === "" && value === exists && isNamed(object, name) ? [{ migration, object }] : [];
      }),
  );
}

function takenBy(evidence: Evidence, entry: Entry, name: string): Cause | undefined {
  const { replay, snapshot } = evidence;
  if (replay.outcome === "cannot-replay") return undefined;
  const { obstacles, residue } = replay.location;
  const obstacle = obstacles.find(({ relation }) => isNamed(`table ${relation}`, name));
  if (obstacle) {
    return { kind: "taken", object: `${obstacle.kind} ${obstacle.relation}`, by: "another application" };
  }
  const object = [...snapshot.objects.keys()].find((key) => isNamed(key, name));
  if (object === undefined) return undefined;
  const maker = makersOf(evidence, name).find(
    (one) => one.object === object && one.migration !== entry.name && holds(evidence, one.migration),
  );
  if (maker !== undefined) return { kind: "made-before", object, madeBy: maker.migration };
  const by = residue.foreign.includes(object) ? "another application" : "an earlier attempt or a hand";
  return { kind: "taken", object, by };
}

function holds(evidence: Evidence, migration: string): boolean {
  const actual = judged(evidence).find(({ entry }) => entry.name === migration)?.verdict?.actual;
  return actual === "present" || actual === "overwritten";
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
    case "made-before":
      return `The ${nameObject(cause.object, schema)} is there already: ${cause.madeBy} made it.`;
    case "taken":
      return `The ${nameObject(cause.object, schema)} is there already: it is ${cause.by === "another application" ? "another application's" : "left by an earlier attempt or made by hand"}.`;
  }
}
