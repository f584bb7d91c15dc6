import { carrierOf, inOrder } from "../../engines/object-order.ts";
import type { ObjectSql } from "../../engines/object-sql.ts";
import type { QuarantineSql } from "../../engines/quarantine.ts";
import type { HistoryWriting } from "../../frameworks/framework.ts";
import type { History } from "../../migration/migration.ts";
import type { Hazard, Plan, PlanFrom, PlanStep } from "../../plan/plan.ts";
import { objectKey, type SchemaObject } from "../../schema/object.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import { type Facts, factParts, factsOf } from "../../timeline/facts.ts";
import { hazardsOf } from "../hazards.ts";
import type { Changed, Difference } from "./difference.ts";
import { type Seen, seenWords } from "./new-rows.ts";
import { migrationsOf, type Remembered, ranData } from "./remembered.ts";
import { parentsFirst } from "./row-order.ts";
import { rowsBack } from "./rows.ts";
import type { RowCheck } from "./rows-back.ts";
import { setAsideNoMore } from "./set-aside.ts";

export interface UndoWishes {
  readonly remembered: Remembered;
  readonly now: Snapshot;
  readonly difference: Difference;
  readonly leaveOut: (object: SchemaObject) => boolean;
  readonly sql: ObjectSql;
  readonly quarantine: QuarantineSql;
  /** Who carries it out. */
  readonly role: string;
  readonly from: PlanFrom;
  readonly project: Pick<Plan, "framework" | "engine" | "database" | "schema">;
  readonly writing: HistoryWriting;
  readonly history: History;
  readonly seen: readonly Seen[];
  /** A person has said that what came since is to go too. */
  readonly withNewRows: boolean;
}

/** How a repair is taken back, and what must be true afterwards. */
export interface PlannedUndo {
  readonly plan: Plan;
  readonly expected: Facts;
  readonly checks: readonly RowCheck[];
  readonly back: readonly string[];
  readonly notBack: readonly string[];
}

/** Makes the plan that takes a repair back. Nothing here is read or changed. */
export function planUndo(wishes: UndoWishes): PlannedUndo | undefined {
  const { remembered, difference, history, project, writing } = wishes;
  const { drop, make, change, remake, renamed, kept } = difference;
  const tables = [...remembered.rowsBefore.values()].filter(
    ({ schema, name }) => !wishes.leaveOut({ schema, name, attributes: {} } as SchemaObject),
  );
  const rows = parentsFirst(tables, difference.now).flatMap(
    (saved, number) => rowsBack(saved, number, wishes) ?? [],
  );
  const back = new Set(rows.filter((one) => one.back.length > 0).map(({ table }) => table));
  const steps: PlanStep[] = [
    ...rows.flatMap(({ first }) => first),
    ...renamed.map(({ from, to }) =>
      restore(to, [wishes.sql.rename(from, to)], `the repair named it ${from.name}`),
    ),
    ...removals([...drop, ...remake.map(({ from }) => from)], "reaction", wishes),
    ...makings(make, "base", wishes),
    ...changes(change, wishes),
    ...rows.flatMap(({ later }) => later),
    ...removals(drop, "base", wishes),
    ...makings([...make, ...remake.map(({ to }) => to)], "reaction", wishes),
    ...[...make, ...remake.map(({ to }) => to)].flatMap((object) => finishing(object, wishes)),
  ];
  steps.push(...setAsideNoMore(remembered.plan, wishes.now, wishes.quarantine, back));
  const writes = writing.restore(project.schema, remembered.history, history, migrationsOf(remembered.plan));
  if (writes.length > 0) {
    const why = "they are what they were before the repair";
    steps.push({ kind: "history", change: "restore", migration: "", writes, why });
  }
  if (steps.length === 0) return undefined;
  const parts: Plan["parts"] = [{ kind: "transaction", steps }];
  const notBack = [
    ...kept.map(({ object, why }) => `${objectKey(object)}: ${why}`),
    ...rows.flatMap((one) => one.notBack),
    ...insertedSince(wishes),
    ...neverSaved(wishes),
    ...otherDress(wishes),
    ...othersInHistory(wishes),
    ...(remembered.plan.adopts === undefined
      ? []
      : [`the file ${remembered.plan.adopts.file}, which the repair wrote: its migration is pending again`]),
  ];
  const whole = (objects: readonly SchemaObject[]) => objects.map(objectKey);
  return {
    plan: {
      godwit: 1,
      purpose: "undo",
      ...project,
      from: wishes.from,
      parts,
      makes: whole(make),
      changes: [...change, ...remake, ...renamed].map(({ to }) => objectKey(to)),
      removes: whole(drop),
      empties: [],
      hazards: hazardsOf(parts),
      notes: notBack.map((text) => `Not taken back: ${text}`),
    },
    expected: expectedFacts(wishes),
    checks: rows.flatMap((one) => one.checks),
    back: [
      ...whole(drop).map((key) => `${key} (removed)`),
      ...whole(make).map((key) => `${key} (made again)`),
      ...[...change, ...remake, ...renamed].map(({ to }) => `${objectKey(to)} (as it was)`),
      ...rows.flatMap((one) => one.back),
      ...(writes.length > 0 ? ["the rows of the history"] : []),
    ],
    notBack,
  };
}

