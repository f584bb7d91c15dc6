import { ownersOf } from "../../sql/identifier.ts";
import { called, factParts, isEvidence, isShared } from "../facts.ts";
import type { Executed } from "./fit.ts";
import { explainsMore, type Matcher, type Model } from "./model.ts";
import { splitKey } from "./obstacles.ts";

/**
 * What the schema says of a migration's effects. It says which effects hold, not which statements ran: a statement and
 * a hand leave the same traces.
 *
 * - present: every effect whose last writer it is holds, and there is at least one
 * - overwritten: it has effects, and later migrations wrote all of them again
 * - partial: a proper part of its statements holds
 * - absent: nothing of it holds, but what would hold anyway
 * - no-trace: it has no effect in the schema
 * - different: what it makes is there, with another definition
 * - unknown: it cannot be told
 */
export type Actual = "present" | "overwritten" | "partial" | "absent" | "no-trace" | "different" | "unknown";

/** A verdict on one migration, with what it rests on. */
export interface Verdict {
  readonly migration: string;
  readonly actual: Actual;
  /** How many statements the migration has. */
  readonly statements: number;
  /** One-based statements whose effects all hold; those without an effect in the schema are never among them. */
  readonly statementsPresent: readonly number[];
  /** One-based statements which leave no trace in the schema: nothing here proves that they ran. */
  readonly untraced: readonly number[];
  /** Objects of which at least one effect holds, and those of which one does not. */
  readonly held: readonly string[];
  readonly notHeld: readonly string[];
  /** None of its statements could have an effect: comments, settings, grants. */
  readonly effectless: boolean;
  /** False: the shadow refused it, or one before it. */
  readonly replayed: boolean;
  /** Why it cannot be told. */
  readonly unknownBecause?: string;
  /** It is absent because what it worked on was removed with all of its work: it ran. */
  readonly takenAlong?: true;
}

/** Whether nothing of the migration is left to be done. */
export function settles(actual: Verdict["actual"]): boolean {
  return actual === "present" || actual === "overwritten" || actual === "no-trace";
}

/** Judges every migration under one explanation. */
export function judge(
  model: Model,
  executed: Executed,
  matches: Matcher,
  isUnreadable: (key: string) => boolean,
): Verdict[] {
  return model.timeline.migrations.map((_, index) =>
    judgeMigration(model, executed, matches, isUnreadable, index),
  );
}

function judgeMigration(
  model: Model,
  executed: Executed,
  matches: Matcher,
  isUnreadable: (key: string) => boolean,
  index: number,
): Verdict {
  const migration = model.timeline.migrations[index];
  if (migration === undefined) throw new RangeError(`there is no migration ${index}`);
  const untraced = migration.statements.flatMap(({ kind }, i) => (kind === "untraced" ? [i + 1] : []));
  const { name, statements, replayed } = migration;
  const effectless = statements.every(({ kind }) => kind !== "schema" && kind !== "untraced");
  const told = { migration: name, statements: statements.length, untraced, replayed, effectless };
  const nothing = { statementsPresent: [], held: [], notHeld: [] };
  const steps = model.stepsOf[index] ?? [];
  const effects = effectsOf(model, executed, steps);
  if (!migration.replayed && effects.length === 0) {
    return { ...told, ...nothing, actual: "unknown", unknownBecause: "it could not be replayed" };
  }
  if (effects.length === 0) return { ...told, ...nothing, actual: "no-trace" };
  const own = effects.filter(({ last, undone }) => last && !undone);
  if (own.length === 0 && migration.replayed) {
    return { ...told, ...nothing, statementsPresent: tracedStatements(model, index), actual: "overwritten" };
  }
  const matching = own.filter(({ key, value, waits }) => !waits && matches(key, value));
  const objects = (of: typeof own) => [...new Set(of.map(objectOf))];
  const failing = effects.filter((effect) => effect.last && !matching.includes(effect));
  const missing = failing.filter(({ undone, waits }) => !undone && !waits);
  // That something is gone proves nothing where nothing had made it.
  const holding = matching.filter(({ vacuous }) => !vacuous);
  const evidence = { held: objects(holding), notHeld: objects(missing) };
  if (own.some(({ key }) => isUnreadable(key))) {
    return {
      ...told,
      ...evidence,
      statementsPresent: [],
      actual: "unknown",
      unknownBecause: "a definition is behind a lock",
    };
  }
  const ran = steps.some((step) => executed[step] === 1);
  if (failing.length === 0 && holding.length > 0 && ran && migration.replayed) {
    return { ...told, ...evidence, statementsPresent: tracedStatements(model, index), actual: "present" };
  }
  const statementsPresent = steps.flatMap((step) => {
    const statement = model.steps[step]?.statement;
    const whole = own.filter((effect) => effect.step === step).every((effect) => matching.includes(effect));
    return statement !== undefined && executed[step] === 1 && whole ? [statement + 1] : [];
  });
  // All of its objects are there, and some are not as it made them.
  const otherwise =
    failing.some(({ step }) => executed[step] === 1) &&
    failing.every(({ key, value }) => value !== undefined && model.actual.has(key));
  if (ran && otherwise) return { ...told, ...evidence, statementsPresent, actual: "different" };
  const inPart = ran || steps.some((step) => explainsMore(model, executed, step));
  if (!inPart || holding.length === 0) {
    const takenAlong = ran && failing.some(({ waits }) => !waits);
    return {
      ...told,
      ...evidence,
      statementsPresent: [],
      actual: "absent",
      ...(takenAlong && { takenAlong }),
    };
  }
  return { ...told, ...evidence, statementsPresent, actual: "partial" };
}

