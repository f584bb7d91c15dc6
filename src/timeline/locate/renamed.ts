import { dotted, namePattern, ownersOf, spelledPlainly, splitDotted } from "../../sql/identifier.ts";
import { type Change, called, type Facts, factKey, factParts } from "../facts.ts";
import { reprintKey, type Timeline } from "../timeline.ts";
import { splitKey } from "./obstacles.ts";
import { type Naming, namingBy, type Thing, thingsIn } from "./things.ts";

/**
 * The timeline and the facts of a database, told by the names which things have in that database, so that a table is the same
 * table before and after it was renamed. What a statement did before that, and did not do here, is then no effect of the
 * renaming: a column that was to be dropped goes along under the table's new name, and one that was to be added does not.
 *
 * A renaming has one effect in it: what the thing is called.
 *
 * @returns undefined where nothing has several names, or it is not clear which of them the database has
 */
export function inNamesOfDatabase(
  timeline: Timeline,
  actual: Facts,
): { readonly timeline: Timeline; readonly actual: Facts } | undefined {
  const { tables, columns } = thingsIn(timeline, actual);
  const things = [...tables, ...columns];
  if (things.length === 0) return undefined;
  const naming = namingBy(tables, columns);
  const several = new Set(things.map(({ here }) => here));
  const reading = new Reading(tables, columns, naming);
  const reprints = new Map(timeline.reprints);
  const state = new Map<string, string>();

  const retold = (changes: readonly Change[]): Change[] => {
    const net = new Map<string, string | undefined>();
    // What has another name afterwards is gone and made at once: it is there.
    const set = (key: string, value: string | undefined) => {
      if (value !== undefined || !net.has(key)) net.set(key, value);
    };
    for (const [key, value] of changes) {
      const [object, attribute] = factParts(key);
      const named = naming(object);
      set(factKey(named, attribute), value);
      if (attribute === "" && several.has(named))
        set(factKey(named, called), value === undefined ? undefined : nameIn(object));
    }
    return [...net].filter(([key, value]) => {
      const before = state.get(key);
      if (value === undefined) state.delete(key);
      else state.set(key, value);
      if (value === undefined || before === undefined) return value !== before;
      return !reading.areSame(key, before, value);
    });
  };
  const migrations = timeline.migrations.map((migration) => ({
    ...migration,
    steps: migration.steps.map((step) => ({ ...step, changes: retold(step.changes) })),
  }));
  for (const { changes } of migrations.flatMap(({ steps }) => steps))
    for (const [key, value] of changes) {
      const real = actual.get(key);
      if (value === undefined || real === undefined || value === real) continue;
      if (reading.areSame(key, value, real)) reprints.set(reprintKey(key, value), real);
    }
  const volatile = new Set(timeline.volatile);
  for (const key of timeline.volatile) {
    const [object, attribute] = factParts(key);
    volatile.add(factKey(naming(object), attribute));
  }
  const names = things.map(({ here }) => [factKey(here, called), nameIn(here)] as const);
  return {
    timeline: { ...timeline, migrations, reprints, volatile },
    actual: new Map([...actual, ...names]),
  };
}

/** A table's whole name, and of a column its own. */
function nameIn(object: string): string {
  const [kind, identity] = splitKey(object);
  return kind === "table" ? identity : identity.slice((ownersOf(identity)[1] ?? "").length + 1);
}

/** What stands in quotes is a value: no name in it changes when something is renamed. */
const literal = "'(?:[^']|'')*'";
/** A word of a definition, or a name in quotes; a name with that of its schema. */
const word = new RegExp(`${literal}|${namePattern}`, "gu");
const dottedName = new RegExp(String.raw`${literal}|${namePattern}\.${namePattern}`, "gu");

/** Reads definitions in which a table or a column bears one of its names. */
class Reading {
  readonly #tables = new Map<string, string>();
  /** With their schemas. */
  readonly #places = new Map<string, string>();
  readonly #columns = new Map<string, Map<string, string>>();
  readonly #naming: Naming;

  constructor(tables: readonly Thing[], columns: readonly Thing[], naming: Naming) {
    this.#naming = naming;
    for (const { names, here } of tables)
      for (const name of names) {
        this.#tables.set(last(name), last(here));
        this.#places.set(splitKey(name)[1], splitKey(here)[1]);
      }
    for (const { names, here } of columns)
      for (const name of names) {
        const table = tableOf(here);
        const known = this.#columns.get(table) ?? new Map<string, string>();
        this.#columns.set(table, known.set(last(name), last(here)));
      }
  }

  /** Whether two values of a fact differ in nothing but these names. */
  areSame(key: string, one: string, other: string): boolean {
    if (one === other) return true;
    const [object, attribute] = factParts(key);
    // The text of a function is its author's: it stays as it is when something is renamed.
    if (attribute === called || object.startsWith("function ")) return false;
    return this.#read(object, one) === this.#read(object, other);
  }

  #read(object: string, text: string): string {
    const moved = text.replaceAll(dottedName, (spelled) => this.#places.get(spelled) ?? spelled);
    const read = moved.replaceAll(
      word,
      (spelled) => this.#tables.get(spelledPlainly(spelled)) ?? spelledPlainly(spelled),
    );
    const words = new Set(read.match(word));
    const own = tableOf(this.#naming(object));
    // A column's name is one in the definitions of its table, and of what speaks of that table.
    const columns = [...this.#columns].filter(
      ([table]) => table === own || words.has(last(`table ${table}`)),
    );
    return columns.reduce(
      (done, [, names]) => done.replaceAll(word, (spelled) => names.get(spelledPlainly(spelled)) ?? spelled),
      read,
    );
  }
}

/** The last part of a name, as a definition spells it. */
function last(object: string): string {
  return dotted(splitDotted(splitKey(object)[1]).parts.at(-1) ?? "");
}

function tableOf(object: string): string {
  return ownersOf(splitKey(object)[1])[1] ?? "";
}
