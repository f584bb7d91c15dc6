import type { Finding } from "../doctor/check.ts";
import { judged, listNames, nameObjects } from "../doctor/cite.ts";
import { checks } from "../doctor/registry.ts";
import { uncompared } from "../doctor/uncompared.ts";
import type { Plan } from "../plan/plan.ts";
import { exists, factKey, factParts, isEvidence } from "../timeline/facts.ts";
import { settles } from "../timeline/locate/verdict.ts";
import type { Timeline } from "../timeline/timeline.ts";
import { arrange } from "./arrange.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { standingInTheWay } from "./dependents.ts";
import { adoptionOf, lostAdoption, mendedFacts, withMending, withReprints } from "./drift/mend.ts";
import { emptiedBy } from "./emptied.ts";
import { hazardsOf } from "./hazards.ts";
import { mendingOf } from "./mending/mending.ts";
import { missingSchema, type Planning, type PlanWishes, type Refused } from "./planning.ts";
import {
  type Head,
  headOf,
  objectChanges,
  type PlacedStep,
  placedSteps,
  project,
  sameFact,
  withClosure,
} from "./projection.ts";
import { situationOf } from "./situation.ts";
import { type Task, taskOf } from "./task.ts";

/** Findings that stand before any plan: with one of them, to run or to record anything would do harm. */
const inTheWay: ReadonlySet<string> = new Set(
  checks.filter(({ id, comesFirst }) => comesFirst && id !== "history-without-objects").map(({ id }) => id),
);

/**
 * Makes the smallest plan that brings a database to where its migrations say it should be.
 *
 * @example
 * const planning = planRepair(wishes);
 * if (planning.outcome === "planned") console.log(planning.plan.parts.length);
 */
export function planRepair(given: PlanWishes, findings: readonly Finding[]): Planning {
  const wishes = { ...given, facts: mendedFacts(given.facts, given.drift) };
  const { evidence } = wishes;
  const blocking = findings.filter(({ check, severity }) => severity === "error" && inTheWay.has(check));
  if (blocking.length > 0)
    return { outcome: "refused", reasons: blocking.map(({ title }) => title), findings: blocking };
  const { replay } = evidence;
  if (replay.outcome === "cannot-replay")
    return refused(`the migrations could not be replayed: ${replay.reason}`);
  const { timeline, location } = replay;
  if (timeline.failure !== undefined) {
    const { migration, code, message } = timeline.failure;
    return refused(
      `${migration} is refused on an empty database (${code}: ${message}), so what the migrations make in the end is not known`,
    );
  }
  const refine = coarse(wishes, timeline);
  if (refine.size > 0) return { outcome: "look-closer", refine };

  const situation = situationOf(wishes);
  const decisions = judged(evidence)
    .filter(({ entry }) => entry.migration !== undefined)
    .map((one) => decide(one, situation))
    .map((decision) => (wishes.purpose === "migrate" && decision.do === "re-sign" ? nothing : decision));
  const reasons = decisions.flatMap((decision) => (decision.do === "refuse" ? [decision.reason] : []));
  if (reasons.length > 0) return { outcome: "refused", reasons, findings: [] };
  const questions = decisions.flatMap((decision) => (decision.do === "ask" ? [decision.question] : []));
  if (questions.length > 0) return { outcome: "ask", questions };
  if (wishes.purpose === "migrate") {
    const broken = decisions.filter(isRepair);
    if (broken.length > 0) {
      return refused(
        `something has to be repaired before what is pending can be run: ${broken[0]?.why}; see \`godwit repair\``,
      );
    }
  }

  const steps = placedSteps(timeline);
  const head = headOf(steps);
  const wanted = steps.filter(
    (step) => isWanted(step, decisions, location.executed) || makesInvalid(step, wishes, head),
  );
  const chosen = withClosure(wanted, wishes.facts, head, timeline);
  const whole = inPartAsWhole(chosen, decisions, timeline);
  if (whole.size > 0) return { outcome: "look-closer", refine: whole };
  return assemble(given, wishes, timeline, decisions, chosen);
}

const nothing: Decision = { do: "nothing" };

