import { nameObject } from "../../doctor/cite.ts";
import { type DriftObject, driftOf } from "../../doctor/drift/objects.ts";
import type { Evidence } from "../../doctor/evidence.ts";
import { KnownError } from "../../errors.ts";
import type { Choices, Option, Question } from "../choices.ts";

/** What becomes of each object that a hand has changed, by its key. What nobody chose anything for is in none of them. */
export interface ChosenDrift {
  readonly keep: ReadonlySet<string>;
  readonly undo: ReadonlySet<string>;
  readonly adopt: ReadonlySet<string>;
}

/** The finding under which objects are chosen for. */
export const driftCheck = "drift";

const options: readonly Option[] = [
  { id: "keep", title: "Leave it as it is" },
  { id: "undo", title: "Make it as the migrations have it" },
  { id: "adopt", title: "Write a new migration which makes it so everywhere" },
];

/**
 * What was chosen for each object that is not as the migrations made it. A choice for a table is one for its columns,
 * keys and triggers too, unless these have one of their own. What was chosen to be kept before stays, unless it is named,
 * or nothing else is left that a choice for all could mean.
 *
 * @throws KnownError UNKNOWN_REMEDY; USAGE where something is named which is as the migrations made it
 */
export function chosenDrift(evidence: Evidence, choices: Choices): ChosenDrift {
  const objects = driftOf(evidence);
  const { schema } = evidence;
  mustBeDrift(choices, objects, schema);
  const forAll = choices.of(question(""));
  const isOpen = ({ key }: DriftObject) => evidence.kept?.has(key) !== true;
  const meansAll = forAll !== undefined && !objects.some(isOpen);
  const chosen = { keep: new Set<string>(), undo: new Set<string>(), adopt: new Set<string>() };
  for (const object of objects) {
    const { key, of } = object;
    const named = choiceFor(key, choices, schema) ?? (of && choiceFor(of, choices, schema));
    const found = named ?? (isOpen(object) || meansAll ? forAll : "keep");
    if (found === "keep" || found === "undo" || found === "adopt") chosen[found].add(key);
  }
  return chosen;
}

/** Only what names this very object: a choice for all is a weaker one. */
function choiceFor(key: string, choices: Choices, schema: string): string | undefined {
  const names = [...choices.named(driftCheck).keys()].filter(Boolean);
  const name = [key, nameObject(key, schema)].find((one) => names.includes(one));
  return name === undefined ? undefined : choices.of(question(name));
}

function mustBeDrift(choices: Choices, objects: readonly DriftObject[], schema: string): void {
  const known = new Set(objects.flatMap(({ key }) => [key, nameObject(key, schema)]));
  const strange = [...choices.named(driftCheck).keys()].filter(Boolean).find((name) => !known.has(name));
  if (strange === undefined) return;
  throw new KnownError("USAGE", {
    problem: `--choose ${driftCheck}:${strange} names something that is as the migrations made it, or is none of theirs.`,
    hint: "`godwit doctor` lists what a hand has changed, and what to type.",
  });
}

function question(migration: string): Question {
  return { check: driftCheck, migration, title: "", cited: [], options };
}
