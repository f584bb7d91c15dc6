import { carrierOf } from "../../engines/object-order.ts";
import type { ObjectSql, Objects } from "../../engines/object-sql.ts";
import type { Plan } from "../../plan/plan.ts";
import { objectKey, type SchemaObject } from "../../schema/object.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import { dotted } from "../../sql/identifier.ts";

/** Something that is there, and what it was. */
export interface Changed {
  readonly from: SchemaObject;
  readonly to: SchemaObject;
}

/** What a repair did to a schema, as far as it is still so. */
export interface Difference {
  /** Columns which got another name. */
  readonly renamed: readonly Changed[];
  /** What is there now, with the former names of columns. */
  readonly now: Objects;
  /** What the repair made. */
  readonly drop: readonly SchemaObject[];
  /** What it removed. */
  readonly make: readonly SchemaObject[];
  readonly change: readonly Changed[];
  /** Changed in a way that has to be made anew. */
  readonly remake: readonly Changed[];
  /** What cannot be taken back, in words. */
  readonly kept: readonly { readonly object: SchemaObject; readonly why: string }[];
  /** What others have made since, on what the repair made. */
  readonly obstacles: readonly string[];
}

/** Compares what was there before a repair with what is there now, as far as that repair had to do with it. */
export function differenceOf(
  { makes, changes, removes }: Pick<Plan, "makes" | "changes" | "removes">,
  {
    before,
    now: present,
    sql,
    leaveOut,
    cannot,
  }: {
    readonly before: Snapshot;
    readonly now: Snapshot;
    readonly sql: ObjectSql;
    readonly leaveOut: (object: SchemaObject) => boolean;
    /** Keys of columns whose values cannot become those of their former type. */
    readonly cannot: ReadonlySet<string>;
  },
): Difference {
  const then = before.objects;
  const concerned = new Set([...makes, ...changes, ...removes]);
  const renamed = renamedColumns(then, present.objects, concerned);
  const now = withFormerNames(present.objects, renamed, then);
  const kept: { object: SchemaObject; why: string }[] = [];
  const drop: SchemaObject[] = [];
  const make: SchemaObject[] = [];
  const change: Changed[] = [];
  const remake: Changed[] = [];

  const gone = withDependents(removes, then, now);
  for (const [key, object] of then) {
    if (leaveOut(object) || now.has(key) || !(concerned.has(key) || gone.has(key))) continue;
    const carrier = carrierOf(object, then);
    if (carrier !== undefined && kept.some((one) => objectKey(one.object) === carrier)) continue;
    if (object.shared) kept.push({ object, why: "it may be others' too" });
    else if (object.kind === "enum-value" && carrier !== undefined && now.has(carrier))
      kept.push({ object, why: "a value of an enum that is in use is not put back in its place" });
    else if (isMadeWithAnother(object, then) || sql.make(object, then) !== undefined) make.push(object);
    else kept.push({ object, why: "too little is known of it to make it again" });
  }
  const without = new Set(kept.map(({ object }) => objectKey(object)));
  for (const [key, object] of now) {
    if (leaveOut(object) || !concerned.has(key)) continue;
    const former = then.get(key);
    if (former === undefined) {
      if (object.shared) kept.push({ object, why: "it may be others' too" });
      else if (object.kind === "enum-value" && !then.has(carrierOf(object, now) ?? "")) drop.push(object);
      else if (object.kind === "enum-value")
        kept.push({ object, why: "a value of an enum cannot be removed" });
      else if (carrierOf(object, now) === undefined && sql.drop([object], now) === undefined)
        kept.push({ object, why: "it may be others' too, or reaches another server" });
      else drop.push(object);
      continue;
    }
    if (former.hash === object.hash) continue;
    // Its place among the others follows from what else is there.
    if (object.kind === "enum-value") continue;
    if (cannot.has(key)) {
      kept.push({ object, why: "what is in it does not fit its former type" });
      continue;
    }
    const one = { from: object, to: former };
    const statements = sql.change(object, former, now);
    if (statements !== undefined && !isBetterMadeAnew(object, now)) change.push(one);
    else if (sql.make(former, then) !== undefined && remakable.has(object.kind)) remake.push(one);
    else kept.push({ object, why: "it cannot be made what it was" });
  }
  const dropped = new Set([...drop, ...remake.map(({ from }) => from)].map(objectKey));
  return {
    renamed,
    now,
    drop,
    make: make.filter((object) => !without.has(carrierOf(object, then) ?? "")),
    change,
    remake,
    kept,
    obstacles: obstaclesTo(dropped, new Set([...change, ...remake].map(({ from }) => objectKey(from))), now),
  };
}

const remakable: ReadonlySet<string> = new Set([
  "constraint",
  "index",
  "view",
  "materialized-view",
  "trigger",
  "rule",
  "policy",
  "function",
]);

