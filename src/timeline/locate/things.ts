import { dotted, ownersOf, splitDotted } from "../../sql/identifier.ts";
import { columnRenameOf, moveOf, renameOf } from "../../sql/postgres-renames.ts";
import { applyChanges, type Change, type Facts, factKey, factParts } from "../facts.ts";
import type { Timeline } from "../timeline.ts";
import { splitKey } from "./obstacles.ts";

/** A table or column that has one name after the other on the timeline, and one of them in the database. */
export interface Thing {
  /** Keys of objects; those of columns with the name which their table has in the database. */
  readonly names: ReadonlySet<string>;
  /** The one that the database has. */
  readonly here: string;
}

/** Tells a key of an object on the timeline by the names which things have in the database. */
export type Naming = (object: string) => string;

/** Parts whose identity begins with their table's. */
const partKinds: ReadonlySet<string> = new Set(["column", "constraint", "trigger", "policy", "rule"]);

/** The things which have several names on the timeline, as far as each of these names is theirs alone. */
export function thingsIn(
  timeline: Timeline,
  actual: Facts,
): { readonly tables: readonly Thing[]; readonly columns: readonly Thing[] } {
  const same: Naming = (object) => object;
  const tables = clearlyNamed(renamesIn(timeline, same, "table"), { timeline, actual, naming: same });
  const naming = namingBy(tables);
  const columns = clearlyNamed(renamesIn(timeline, naming, "column"), { timeline, actual, naming });
  return { tables, columns };
}

/** Names things, and the parts of tables, as the database does. */
export function namingBy(tables: readonly Thing[], columns: readonly Thing[] = []): Naming {
  const byName = (things: readonly Thing[]) =>
    new Map(things.flatMap(({ names, here }) => [...names].map((name) => [name, here] as const)));
  const [tableByName, columnByName] = [byName(tables), byName(columns)];
  return (object) => {
    const own = tableByName.get(object);
    if (own !== undefined) return own;
    const [kind, identity] = splitKey(object);
    if (!partKinds.has(kind)) return object;
    const owner = ownersOf(identity)[1] ?? "";
    const table = tableByName.get(`table ${owner}`) ?? `table ${owner}`;
    const named = `${kind} ${splitKey(table)[1]}${identity.slice(owner.length)}`;
    return columnByName.get(named) ?? named;
  };
}

/** All names of one thing, for each that gets another one. */
function renamesIn(timeline: Timeline, naming: Naming, kind: "table" | "column"): Set<Set<string>> {
  const groups = new Map<string, Set<string>>();
  const there = new Map<string, string>();
  for (const { steps, statements } of timeline.migrations) {
    for (const { statement, changes } of steps) {
      const own = statement === undefined ? statements : statements.slice(statement, statement + 1);
      const texts = own.map(({ text }) => text);
      for (const [from, to] of renamed({ changes, there, texts, kind })) {
        const [one, other] = [naming(from), naming(to)];
        if (one === other) continue;
        const joined = new Set([...(groups.get(one) ?? [one]), ...(groups.get(other) ?? [other])]);
        for (const name of joined) groups.set(name, joined);
      }
      applyChanges(changes, there);
    }
  }
  return new Set(groups.values());
}

interface StepSeen {
  readonly changes: readonly Change[];
  /** Before it. */
  readonly there: Facts;
  readonly texts: readonly string[];
  readonly kind: "table" | "column";
}

/** What a step gives another name: its statements say so, or it does it in code, and all else is the same. */
function renamed({ changes, there, texts, kind }: StepSeen): [from: string, to: string][] {
  const ofKind = changes.filter(([key]) => key.startsWith(`${kind} `) && key.endsWith("\n"));
  const gone = ofKind.filter(([key, value]) => value === undefined && there.has(key));
  const made = ofKind.filter(([key, value]) => value !== undefined && !there.has(key));
  if (gone.length === 0 || made.length === 0) return [];
  const inCode = texts.some((text) => /^(?:DO|SELECT|CALL|WITH)\b/i.test(text));
  const alike = kind === "table" ? haveSameColumns : areSameColumn;
  return gone.flatMap(([from]) =>
    made.flatMap(([to]): [string, string][] => {
      const [a, b] = [factParts(from)[0], factParts(to)[0]];
      const isSaid = texts.some((text) => (kind === "table" ? saysTable : saysColumn)(text, a, b));
      return isSaid || (inCode && alike({ changes, there }, a, b)) ? [[a, b]] : [];
    }),
  );
}

