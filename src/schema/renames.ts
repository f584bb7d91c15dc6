import { type AttributeValue, isPart, type ObjectKind, objectKey, type SchemaObject } from "./object.ts";

/** Two objects, each on one side only, which may be one that was renamed. */
export interface Rename {
  readonly kind: ObjectKind;
  /** The key on side a. */
  readonly from: string;
  /** The key on side b. */
  readonly to: string;
  /** What they have in common, for people: `4 of 5 columns are equal`. */
  readonly why: string;
}

interface Only {
  readonly object: SchemaObject;
  readonly within?: string;
}

/** What makes one table or type more like another than its own attributes. */
const members: Partial<Record<ObjectKind, readonly [one: string, many: string]>> = {
  column: ["column", "columns"],
  "enum-value": ["value", "values"],
};

/** Of all members of two that are taken for one, so many must be equal; and so many at least. */
const leastShare = 0.6;
const leastMembers = 2;

/** A member that more objects than this have (`id integer`) points to none of them. */
const commonMember = 100;

/** Objects of one kind and place are compared each with each up to so many pairs. */
const mostPairs = 20_000;

/**
 * Suggests which objects that only a has became which that only b has: of the same kind (and table, for a part), with
 * attributes that are equal, or all but one; for tables and enums, with most of their members equal. Where two would
 * do as well, none is suggested.
 */
export function suggestRenames(onlyInA: readonly Only[], onlyInB: readonly Only[]): Rename[] {
  if (onlyInA.length === 0 || onlyInB.length === 0) return [];
  const a = candidatesOf(onlyInA);
  const b = candidatesOf(onlyInB);
  const taken = new Set<Candidate>();
  const renames: Rename[] = [];
  const suggest = (from: Candidate, to: Candidate, why: string) => {
    taken.add(from).add(to);
    const { kind } = from.object;
    renames.push({ kind, from: objectKey(from.object), to: objectKey(to.object), why });
  };
  const free = (all: readonly Candidate[]) => all.filter((one) => !taken.has(one));
  byMembers(a, b, suggest);
  byAttributes(free(a), free(b), suggest);
  byMostAttributes(free(a), free(b), suggest);
  return renames.sort((x, y) => (x.from < y.from ? -1 : 1));
}

type Suggest = (from: Candidate, to: Candidate, why: string) => void;

interface Candidate {
  readonly object: SchemaObject;
  /** Kind and, of a part, table: what it must share with another. */
  readonly place: string;
  /** Attributes that say something, its own name masked in them. */
  readonly attributes: ReadonlyMap<string, string>;
  /** What it consists of, as `name type`. */
  readonly members: Set<string>;
  memberKind?: ObjectKind;
}

function candidatesOf(only: readonly Only[]): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const { object, within } of only) {
    if (within !== undefined || object.environmental) continue;
    const { kind, schema, relation } = object;
    const place = JSON.stringify(isPart(object) ? [kind, schema, relation] : [kind]);
    const attributes = new Map(
      Object.entries(object.attributes).flatMap(([name, value]) =>
        isNothing(value) ? [] : [[name, masked(value, object)] as const],
      ),
    );
    candidates.set(objectKey(object), { object, place, attributes, members: new Set() });
  }
  for (const { object, within } of only) {
    const owner = candidates.get(within ?? "");
    if (owner === undefined || !(object.kind in members)) continue;
    owner.members.add(`${object.name} ${object.attributes["type"] ?? ""}`);
    owner.memberKind = object.kind;
  }
  return [...candidates.values()];
}

function isNothing(value: AttributeValue): boolean {
  return value === "" || value === false || (Array.isArray(value) && value.length === 0);
}

/** A definition which states the object's own name is not another one for it. */
function masked(value: AttributeValue, { name }: SchemaObject): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const quoted = `"${name.replaceAll('"', '""')}"`;
  return value.replace(/"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/gu, (word) =>
    word === name || word === quoted ? "\0" : word,
  );
}

