import { quarantineSchema } from "../../plan/quarantine.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import { dotted } from "../../sql/identifier.ts";
import { called, type Facts, factParts, factsOf, isEvidence } from "../facts.ts";
import type { Closer } from "../replay.ts";
import type { Timeline } from "../timeline.ts";
import { closerLook } from "./closer.ts";
import { completed } from "./completed.ts";
import { doubted } from "./doubted.ts";
import type { Executed, Testimony } from "./fit.ts";
import { type Model, matcherOf, modelOf } from "./model.ts";
import { isPartOf, type Obstacle, obstaclesOf } from "./obstacles.ts";
import { explainPlainly } from "./plain.ts";
import { inNamesOfDatabase } from "./renamed.ts";
import { predict, type Residue, residueOf } from "./residue.ts";
import { judge, type Verdict } from "./verdict.ts";

/** Where on the timeline a database is. */
export interface Position {
  /** The last migration which was executed; null: before the first. */
  readonly migration: string | null;
  /** One-based: the last of its statements, where it was executed in part. */
  readonly statement: number | null;
  /** How many objects are not as they are there. */
  readonly distance: number;
  /** Nothing differs, nothing is in the way, and nothing is unknown. */
  readonly exact: boolean;
}

/** All that the schema says. */
export interface Location {
  readonly verdicts: readonly Verdict[];
  /** Null where no prefix of the timeline explains the database, or too much differs for a prefix to be more than a guess. */
  readonly position: Position | null;
  readonly residue: Residue;
  readonly obstacles: readonly Obstacle[];
  /** The best explanation: for each step of the timeline, in its order, whether it is taken as executed. */
  readonly executed: Executed;
  /** Objects of the best explanation that are there. */
  readonly ours: number;
  /** What a closer look at the timeline would decide. */
  readonly closer: Closer;
}

/** Beyond this many differing objects the nearest prefix is a guess. */
const trustedDistance = 10;

/** What locate needs to know beside the timeline. */
export interface LocateWishes {
  readonly snapshot: Snapshot;
  /** For each migration of the timeline, what the history says. */
  readonly testimony: readonly Testimony[];
  /** Migrations of which something was undone that cannot be seen: rows without a file came after them. */
  readonly perhapsUndone: ReadonlySet<string>;
  /** The history has rows of migrations which are not in this project: somebody else may work on this schema. */
  readonly strangers: boolean;
  readonly leaveOut: (object: SchemaObject) => boolean;
}

/**
 * Explains a database by the steps that were executed on it: any subset of the timeline, down to statements.
 *
 * @example
 * const { verdicts } = locate(timeline, { snapshot, testimony, perhapsUndone: new Set(), leaveOut: () => false });
 */
export function locate(timeline: Timeline, wishes: LocateWishes): Location {
  const { snapshot, testimony, leaveOut } = wishes;
  // What was executed and could not be replayed may have changed anything: then only what holds can be told.
  const beyond =
    [...snapshot.objects.values()].some((object) => !object.shared && !leaveOut(object)) &&
    timeline.migrations.some(
      ({ replayed }, index) => !replayed && (testimony[index] === "ran" || testimony[index] === "silent"),
    );
  const obstacles = beyond ? [] : obstaclesOf(timeline, snapshot);
  const obstacleNames = new Set(obstacles.map(({ relation }) => relation));
  const unreadable = unreadableKeys(snapshot);
  const actual = withoutBase(
    factsOf(snapshot, (object) => leaveOut(object) || isPartOf(obstacleNames, object)),
    timeline,
  );
  const look = (told: Told) => lookAt(told, wishes, { unreadable, beyond, obstacles });
  const renamed = inNamesOfDatabase(timeline, actual);
  const byThings = renamed && look(renamed);
  if (byThings !== undefined && objectsIn(byThings).length === 0) return byThings;
  const byNames = look({ timeline, actual });
  return byThings !== undefined && explainsAsMuch(byThings, byNames) ? byThings : byNames;
}

/** A timeline, and a database's facts by the same names. */
interface Told {
  readonly timeline: Timeline;
  readonly actual: Facts;
}

const objectsIn = ({ residue: { missing, different, extra } }: Location) => [
  ...missing,
  ...different,
  ...extra,
];

/** No more is left, and nothing has a name of which the timeline does not know how it came by it. */
function explainsAsMuch(one: Location, other: Location): boolean {
  const left = objectsIn(one);
  const isMisnamed = left.some(({ differences }) =>
    differences.some(({ attribute }) => attribute === called),
  );
  return !isMisnamed && left.length <= objectsIn(other).length;
}