function saysTable(text: string, from: string, to: string): boolean {
  const [former, later] = [partsOf(from), partsOf(to)];
  const rename = renameOf(text);
  if (rename !== undefined)
    return endsWith(former, rename.from) && rename.to === later.at(-1) && former[0] === later[0];
  const move = moveOf(text);
  return move !== undefined && endsWith(former, move.from) && move.to === later[0] && former[1] === later[1];
}

function saysColumn(text: string, from: string, to: string): boolean {
  const rename = columnRenameOf(text);
  const [former, later] = [partsOf(from), partsOf(to)];
  return rename !== undefined && rename.from === former.at(-1) && rename.to === later.at(-1)
    ? endsWith(former.slice(0, -1), rename.table) || endsWith(later.slice(0, -1), rename.table)
    : false;
}

const partsOf = (object: string) => splitDotted(splitKey(object)[1]).parts;

function endsWith(parts: readonly string[], end: readonly string[]): boolean {
  return end.length > 0 && dotted(...parts.slice(-end.length)) === dotted(...end);
}

type Seen = Pick<StepSeen, "changes" | "there">;

function haveSameColumns({ changes, there }: Seen, from: string, to: string): boolean {
  const columns = (keys: Iterable<string>, table: string) => {
    const before = `column ${splitKey(table)[1]}.`;
    return [...keys].flatMap((key) => (key.startsWith(before) ? [key.slice(before.length)] : [])).toSorted();
  };
  const made = changes.flatMap(([key, value]) => (value === undefined ? [] : [key]));
  const [former, later] = [columns(there.keys(), from), columns(made, to)];
  return former.length > 0 && former.join("\0") === later.join("\0");
}

function areSameColumn({ changes, there }: Seen, from: string, to: string): boolean {
  const type = new Map(changes).get(factKey(to, "type"));
  const sameTable = ownersOf(splitKey(from)[1])[1] === ownersOf(splitKey(to)[1])[1];
  return sameTable && type !== undefined && there.get(factKey(from, "type")) === type;
}

/** Things of whose names never two are there at once, on the timeline or in the database, and one is in the database. */
function clearlyNamed(
  groups: ReadonlySet<ReadonlySet<string>>,
  told: { readonly timeline: Timeline; readonly actual: Facts; readonly naming: Naming },
): Thing[] {
  const groupOf = new Map([...groups].flatMap((names) => [...names].map((name) => [name, names] as const)));
  if (groupOf.size === 0) return [];
  const unclear = new Set<ReadonlySet<string>>();
  const there = new Set<string>();
  for (const { changes } of told.timeline.migrations.flatMap(({ steps }) => steps)) {
    const touched = new Set<ReadonlySet<string>>();
    // What is renamed is gone under one name before it is there under the other.
    for (const isThere of [false, true])
      for (const [key, value] of changes) {
        if (!key.endsWith("\n") || (value !== undefined) !== isThere) continue;
        const name = told.naming(factParts(key)[0]);
        const names = groupOf.get(name);
        if (names === undefined) continue;
        touched.add(names);
        if (isThere) there.add(name);
        else there.delete(name);
      }
    for (const names of touched)
      if ([...names].filter((name) => there.has(name)).length > 1) unclear.add(names);
  }
  return [...groups].flatMap((names) => {
    const [here, ...more] = [...names].filter((name) => told.actual.has(factKey(name, "")));
    return here === undefined || more.length > 0 || unclear.has(names) ? [] : [{ names, here }];
  });
}