/** @param given before what mends drift, which comes first */
function assemble(
  given: PlanWishes,
  wishes: PlanWishes,
  timeline: Timeline,
  decisions: readonly Decision[],
  chosen: readonly PlacedStep[],
): Planning {
  const { evidence, facts } = wishes;
  const all = new Map(judged(evidence).map((one) => [one.entry.name, one]));
  const tasks: Task[] = [];
  for (const [index, migration] of wishes.migrations.entries()) {
    const task = taskOf({
      migration,
      statements: wishes.split(migration.sql ?? ""),
      steps: chosen.filter((step) => step.migration === index),
      decision: decisions[index] ?? nothing,
      verdict: all.get(migration.name)?.verdict,
      records: all.get(migration.name)?.entry.records ?? [],
      apart: timeline.migrations[index]?.apart !== undefined,
      uncompared: uncompared(evidence, migration.name),
    });
    if (task === undefined) continue;
    if (typeof task === "string") return refused(task);
    tasks.push(task);
  }
  const { drift } = given;
  const mends = drift !== undefined && (drift.parts.length > 0 || drift.adoption !== undefined);
  if (tasks.length === 0 && !mends) return { outcome: "nothing-to-do" };
  const place = missingSchema(wishes);
  const there = place === undefined ? facts : new Map([...facts, [factKey(place, ""), exists] as const]);
  const mending = mendingOf({ wishes, tasks, chosen, facts: there });
  if (mending.outcome === "refused") return { ...mending, findings: [] };
  if (mending.outcome === "ask") return mending;
  const standing = standingInTheWay(tasks, wishes);
  if (typeof standing === "string") return refused(standing);
  const arranged =
    tasks.length === 0
      ? { parts: [], stepsAfter: [] }
      : arrange(tasks, wishes, chosen, { mends: mending.steps, standing });
  const { parts, expected } = withMending(
    { parts: arranged.parts, expected: arranged.stepsAfter.map((steps) => project(there, steps)) },
    given,
  );
  const final = expected.at(-1) ?? facts;
  const head = headOf(placedSteps(timeline));
  const notReached = [...head.values].flatMap(([key, value]) =>
    sameFact(timeline, key, value, final.get(key)) ? [] : [key],
  );
  const already = notReached.filter((key) => facts.get(key) === final.get(key));
  const strange = notReached.filter((key) => !already.includes(key));
  if (strange.length > 0) {
    return refused(
      `the migrations' own statements do not lead to what the migrations make in the end: ${nameObjects(objectsOf(strange), evidence.schema)} would differ`,
    );
  }
  const lost = lostAdoption(drift, facts, final);
  if (lost.length > 0)
    return refused(
      `${nameObjects(lost, evidence.schema)} is changed by what is to be executed: adopt it when that has run`,
    );
  const left = already.filter((key) => drift?.kept.has(factParts(key)[0]) !== true);
  const unclear = neverMade(wishes, left, head);
  if (unclear.length > 0) {
    return refused(
      `whether ${nameObjects(objectsOf(unclear), evidence.schema)} was ever made is not known, and no plan follows from what is`,
    );
  }
  const differences = objectChanges(given.facts, final);
  const plan: Plan = {
    godwit: 1,
    purpose: wishes.purpose,
    ...wishes.project,
    from: wishes.from,
    parts,
    ...differences,
    empties: emptiedBy(parts, wishes.project.schema, evidence.snapshot.objects, final),
    hazards: hazardsOf(parts),
    notes: [...notesOf(wishes, left, tasks), ...(drift?.notes ?? [])],
    ...(drift?.adoption && { adopts: adoptionOf(drift.adoption) }),
  };
  return {
    outcome: "planned",
    plan,
    expected,
    kept: new Set(already),
    remade: new Set([...standing.values()].flatMap(({ objects }) => [...objects])),
    timeline: drift === undefined ? timeline : withReprints(timeline, drift),
    ...(drift?.adoption && { adoption: drift.adoption }),
  };
}

