import { nameObject } from "../../doctor/cite.ts";
import type { DriftObject } from "../../doctor/drift/objects.ts";
import { objectDiffer } from "../../engines/object-differ.ts";
import type { ObjectSql, Objects } from "../../engines/object-sql.ts";
import type { Hazard } from "../../plan/plan.ts";
import { type Snapshot, snapshotOfKeyed } from "../../schema/snapshot.ts";
import { changesBetween, factParts, factsOf } from "../../timeline/facts.ts";
import type { CannotMend } from "./drift-mending.ts";
import { changeHazards } from "./hazards.ts";
import { goingWith } from "./parts.ts";

export interface AdoptDriftWishes {
  /** What is to be so everywhere, each with its parts. */
  readonly objects: readonly DriftObject[];
  readonly now: Objects;
  /** What all migrations together make. */
  readonly head: Objects;
  readonly sql: ObjectSql;
  /** Of the migrations: what is in it is named without it. */
  readonly schema: string;
}

/** The text of a migration which makes of the head what a hand has made. Nothing proves it yet. */
export interface Draft {
  readonly sql: string;
  /** For its name. */
  readonly title: string;
  /** What it makes so, by the keys, parts included. */
  readonly objects: readonly string[];
  readonly hazards: readonly Hazard[];
}

export function draftAdoption({ objects, now, head, sql, schema }: AdoptDriftWishes): Draft | CannotMend {
  const keys = [
    ...goingWith(objects, now),
    ...objects.flatMap(({ key, kind }) => (kind === "extra" ? [] : [key])),
  ];
  const to = new Map(head);
  for (const key of keys) {
    const object = now.get(key);
    if (object === undefined) to.delete(key);
    else to.set(key, object);
  }
  const reasons = keys.flatMap((key) => {
    const on = now.get(key)?.dependsOn.find((one) => !to.has(one) && now.has(one));
    return on === undefined
      ? []
      : [`${key} stands on ${on}, which no migration makes, and which nobody chose to adopt`];
  });
  if (reasons.length > 0) return { reasons };
  const { statements, unproposed } = objectDiffer(sql).propose(head, to);
  if (unproposed.length > 0) return { reasons: unproposed.map(({ key, why }) => `${key}: ${why}`) };
  const [only] = objects;
  return {
    sql: [
      "-- Adopts what was changed by hand:",
      ...objects.map(({ key, kind }) => `--   ${oneLine(key)} (${words[kind]})`),
      "",
      ...statements.map((one) => `${one.sql};`),
      "",
    ].join("\n"),
    title:
      objects.length === 1 && only !== undefined
        ? `adopt ${nameObject(only.key, schema)}`
        : `adopt ${objects.length} changes`,
    objects: keys,
    hazards: [...new Set(statements.flatMap((one) => changeHazards(one, head)))],
  };
}

const words = { missing: "removed", different: "changed", extra: "added" };

/** A name may be anything, and must not end the comment. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, "?");
}

/**
 * What a drafted migration makes otherwise than it should.
 *
 * @param made what is there when it has run after all others
 * @returns reasons; none where it makes exactly what the hand made, and touches nothing else
 */
export function draftProblems({ objects }: Draft, { now, head }: AdoptDriftWishes, made: Snapshot): string[] {
  const [wanted, actual, before] = [now, made.objects, head].map((some) => factsOf(snapshotOfKeyed(some)));
  const own = new Set(objects);
  const isOwn = ([key]: readonly [string, unknown]) => own.has(factParts(key)[0]);
  const named = (changes: ReturnType<typeof changesBetween>) => [
    ...new Set(changes.map(([key]) => factParts(key)[0])),
  ];
  if (wanted === undefined || actual === undefined || before === undefined) return [];
  return [
    ...named(changesBetween(wanted, actual).filter(isOwn)).map(
      (key) => `a migration would not make ${key} exactly as it is here`,
    ),
    ...named(changesBetween(before, actual).filter((change) => !isOwn(change))).map(
      (key) => `a migration would change ${key} too`,
    ),
  ];
}
