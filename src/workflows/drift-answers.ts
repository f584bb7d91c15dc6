import type { Finding } from "../doctor/check.ts";
import { nameObject } from "../doctor/cite.ts";
import { type DriftObject, driftOf } from "../doctor/drift/objects.ts";
import { Choices, type Option, type Question } from "../planner/choices.ts";
import { driftCheck } from "../planner/drift/chosen.ts";
import type { Prepared } from "./preparation.ts";

const mostQuestions = 8;

/** The findings which nobody has chosen to live with. */
export function openFindings({ findings, evidence, drift }: Prepared): Finding[] {
  const isKept = driftOf(evidence).every(({ key }) => drift?.kept.has(key) === true);
  return findings.filter(({ check, severity }) => severity !== "info" && !(check === driftCheck && isKept));
}

/** What to type for what a hand has changed, where nothing was chosen for it. */
export function hintOf(prepared: Prepared): { readonly remedy?: string } {
  const found = openFindings(prepared).find(({ check }) => check === driftCheck);
  const ids = found?.remedies.map(({ id }) => `--choose drift=${id}`) ?? [];
  if (ids.length < 2) return {};
  const all = ids.join(", ");
  return {
    remedy: `For what a hand has changed, choose: ${all}; or for one object, as \`godwit doctor\` shows it.`,
  };
}

/**
 * A question for each object that a hand has changed and for which nothing was chosen: nothing waits for the answers, so
 * that no answer means that it stays.
 */
export function driftQuestions({ evidence, planning }: Prepared, choices: readonly string[]): Question[] {
  if (planning.outcome === "refused" && planning.findings.length > 0) return [];
  const given = new Choices(choices);
  const isChosen = given.named(driftCheck).size > 0;
  if (isChosen || evidence.ways === undefined) return [];
  const ways = new Map(evidence.ways.map((way) => [way.key, way]));
  const wholes = driftOf(evidence).filter(
    ({ of, key }) => of === undefined && evidence.kept?.has(key) !== true,
  );
  // So many are no work for a dialogue: they are listed by the doctor.
  if (wholes.length > mostQuestions) return [];
  return wholes.map((object): Question => {
    const way = ways.get(object.key);
    return {
      check: driftCheck,
      migration: object.key,
      title: `A hand has ${words[object.kind]} ${nameObject(object.key, evidence.schema)}. What is to become of it?`,
      cited: object.madeBy === undefined ? [] : [`made by ${object.madeBy}`],
      options: optionsFor(object, way?.cannotUndo === undefined, way?.cannotAdopt === undefined),
    };
  });
}

const words: Readonly<Record<DriftObject["kind"], string>> = {
  missing: "removed",
  different: "changed",
  extra: "added",
};

function optionsFor({ kind, key }: DriftObject, canUndo: boolean, canAdopt: boolean): Option[] {
  const loses = kind === "extra" && /^(?:table|column|sequence) /.test(key);
  const undo: Option = {
    id: "undo",
    title: kind === "extra" ? "Remove it" : "Make it as the migrations have it",
    ...(loses && { caution: "what is in it is deleted; it is saved in the state directory first" }),
  };
  return [
    { id: "keep", title: "Leave it as it is" },
    ...(canUndo ? [undo] : []),
    ...(canAdopt ? [{ id: "adopt", title: "Write a new migration which makes it so everywhere" }] : []),
  ];
}