function notesOf({ evidence }: PlanWishes, kept: readonly string[], tasks: readonly Task[]): string[] {
  const drift = kept.filter((key) => !key.startsWith("schema ") && !key.startsWith("extension "));
  const gone = tasks.filter((task) => task.gone).map(({ migration }) => migration.name);
  return [
    ...(drift.length > 0
      ? [
          `Left as ${drift.length === 1 ? "it is" : "they are"}, since somebody changed ${drift.length === 1 ? "it" : "them"}: ${nameObjects(objectsOf(drift), evidence.schema)}.`,
        ]
      : []),
    ...(gone.length > 0
      ? [
          `What ${listNames(gone, 3)} made comes back empty: the rows that were in it, and what data statements had put there, are not brought back.`,
        ]
      : []),
  ];
}

/** Of what is left as it is, that of which nobody says that it was ever made: then it is no change by hand. */
function neverMade({ evidence, migrations }: PlanWishes, kept: readonly string[], head: Head): string[] {
  return kept.filter((key) => {
    const migration = migrations[head.setters.get(key)?.migration ?? -1];
    const record = evidence.entries.find(({ name }) => name === migration?.name)?.record;
    return isEvidence(key) && (record?.state !== "applied" || record.asserted);
  });
}

function objectsOf(keys: readonly string[]): string[] {
  return [...new Set(keys.map((key) => key.slice(0, key.lastIndexOf("\n"))))];
}

function refused(reason: string): Refused {
  return { outcome: "refused", reasons: [reason], findings: [] };
}

/** More than to run what waits: `migrate` does no more than its name says. */
function isRepair(decision: Decision): decision is Decision & { readonly why: string } {
  if (decision.do === "execute") return decision.settle.length > 0;
  return decision.do === "finish" || decision.do === "record" || decision.do === "rename";
}

/** A step that its migration's decision asks for. */
function isWanted(step: PlacedStep, decisions: readonly Decision[], executed: ArrayLike<number>): boolean {
  const decision = decisions[step.migration];
  if (decision?.do === "execute") return true;
  if (decision?.do !== "finish") return false;
  // The other statements of a file of which only what leaves no trace is to be run again.
  return executed[step.index] !== 1 || decision.untraced.includes((step.statement ?? -1) + 1);
}

/** Migrations of which the closure needs a part, and which the timeline has as a whole. */
function inPartAsWhole(
  chosen: readonly PlacedStep[],
  decisions: readonly Decision[],
  timeline: Timeline,
): Set<string> {
  return new Set(
    chosen.flatMap(({ migration, statement }) => {
      const known = timeline.migrations[migration];
      const coarse = statement === undefined && known !== undefined && known.statements.length > 1;
      return coarse && !known.refined && decisions[migration]?.do !== "execute" ? [known.name] : [];
    }),
  );
}

/** The last writer of an index which is there, and INVALID: it is dropped and made again. */
function makesInvalid(
  step: PlacedStep,
  { facts }: PlanWishes,
  { setters }: ReturnType<typeof headOf>,
): boolean {
  return step.changes.some(
    ([key, value]) =>
      key.startsWith("index ") &&
      key.endsWith("\n") &&
      value !== undefined &&
      setters.get(key) === step &&
      facts.has(key) &&
      facts.get(key) !== value,
  );
}

/** Migrations which the plan may need to take apart, and which the timeline has as a whole. */
function coarse({ evidence, facts }: PlanWishes, timeline: Timeline): Set<string> {
  const names = new Set<string>();
  const invalid = [...facts].filter(
    ([key, value]) => key.startsWith("index ") && key.endsWith("\n") && value !== "exists",
  );
  for (const [index, { entry, verdict }] of judged(evidence).entries()) {
    const migration = timeline.migrations[index];
    if (
      verdict === undefined ||
      migration === undefined ||
      migration.refined ||
      migration.statements.length < 2
    )
      continue;
    const partly = verdict.held.length > 0 && verdict.notHeld.length > 0;
    const lost = entry.record?.state === "applied" && !settles(verdict.actual) && verdict.notHeld.length > 0;
    const untraced =
      verdict.untraced.length > 0 && (entry.state === "failed" || entry.record?.asserted === true);
    const broken = migration.steps.some(({ changes }) =>
      changes.some(([key]) => invalid.some(([one]) => one === key)),
    );
    if (
      partly ||
      lost ||
      untraced ||
      broken ||
      verdict.actual === "partial" ||
      verdict.actual === "different"
    )
      names.add(entry.name);
  }
  return names;
}
