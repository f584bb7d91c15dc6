import type { Hazard, Step } from "../../plan/plan.ts";
import { shellWord } from "../../sql/shell.ts";
import type { Remedy } from "../check.ts";
import { listNames, nameObject } from "../cite.ts";
import type { DriftObject } from "./objects.ts";
import type { DriftWay } from "./way.ts";

/** How many objects are named on one command line. */
const named = 6;

interface Known {
  /** Undefined where that is not known: then a person does it by hand. */
  readonly ways: readonly DriftWay[] | undefined;
  readonly schema: string;
  /** Migrations of the history whose files are not here. */
  readonly strangers: readonly string[];
  /** Migrations whose files were edited after they had been applied: all of it comes from that. */
  readonly edited: readonly string[];
}

/** What can become of what a hand has changed, each with what to type: only where it can be done. */
export function driftRemedies(
  objects: readonly DriftObject[],
  { ways, schema, strangers, edited }: Known,
): Remedy[] {
  if (strangers.length > 0) return [filesFirst(strangers)];
  if (ways === undefined) return [decide];
  const ofKey = new Map(ways.map((way) => [way.key, way]));
  const undoable = objects.filter(({ key }) => ofKey.get(key)?.cannotUndo === undefined);
  const adoptable = objects.filter(({ key }) => ofKey.get(key)?.cannotAdopt === undefined);
  const all = { objects, schema };
  const remedies: (Omit<Remedy, "recommended"> & { readonly possible: number })[] = [
    {
      id: "undo",
      title: `Not wanted: undo ${them(undoable, objects)}, so that the schema is what the migrations make`,
      hazards: hazardsOfUndo(undoable),
      steps: stepsFor("undo", undoable, all, (key) => ofKey.get(key)?.cannotUndo),
      possible: undoable.length,
    },
    {
      id: "adopt",
      title: `Wanted everywhere: adopt ${them(adoptable, objects)} in a new migration, which is recorded here and runs elsewhere`,
      hazards: [],
      steps: stepsFor("adopt", adoptable, all, (key) => ofKey.get(key)?.cannotAdopt),
      possible: adoptable.length,
    },
    {
      id: "keep",
      title: "Wanted here alone: keep what is there, and know of it",
      hazards: [],
      steps: stepsFor("keep", objects, all, () => undefined),
      possible: objects.length,
    },
  ];
  const possible = remedies.filter((one) => one.possible > 0).map(({ possible: _, ...remedy }) => remedy);
  return [...(edited.length > 0 ? [originalsBack(edited)] : []), ...possible].map((remedy, i) => ({
    ...remedy,
    recommended: i === 0,
  }));
}

function them(some: readonly DriftObject[], all: readonly DriftObject[]): string {
  if (some.length < all.length) return `${some.length} of ${all.length}`;
  return all.length === 1 ? "it" : "all of them";
}

function hazardsOfUndo(objects: readonly DriftObject[]): Hazard[] {
  const deletes = objects.some(
    ({ key, kind }) => kind === "extra" && /^(?:table|column|sequence) /.test(key),
  );
  const rewrites = objects.some(
    ({ key, kind, differences }) =>
      kind === "different" &&
      key.startsWith("column ") &&
      differences.some(({ attribute }) => attribute === "type"),
  );
  return [
    ...(deletes ? (["deletes-data", "not-reversible"] as const) : []),
    ...(rewrites ? (["rewrites-table"] as const) : []),
  ];
}

function stepsFor(
  remedy: string,
  possible: readonly DriftObject[],
  { objects, schema }: { readonly objects: readonly DriftObject[]; readonly schema: string },
  whyNot: (key: string) => string | undefined,
): Step[] {
  const choice = (key: string) => `--choose ${shellWord(`drift:${nameObject(key, schema)}=${remedy}`)}`;
  const isForAll = possible.length === objects.length;
  const choices = isForAll
    ? [`--choose drift=${remedy}`]
    : possible.slice(0, named).map(({ key }) => choice(key));
  const steps: Step[] = [{ kind: "repair", command: `godwit repair ${choices.join(" ")}` }];
  const [first] = possible;
  if (isForAll && possible.length > 1 && first !== undefined)
    steps.push({ kind: "person", action: `For one of them alone, like this: ${choice(first.key)}` });
  const others = objects.flatMap(({ key }) => {
    const why = whyNot(key);
    return why === undefined ? [] : [`${nameObject(key, schema)} (${why})`];
  });
  if (others.length > 0) steps.push({ kind: "person", action: `Not for ${listNames(others)}.` });
  if (remedy === "adopt")
    steps.push({
      kind: "person",
      action: "Read the migration that it writes, and commit it: on other databases, rows may be in its way.",
    });
  return steps;
}

/** The file is what is otherwise than it was, and other databases were made by it too. */
function originalsBack(edited: readonly string[]): Omit<Remedy, "recommended"> {
  return {
    id: "restore-file",
    title: `The edit was a mistake: bring back the file of ${listNames(edited, 3)} as it was applied`,
    hazards: [],
    steps: [{ kind: "person", action: "The finding edited-migration says how." }],
  };
}

/** What looks like a hand's may be another release's. */
function filesFirst(strangers: readonly string[]): Remedy {
  return {
    id: "files-first",
    title: "Look at the files first that are not here: the differences may be theirs",
    recommended: true,
    hazards: [],
    steps: [{ kind: "person", action: `Bring the project to the release that has ${listNames(strangers)}.` }],
  };
}

const decide: Remedy = {
  id: "decide",
  title: "Decide for each object: undo the change, or adopt it in a new migration",
  recommended: true,
  hazards: [],
  steps: [
    {
      kind: "person",
      action: "Who changed it, and is it wanted? Undo it, or write a migration that makes it so everywhere.",
    },
  ],
};
