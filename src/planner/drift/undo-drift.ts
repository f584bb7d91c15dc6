import type { DriftObject } from "../../doctor/drift/objects.ts";
import type { ProposedStatement } from "../../engines/differ.ts";
import { objectDiffer } from "../../engines/object-differ.ts";
import { carrierOf } from "../../engines/object-order.ts";
import type { ObjectSql, Objects } from "../../engines/object-sql.ts";
import type { PlanStep } from "../../plan/plan.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { snapshotOfKeyed } from "../../schema/snapshot.ts";
import { aloneByText } from "../../sql/postgres-alone.ts";
import { type Change, changesBetween, factParts, factsOf } from "../../timeline/facts.ts";
import type { CannotMend, DriftMending, MendingPart } from "./drift-mending.ts";
import { changeHazards } from "./hazards.ts";
import { isOwn, type OwnStatement, type OwnWishes, ownStatements, whole, withOwn } from "./own-statements.ts";
import { goingWith } from "./parts.ts";

export interface UndoDriftWishes extends OwnWishes {
  /** What is to be as the migrations made it, each with its parts. */
  readonly objects: readonly DriftObject[];
  /** The database, and what the migrations which ran have made; both with what objects depend on. */
  readonly now: Objects;
  readonly target: Objects;
  readonly sql: ObjectSql;
  /** Who carries it out. */
  readonly role: string;
}

/** How objects become what the migrations which ran have made. Nothing here is read or changed. */
export function undoDrift(wishes: UndoDriftWishes): Pick<DriftMending, "parts" | "notes"> | CannotMend {
  const { now, target, objects, sql } = wishes;
  const going = goingWith(objects, now);
  const coming = objects.filter(({ kind }) => kind !== "extra").map(({ key }) => key);
  const reasons = [...obstacles(going, now), ...coming.flatMap((key) => homeless(key, coming, wishes))];
  if (reasons.length > 0) return { reasons };
  const to = new Map(now);
  for (const key of going) to.delete(key);
  for (const key of coming) to.set(key, target.get(key) as SchemaObject);
  const { statements, unproposed } = objectDiffer(sql).propose(now, to);
  if (unproposed.length > 0) return { reasons: unproposed.map(({ key, why }) => `${key}: ${why}`) };
  const removed = new Set(keysOf(statements, "remove"));
  const anew = new Set(keysOf(statements, "make").filter((key) => removed.has(key)));
  const missing = coming.filter((key) => !now.has(key));
  const made = new Set([...missing, ...anew]);
  const own = whole(ownStatements(made, wishes), made, { target, proposed: statements });
  const ordered = withOwn(statements, own);
  const changes = changesOf([...going, ...coming], now, to);
  return { parts: partsOf(ordered, changes, { ...wishes, going, anew }), notes: notesOf(missing, wishes) };
}

function keysOf(statements: readonly ProposedStatement[], does: ProposedStatement["does"]): string[] {
  return statements.flatMap((one) => (one.does === does ? one.objects : []));
}

/** What stays and stands on what is to go: the server would refuse, or take it along. */
function obstacles(going: ReadonlySet<string>, now: Objects): string[] {
  return [...now].flatMap(([key, object]) => {
    if (going.has(key)) return [];
    const on = object.dependsOn.find((one) => going.has(one));
    return on === undefined ? [] : [`${key} stands on ${on}, and nobody chose to undo it`];
  });
}

/** What is to be made again, and is a part of something that is not there, or was never seen to be made. */
function homeless(key: string, coming: readonly string[], { now, target }: UndoDriftWishes): string[] {
  const object = target.get(key);
  if (object === undefined) return [`what ${key} was like is not known`];
  const carrier = carrierOf(object, target);
  return carrier === undefined || now.has(carrier) || coming.includes(carrier)
    ? []
    : [`${key} is a part of ${carrier}, which is not there, and nobody chose to undo that`];
}

/** What differs between two sets of objects, as far as it is about these. */
function changesOf(keys: readonly string[], from: Objects, to: Objects): Change[] {
  const of = (objects: Objects) => {
    const some = keys.flatMap((key) => (objects.has(key) ? [[key, objects.get(key)] as const] : []));
    return factsOf(snapshotOfKeyed(new Map(some as [string, SchemaObject][])));
  };
  return changesBetween(of(from), of(to));
}