/** What answers to others, and what stands on columns: made last, removed first. */
const reactions: ReadonlySet<string> = new Set([
  "constraint",
  "index",
  "view",
  "materialized-view",
  "trigger",
  "rule",
  "policy",
]);
const makingOrder = ["index", "primary key", "unique", "exclude", "check", "foreign key"];

function isReaction({ kind }: SchemaObject): boolean {
  return reactions.has(kind);
}

/** Dependents first; parts of what is removed go with it, and tables which follow each other in one statement. */
function removals(
  objects: readonly SchemaObject[],
  which: "reaction" | "base",
  { difference, sql, seen }: UndoWishes,
): PlanStep[] {
  const { now } = difference;
  const going = new Set(difference.drop.map(objectKey));
  const chosen = objects.filter((object) => {
    if (isReaction(object) !== (which === "reaction")) return false;
    const carrier = carrierOf(object, now);
    if (carrier !== undefined && going.has(carrier)) return false;
    // The sequence of a column goes with that.
    return object.kind !== "sequence" || !object.dependsOn.some((key) => isGoing(key, going, now));
  });
  const groups: SchemaObject[][] = [];
  for (const object of inOrder(chosen, now).reverse()) {
    const last = groups.at(-1);
    if (object.kind === "table" && last?.[0]?.kind === "table") last.push(object);
    else groups.push([object]);
  }
  return groups.flatMap((group): PlanStep[] => {
    const text = sql.drop(group, now);
    if (text === undefined) throw new RangeError(`${group.map(objectKey)} cannot be removed`);
    const lost = seen.filter(
      ({ object, count }) => (count ?? 1) > 0 && group.some((one) => objectKey(one) === object),
    );
    const hazards: Hazard[] = lost.length > 0 ? ["deletes-data"] : [];
    const again = !group.every((one) => going.has(objectKey(one)));
    const why = again
      ? "it is made again as it was"
      : `the repair made it${lost.length > 0 ? `; ${lost.map(seenWords).join("; ")}` : ""}`;
    return [{ kind: "remove", object: group.map(objectKey).join(", "), sql: text, why, hazards }];
  });
}

function isGoing(key: string, going: ReadonlySet<string>, now: Difference["now"]): boolean {
  const object = now.get(key);
  return going.has(key) || (object !== undefined && going.has(carrierOf(object, now) ?? ""));
}

function makings(
  objects: readonly SchemaObject[],
  which: "reaction" | "base",
  { difference, sql, remembered }: UndoWishes,
): PlanStep[] {
  const then = remembered.before.objects;
  const coming = new Set(difference.make.map(objectKey));
  const chosen = objects.filter((object) => {
    if (isReaction(object) !== (which === "reaction")) return false;
    const carrier = carrierOf(object, then);
    return !(coming.has(carrier ?? "") && (object.kind === "column" || object.kind === "enum-value"));
  });
  const rank = ({ kind, attributes }: SchemaObject) =>
    which === "base" ? 0 : makingOrder.indexOf(kind === "index" ? kind : String(attributes["type"])) + 1 || 9;
  return inOrder(
    chosen.toSorted((a, b) => rank(a) - rank(b)),
    then,
  ).flatMap((object) => {
    const statements = sql.make(object, then) ?? [];
    return statements.length === 0 ? [] : [restore(object, statements, "it was there before the repair")];
  });
}

function changes(change: readonly Changed[], { sql, difference }: UndoWishes): PlanStep[] {
  return change.flatMap(({ from, to }) => {
    const statements = sql.change(from, to, difference.now) ?? [];
    const retyped = to.kind === "column" && from.attributes["type"] !== to.attributes["type"];
    const hazards: Hazard[] = retyped ? ["rewrites-table", "blocks-writes"] : [];
    return statements.length === 0 ? [] : [restore(to, statements, "the repair changed it", hazards)];
  });
}