/** The statements which may have effects in the schema. */
function tracedStatements(model: Model, index: number): number[] {
  const statements = model.timeline.migrations[index]?.statements ?? [];
  return statements.flatMap(({ kind }, i) => (kind === "untraced" ? [] : [i + 1]));
}

/** What an effect makes or changes, by the name which it gives or finds. */
function objectOf({ key, value }: Effect): string {
  const [object, attribute] = factParts(key);
  if (attribute !== called || value === undefined) return object;
  const [kind, identity] = splitKey(object);
  return kind === "table" ? `table ${value}` : `${kind} ${ownersOf(identity)[1]}.${value}`;
}

interface Effect {
  readonly key: string;
  readonly value: string | undefined;
  readonly step: number;
  /** No later executed step writes it: the real database can be asked about it. */
  readonly last: boolean;
  /** It removes what, under this explanation, was not there before. */
  readonly vacuous: boolean;
  /** It removes what an earlier statement makes that did not run: it is to run after that. */
  readonly waits: boolean;
  /** A statement that did not run would have written it after one of this migration that did: it is still to come. */
  readonly undone: boolean;
}

/** The net effects of a migration: where its own statements write one fact twice, the last counts. */
function effectsOf(model: Model, executed: Executed, steps: readonly number[]): Effect[] {
  const start = steps[0] ?? 0;
  const end = steps.at(-1) ?? -1;
  const ran = steps.filter((step) => executed[step] === 1).length;
  const inPart = ran > 0 && ran < steps.length;
  const net = new Map<number, { value: string | undefined; step: number }[]>();
  for (const step of steps) {
    for (const { fact, value } of model.sets[step] ?? []) {
      // Of a migration that ran in part, what its other statements would have written overwrites nothing.
      const before = net.get(fact)?.[0];
      const waits = before !== undefined && inPart && executed[step] === 0 && executed[before.step] === 1;
      net.set(fact, waits ? [before, { value, step }] : [{ value, step }]);
    }
  }
  return [...net].flatMap(([fact, writes]) => {
    const { key, setters } = model.facts[fact] ?? { key: "", setters: [] };
    const proves = (value: string | undefined) =>
      isEvidence(key) || (isShared(key) && value !== undefined && !model.actual.has(key));
    const overwritten = setters.some((setter) => setter.step > end && executed[setter.step] === 1);
    const before = setters.findLast((setter) => setter.step < start && executed[setter.step] === 1);
    // What its own statements make and take back is no effect of the whole.
    const original = setters.findLast((setter) => setter.step < start);
    if (!inPart && writes[0]?.value === original?.value) return [];
    return writes.flatMap(({ value, step }, i) => {
      if (!proves(value)) return [];
      const vacuous = value === undefined && before?.value === undefined;
      const waits = vacuous && original?.value !== undefined && executed[original.step] === 0;
      return [{ key, value, step, last: !overwritten, vacuous, waits, undone: i > 0 }];
    });
  });
}