function lookAt(
  { timeline, actual }: Told,
  { snapshot, testimony, perhapsUndone, strangers }: LocateWishes,
  known: {
    readonly unreadable: ReadonlySet<string>;
    readonly beyond: boolean;
    readonly obstacles: readonly Obstacle[];
  },
): Location {
  const { unreadable, beyond, obstacles } = known;
  const model = modelOf(timeline, actual, unreadable);
  const matches = matcherOf(timeline, actual, unreadable);
  const explanations = explainPlainly(model, testimony);
  const [best = new Uint8Array(0), ...others] = explanations.map(({ executed }) =>
    completed(model, withoutVacuous(model, executed), testimony),
  );

  const isUnreadable = (key: string) => unreadable.has(factParts(key)[0]) && factParts(key)[1] !== "";
  const rivals = others.map((executed) => judge(model, executed, matches, isUnreadable));
  const verdicts = judge(model, best, matches, isUnreadable).map((verdict, index) =>
    doubted(verdict, {
      rivals: rivals.flatMap((rival) => rival[index] ?? []),
      ran: testimony[index] !== "did-not",
      perhapsUndone: perhapsUndone.has(verdict.migration),
      beyond,
      shared: strangers && obstacles.length > 0,
      strangers,
    }),
  );
  const predicted = predict(model, best);
  const explained = beyond ? noResidue : residueOf(model, predicted, snapshot, actual, matches);
  // What comes after the refused statement of a migration that was begun may be there too: then nothing is drift.
  const residue = wasBegun(timeline, testimony, verdicts) ? noResidue : explained;
  const ours = new Set<string>();
  for (const key of predicted.keys()) if (actual.has(key)) ours.add(factParts(key)[0]);
  return {
    verdicts,
    position: beyond
      ? null
      : positionOf(model, best, {
          verdicts,
          residue,
          obstacles,
          partial: timeline.failure !== undefined,
        }),
    residue,
    obstacles,
    executed: best,
    ours: ours.size,
    closer: beyond
      ? { refine: new Set(), reprint: new Map() }
      : closerLook(timeline, {
          verdicts,
          residue,
          testimony,
          obstacles,
          disputed: explanations.some(({ cost }) => cost.disagreement + cost.irregularity > 0),
        }),
  };
}

const noResidue: Residue = { missing: [], different: [], extra: [], foreign: [] };

/** The migration that the shadow refuses was begun on the real database, and left something. */
function wasBegun(
  { migrations, failure }: Timeline,
  testimony: readonly Testimony[],
  verdicts: readonly Verdict[],
): boolean {
  const index = migrations.findIndex(({ name }) => name === failure?.migration);
  return testimony[index] === "failed" && verdicts[index]?.actual !== "absent";
}

/** Facts of an empty database say nothing, unless a migration changes them. */
function withoutBase(facts: Map<string, string>, timeline: Timeline): Facts {
  const changed = new Set<string>();
  for (const { steps } of timeline.migrations)
    for (const { changes } of steps)
      for (const [key] of changes) if (timeline.base.has(key)) changed.add(key);
  for (const key of timeline.base) if (!changed.has(key)) facts.delete(key);
  return facts;
}

function unreadableKeys(snapshot: Snapshot): Set<string> {
  return new Set([...snapshot.objects].flatMap(([key, { unreadable }]) => (unreadable ? [key] : [])));
}

/**
 * Takes out migrations which only remove what, without them, was not there either: an explanation may hold them for
 * the history's sake, but the schema does not say that they ran.
 */
function withoutVacuous(model: Model, executed: Executed): Executed {
  const kept = executed.slice();
  for (const steps of model.stepsOf) {
    if (!steps.some((step) => kept[step] === 1)) continue;
    const last = steps.at(-1) ?? 0;
    const effects = steps
      .flatMap((step) => model.sets[step] ?? [])
      .filter(({ fact }) => isEvidence(model.facts[fact]?.key ?? ""));
    const deciding = effects.filter(({ fact }) => {
      const setters = model.facts[fact]?.setters ?? [];
      return !setters.some((setter) => setter.step > last && kept[setter.step] === 1);
    });
    const vacuous = deciding.every(({ fact, value }) => {
      const before = model.facts[fact]?.setters.findLast(
        ({ step }) => step < (steps[0] ?? 0) && kept[step] === 1,
      );
      return value === undefined && before?.value === undefined;
    });
    if (deciding.length > 0 && vacuous) for (const step of steps) kept[step] = 0;
  }
  return kept;
}

function positionOf(
  model: Model,
  executed: Executed,
  told: { verdicts: readonly Verdict[]; residue: Residue; obstacles: readonly Obstacle[]; partial: boolean },
): Position | null {
  const end = executed.indexOf(0);
  const length = end < 0 ? executed.length : end;
  if (executed.indexOf(1, length) >= 0) return null;
  const { missing, different, extra } = told.residue;
  const distance = missing.length + different.length + extra.length;
  if (distance > trustedDistance) return null;
  const last = model.steps[length - 1];
  const next = model.steps[length];
  const cut = last !== undefined && next?.migration === last.migration;
  const unknown = told.partial || told.verdicts.some(({ actual }) => actual === "unknown");
  return {
    migration: last === undefined ? null : (model.timeline.migrations[last.migration]?.name ?? null),
    statement: cut && last?.statement !== undefined ? last.statement + 1 : null,
    distance,
    exact: distance === 0 && told.obstacles.length === 0 && !unknown,
  };
}

/**
 * What no migration is held to: `public._prisma_migrations` and all that belongs to it, and what Godwit itself keeps in
 * the database.
 */
export function isBookkeeping(table: { schema: string; name: string }): (object: SchemaObject) => boolean {
  const whole = dotted(table.schema, table.name);
  return (object) =>
    object.schema === quarantineSchema ||
    (object.kind === "schema" && object.name === quarantineSchema) ||
    (object.schema === table.schema &&
      ((object.relation ?? object.name) === table.name || object.attributes["ownedBy"] === whole));
}