/** A view is replaced only by one that begins with the same columns; where nothing stands on it, it is made anew. */
function isBetterMadeAnew(object: SchemaObject, now: Objects): boolean {
  const key = objectKey(object);
  return object.kind === "view" && ![...now.values()].some(({ dependsOn }) => dependsOn.includes(key));
}

/** Parts which come with what they belong to. */
function isMadeWithAnother({ kind }: SchemaObject, _among: Objects): boolean {
  return kind === "enum-value" || kind === "column";
}

/** The number of a column stays with it, whatever its name becomes, and is never given to another. */
function renamedColumns(then: Objects, now: Objects, concerned: ReadonlySet<string>): Changed[] {
  const place = ({ schema, relation, environment }: SchemaObject) =>
    `${dotted(schema, relation ?? "")} ${environment["position"]}`;
  const before = new Map(
    [...then]
      .filter(([key, { kind }]) => kind === "column" && concerned.has(key) && !now.has(key))
      .map(([, object]) => [place(object), object]),
  );
  return [...now].flatMap(([key, object]) => {
    if (object.kind !== "column" || then.has(key) || !concerned.has(key)) return [];
    const table = `table ${dotted(object.schema, object.relation ?? "")}`;
    const to = before.get(place(object));
    // A table that was made anew counts from one again.
    return to !== undefined && !concernedAnew(table, then, now) ? [{ from: object, to }] : [];
  });
}

/** A table of the same name whose columns all changed their numbers is another one; then nothing is taken for renamed. */
function concernedAnew(table: string, then: Objects, now: Objects): boolean {
  const [a, b] = [then.get(table), now.get(table)];
  if (a === undefined || b === undefined) return true;
  const common = [...then].filter(
    ([key, { kind, schema, relation }]) =>
      kind === "column" && schema === a.schema && relation === a.name && now.has(key),
  );
  return common.some(
    ([key, object]) => now.get(key)?.environment["position"] !== object.environment["position"],
  );
}

function withFormerNames(now: Objects, renamed: readonly Changed[], then: Objects): Objects {
  if (renamed.length === 0) return now;
  const keys = new Map(renamed.map(({ from, to }) => [objectKey(from), objectKey(to)]));
  return new Map(
    [...now].map(([key, object]) => {
      const changed = renamed.find(({ from }) => objectKey(from) === key);
      const dependsOn = object.dependsOn.map((one) => keys.get(one) ?? one);
      if (changed !== undefined) {
        const { identity, name } = changed.to;
        const { kind, schema, relation, attributes, environment, definition, shared } = object;
        const base = { kind, identity, schema, name, attributes, environment, dependsOn, shared };
        const same =
          JSON.stringify(sortedEntries(attributes)) === JSON.stringify(sortedEntries(changed.to.attributes));
        return [
          objectKey(changed.to),
          {
            ...base,
            ...(relation !== undefined && { relation }),
            ...(definition !== undefined && { definition }),
            hash: same ? changed.to.hash : object.hash,
          },
        ];
      }
      return [key, { ...withNames(object, renamed, then.get(key)), dependsOn }];
    }),
  );
}

/** What names a column by its new name, and else is what it was, needs nothing but the former name. */
function withNames(
  object: SchemaObject,
  renamed: readonly Changed[],
  former: SchemaObject | undefined,
): SchemaObject {
  const { definition } = object;
  if (definition === undefined || former?.definition === undefined) return { ...object, hash: object.hash };
  let text = definition;
  for (const { from, to } of renamed) {
    const [name, wanted] = [dotted(from.name), dotted(to.name)];
    text = text.split(name).join(wanted);
  }
  return text === former.definition && object.attributes["valid"] === former.attributes["valid"]
    ? former
    : { ...object, hash: object.hash };
}

function sortedEntries(attributes: SchemaObject["attributes"]) {
  return Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What went with the objects that were removed: their parts, and what stood on them. */
function withDependents(removes: readonly string[], then: Objects, now: Objects): Set<string> {
  const gone = new Set(removes.filter((key) => then.has(key) && !now.has(key)));
  for (let grown = true; grown; ) {
    grown = false;
    for (const [key, object] of then) {
      if (gone.has(key) || now.has(key)) continue;
      const carrier = carrierOf(object, then);
      if (!(carrier !== undefined && gone.has(carrier)) && !object.dependsOn.some((one) => gone.has(one)))
        continue;
      gone.add(key);
      grown = true;
    }
  }
  return gone;
}

/** What stands on what is to be dropped, and is not the repair's own. */
function obstaclesTo(dropped: ReadonlySet<string>, changed: ReadonlySet<string>, now: Objects): string[] {
  return [...now].flatMap(([key, object]) => {
    if (dropped.has(key) || changed.has(key)) return [];
    const carrier = carrierOf(object, now);
    const on = [...(carrier === undefined ? [] : [carrier]), ...object.dependsOn].find((one) =>
      dropped.has(one),
    );
    return on === undefined ? [] : [`${key} stands on ${on}`];
  });
}