/** What is no part of a definition: owners, rights, comments, row security. */
function finishing(object: SchemaObject, { sql, role, remembered }: UndoWishes): PlanStep[] {
  const then = remembered.before.objects;
  const { rowSecurity, forceRowSecurity, ...bare } = object.attributes;
  const secured =
    object.kind === "table" && (rowSecurity !== undefined || forceRowSecurity !== undefined)
      ? (sql.change({ ...object, hash: object.hash, attributes: bare }, object, then) ?? [])
      : [];
  const owned = object.kind === "sequence" ? sql.own(object, then) : [];
  const statements = [...owned, ...secured, ...sql.dress(object, role)];
  return statements.length === 0 ? [] : [restore(object, statements, "as it was before the repair")];
}

function restore(
  object: SchemaObject,
  statements: readonly string[],
  why: string,
  hazards: readonly Hazard[] = [],
): PlanStep {
  return { kind: "restore", object: objectKey(object), statements, why, hazards };
}

/** The facts of the database when all that can be taken back is. */
function expectedFacts({ remembered, now, difference, leaveOut }: UndoWishes): Facts {
  const then = factsOf(remembered.before, leaveOut);
  const { drop, make, change, remake, renamed } = difference;
  const anew = new Set([...make, ...[...change, ...remake, ...renamed].map(({ to }) => to)].map(objectKey));
  const away = new Set([...drop, ...renamed.map(({ from }) => from)].map(objectKey));
  const expected = new Map<string, string>();
  for (const [key, value] of factsOf({ ...now, objects: difference.now }, leaveOut)) {
    const [object] = factParts(key);
    if (!away.has(object) && !anew.has(object)) expected.set(key, value);
  }
  for (const [key, value] of then) if (anew.has(factParts(key)[0])) expected.set(key, value);
  return expected;
}

function insertedSince({ remembered, withNewRows }: UndoWishes): string[] {
  const { rowsBefore, rowsAfter, certificate } = remembered;
  if (withNewRows) return [];
  return [...rowsAfter].flatMap(([table, { rows }]) => {
    const more = rows - (rowsBefore.get(table)?.rows ?? rows);
    if (more <= 0 || certificate?.written.includes(table) === false) return [];
    return [
      `${more} ${more === 1 ? "row" : "rows"} that the repair inserted into ${table} (with --choose undo=with-new-rows, those which nobody has changed are deleted)`,
    ];
  });
}

/** A copy without rows does not show which tables data statements write to, so these were not saved. */
function neverSaved({ remembered: { plan, certificate } }: UndoWishes): string[] {
  const isKnown = certificate === undefined || certificate.level === "full";
  return isKnown || !ranData(plan)
    ? []
    : [
        `rows which the repair's data statements changed in tables that its rehearsal did not copy with their rows (${certificate.level}): they were not saved`,
      ];
}

/** What statements like GRANT and COMMENT do is in no list of the plan. */
function otherDress({ remembered, difference }: UndoWishes): string[] {
  const texts = remembered.plan.parts.flatMap((part) =>
    (part.kind === "runner"
      ? [...part.statements]
      : part.steps.flatMap((step) => (step.kind === "statements" ? step.statements : []))
    ).map(({ sql }) => sql),
  );
  if (!texts.some((sql) => /\b(?:GRANT|REVOKE|COMMENT\s+ON|OWNER\s+TO)\b/i.test(sql))) return [];
  return [...difference.now].flatMap(([key, { environment: now }]) => {
    const then = remembered.before.objects.get(key)?.environment;
    if (then === undefined) return [];
    const others = ["owner", "grants", "comment"].filter(
      (one) => JSON.stringify(now[one]) !== JSON.stringify(then[one]),
    );
    return others.length === 0 ? [] : [`${others.join(" and ")} of ${key}, which is as it is now`];
  });
}

/** Rows of the history that came since stay, and say what they say. */
function othersInHistory({ remembered, history }: UndoWishes): string[] {
  const known = new Set(remembered.history.records.map(({ id }) => id));
  const own = migrationsOf(remembered.plan);
  return history.records
    .filter(({ id, migration }) => !known.has(id) && !own.has(migration))
    .map(({ migration }) => `${migration}, which was recorded after the repair`);
}