/** The most alike first, each once; of two that are as alike, the one with the same name in another schema. */
function byMembers(a: readonly Candidate[], b: readonly Candidate[], suggest: Suggest): void {
  const having = new Map<string, Candidate[]>();
  const named = new Map<string, Candidate[]>();
  for (const candidate of b) {
    if (candidate.members.size === 0) continue;
    add(named, candidate.object.name, candidate);
    for (const member of candidate.members) add(having, member, candidate);
  }
  const pairs: { from: Candidate; to: Candidate; common: number; all: number; weight: number }[] = [];
  for (const from of a) {
    const lists = [...from.members].map((member) => having.get(member) ?? []);
    const others = new Set(
      [...lists, named.get(from.object.name) ?? []].filter(({ length }) => length <= commonMember).flat(),
    );
    for (const to of others) {
      if (to.place !== from.place) continue;
      let common = 0;
      for (const member of from.members) if (to.members.has(member)) common++;
      const all = from.members.size + to.members.size - common;
      if (common < leastMembers || common / all < leastShare) continue;
      const sameName = from.object.name === to.object.name ? 1 : 0;
      pairs.push({ from, to, common, all, weight: common / all + sameName });
    }
  }
  pairs.sort((x, y) => y.weight - x.weight);
  const rivals = new Map<Candidate, number>();
  for (const { from, to, weight } of pairs)
    for (const one of [from, to]) {
      const best = rivals.get(one);
      // As good as another: neither is the one.
      if (best === undefined) rivals.set(one, weight);
      else if (best === weight) rivals.set(one, Number.POSITIVE_INFINITY);
    }
  for (const { from, to, common, all, weight } of pairs) {
    if (rivals.get(from) !== weight || rivals.get(to) !== weight) continue;
    const [word, words] = members[from.memberKind ?? "column"] ?? ["column", "columns"];
    suggest(
      from,
      to,
      common === all
        ? `${all === 1 ? `its ${word} is` : `all ${all} ${words} are`} equal`
        : `${common} of ${all} ${words} are equal`,
    );
  }
}

function add(lists: Map<string, Candidate[]>, key: string, candidate: Candidate): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [candidate]);
  else list.push(candidate);
}

function byAttributes(a: readonly Candidate[], b: readonly Candidate[], suggest: Suggest): void {
  const alike = new Map<string, { a: Candidate[]; b: Candidate[] }>();
  for (const [side, candidates] of [["a", a] as const, ["b", b] as const])
    for (const candidate of candidates) {
      // What has members was judged by them; and where there is nothing to compare, all are alike.
      if (candidate.members.size > 0 || candidate.attributes.size === 0) continue;
      const { place, attributes } = candidate;
      const signature = JSON.stringify([place, [...attributes].sort(([x], [y]) => (x < y ? -1 : 1))]);
      const group = alike.get(signature) ?? { a: [], b: [] };
      alike.set(signature, group);
      group[side].push(candidate);
    }
  for (const group of alike.values()) {
    const [from] = group.a;
    const [to] = group.b;
    if (group.a.length === 1 && group.b.length === 1 && from && to) {
      suggest(from, to, `all attributes are equal${placeWords(from, to)}`);
    } else if (group.a.length > 0) byPlace(group, suggest);
  }
}

/** Among several that are alike, those which stand at the same position. */
function byPlace(group: { a: readonly Candidate[]; b: readonly Candidate[] }, suggest: Suggest): void {
  const places = new Map(group.b.map((one) => [one.object.environment["position"], one]));
  for (const from of group.a) {
    const to = places.get(from.object.environment["position"]);
    if (to && atSamePlace(from, to)) suggest(from, to, "all attributes are equal, at the same place");
  }
}

function byMostAttributes(a: readonly Candidate[], b: readonly Candidate[], suggest: Suggest): void {
  const groups = new Map<string, { a: Candidate[]; b: Candidate[] }>();
  for (const [side, candidates] of [["a", a] as const, ["b", b] as const])
    for (const candidate of candidates) {
      if (candidate.members.size > 0) continue;
      const group = groups.get(candidate.place) ?? { a: [], b: [] };
      groups.set(candidate.place, group);
      group[side].push(candidate);
    }
  for (const group of groups.values()) {
    if (group.a.length * group.b.length > mostPairs) continue;
    for (const from of group.a) {
      const near = group.b.flatMap((to) => {
        const attribute = onlyDifference(from, to);
        return attribute === undefined ? [] : [{ to, attribute }];
      });
      const [found] = near;
      if (near.length !== 1 || found === undefined) continue;
      const { to, attribute } = found;
      if (group.a.some((other) => other !== from && onlyDifference(other, to) !== undefined)) continue;
      suggest(from, to, `all attributes but ${attribute} are equal${placeWords(from, to)}`);
    }
  }
}

/** The one attribute in which two differ that have enough in common; the same position counts like an attribute. */
function onlyDifference(a: Candidate, b: Candidate): string | undefined {
  let different: string | undefined;
  let equal = atSamePlace(a, b) ? 1 : 0;
  for (const name of new Set([...a.attributes.keys(), ...b.attributes.keys()])) {
    if (a.attributes.get(name) === b.attributes.get(name)) equal++;
    else if (different === undefined) different = name;
    else return undefined;
  }
  return equal >= leastMembers ? different : undefined;
}

function placeWords(a: Candidate, b: Candidate): string {
  return atSamePlace(a, b) ? ", at the same place" : "";
}

function atSamePlace({ object: a }: Candidate, { object: b }: Candidate): boolean {
  const { position } = a.environment;
  return position !== undefined && position === b.environment["position"];
}