interface Sorting extends UndoDriftWishes {
  readonly going: ReadonlySet<string>;
  readonly anew: ReadonlySet<string>;
}

/** What the server refuses in a transaction, or wants to be committed first, stands by itself. */
function partsOf(
  ordered: readonly (ProposedStatement | OwnStatement)[],
  changes: readonly Change[],
  sorting: Sorting,
): MendingPart[] {
  const isLast = (one: ProposedStatement | OwnStatement): one is OwnStatement =>
    isOwn(one) && aloneByText(one.statement.sql);
  const first = ordered.filter((one) => !isOwn(one) && one.first);
  const last = ordered.filter(isLast);
  const middle = ordered.filter((one) => !isLast(one) && (isOwn(one) || !one.first));
  const of = (some: readonly (ProposedStatement | OwnStatement)[]) =>
    new Set(some.flatMap(({ objects }) => [...objects]));
  const [early, late] = [of(first), of(last)];
  const stageOf = ([key]: Change) => {
    const [object] = factParts(key);
    return early.has(object) ? 0 : late.has(object) ? 2 : 1;
  };
  const parts = [
    { kind: "alone" as const, some: first },
    { kind: "transaction" as const, some: middle },
    { kind: "alone" as const, some: last },
  ];
  return parts.flatMap(({ kind, some }, stage): MendingPart[] =>
    some.length === 0
      ? []
      : [
          {
            kind,
            steps: some.flatMap((one) => stepsOf(one, sorting)),
            changes: changes.filter((change) => stageOf(change) === stage),
          },
        ],
  );
}

function stepsOf(one: ProposedStatement | OwnStatement, sorting: Sorting): PlanStep[] {
  const { now, target, sql, role, anew, going } = sorting;
  const hazards = changeHazards(one, now);
  const keys = [...one.objects];
  const dressed = keys.flatMap((key): PlanStep[] => {
    const [then, wanted] = [now.get(key), target.get(key) ?? now.get(key)];
    if (!anew.has(key) || then === undefined || wanted === undefined || isRemoval(one)) return [];
    const statements = sql.dress({ ...plain(wanted), environment: then.environment }, role);
    const why = "its owner, comment and rights are what they were";
    return statements.length === 0 ? [] : [{ kind: "restore", object: key, statements, why, hazards: [] }];
  });
  if (isOwn(one)) {
    const { name, file } = one.migration;
    const why = keys.some((key) => anew.has(key)) ? "a hand has changed it" : "a hand has removed it";
    const { statement } = one;
    return [
      { kind: "statements", migration: name, file, whole: false, statements: [statement], why, hazards },
      ...dressed,
    ];
  }
  const object = keys.join(", ");
  if (one.does === "remove") {
    const isAdded = keys.some((key) => going.has(key));
    const why = isAdded ? "a hand has added it" : "it is made again as the migrations have it";
    return [{ kind: "remove", object, sql: one.sql, why, hazards }];
  }
  const why = keys.some((key) => now.has(key)) ? "a hand has changed it" : "a hand has removed it";
  return [{ kind: "restore", object, statements: [one.sql], why, hazards }, ...dressed];
}

function isRemoval(one: ProposedStatement | OwnStatement): boolean {
  return !isOwn(one) && one.does === "remove";
}

/** A copy whose parts can be replaced: what was read computes its hash by itself. */
function plain(object: SchemaObject): SchemaObject {
  const { hash } = object;
  return { ...object, hash };
}

function notesOf(missing: readonly string[], { target }: UndoDriftWishes): string[] {
  const emptied = missing.filter((key) => {
    const object = target.get(key);
    const within = object === undefined ? undefined : carrierOf(object, target);
    const hasRows =
      object?.kind === "table" || (object?.kind === "column" && object.attributes["generated"] === "");
    return hasRows && !missing.includes(within ?? "");
  });
  return emptied.length === 0
    ? []
    : [`What was in ${emptied.join(", ")} is not brought back: a hand has removed it with its contents.`];
}
