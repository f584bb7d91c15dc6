import type { SchemaObject } from "../../src/schema/object.ts";
import { hashOf, type Snapshot, snapshotOf } from "../../src/schema/snapshot.ts";
import { changesBetween, factsOf } from "../../src/timeline/facts.ts";
import type { Timeline, TimelineMigration } from "../../src/timeline/timeline.ts";

/** Numbers that look random and are the same for the same seed. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 1) >>> 0;
  }
  /** 0 to sides - 1. */
  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * sides);
  }
  pick<T>(from: readonly T[]): T {
    const picked = from[this.roll(from.length)];
    if (picked === undefined) throw new RangeError("nothing to pick from");
    return picked;
  }
}

type Column = { type: string; notNull: boolean; default: string };
type Table = { columns: Map<string, Column>; indexes: Map<string, string> };
/** A toy database: enough of DDL to have renames, tables made twice, and statements that undo one another. */
export interface World {
  tables: Map<string, Table>;
  views: Map<string, string>;
}
/** Executes a statement; false: it was refused, and nothing happened. */
export type Act = (world: World) => boolean;

const emptyWorld = (): World => ({ tables: new Map(), views: new Map() });

const types = ["int", "text", "uuid"];

/** A statement which might succeed on this world. */
function randomAct(dice: Dice): Act {
  const table = dice.pick(["a", "b", "c"]);
  const other = dice.pick(["a", "b", "c", "d"]);
  const column = dice.pick(["x", "y", "z"]);
  const type = dice.pick(types);
  const onColumn =
    (change: (column: Column) => void): Act =>
    ({ tables }) => {
      const found = tables.get(table)?.columns.get(column);
      if (found !== undefined) change(found);
      return found !== undefined;
    };
  const acts: Act[] = [
    ({ tables, views }) => {
      if (tables.has(table) || views.has(table)) return false;
      const columns = ["id", column].map(
        (name) => [name, { type, notNull: name === "id", default: "" }] as const,
      );
      tables.set(table, { columns: new Map(columns), indexes: new Map() });
      return true;
    },
    ({ tables }) => tables.delete(table),
    ({ tables }) => {
      const columns = tables.get(table)?.columns;
      if (columns === undefined || columns.has(column)) return false;
      columns.set(column, { type, notNull: false, default: "" });
      return true;
    },
    ({ tables }) => tables.get(table)?.columns.delete(column) ?? false,
    onColumn((found) => {
      found.type = type;
    }),
    onColumn((found) => {
      found.notNull = true;
    }),
    onColumn((found) => {
      found.notNull = false;
    }),
    onColumn((found) => {
      found.default = dice.pick(["", "1", "2"]);
    }),
    ({ tables }) => {
      const columns = tables.get(table)?.columns;
      const found = columns?.get(column);
      if (columns === undefined || found === undefined || columns.has("w")) return false;
      columns.delete(column);
      columns.set("w", found);
      return true;
    },
    ({ tables, views }) => {
      const found = tables.get(table);
      if (found === undefined || tables.has(other) || views.has(other)) return false;
      tables.delete(table);
      tables.set(other, found);
      return true;
    },
    ({ tables }) => {
      const indexes = tables.get(table)?.indexes;
      if (indexes === undefined || indexes.has(`i_${table}`)) return false;
      indexes.set(`i_${table}`, column);
      return true;
    },
    ({ tables }) => tables.get(table)?.indexes.delete(`i_${table}`) ?? false,
    ({ views }) => {
      views.set(`v_${table}`, column);
      return true;
    },
    ({ views }) => views.delete(`v_${table}`),
    () => true,
  ];
  const act = dice.pick(acts);
  return act;
}

const object = (
  kind: SchemaObject["kind"],
  path: string[],
  attributes: SchemaObject["attributes"],
): SchemaObject => {
  const identity = ["public", ...path].join(".");
  const isPart = kind === "column" || kind === "index";
  return {
    kind,
    identity: kind === "index" ? `public.${path[1]}` : identity,
    schema: "public",
    name: path.at(-1) ?? "",
    ...(isPart && { relation: path[0] ?? "" }),
    attributes,
    environment: {},
    hash: hashOf({ kind, identity, attributes }),
    dependsOn: [],
    shared: false,
  };
};

export function snapshotOfWorld({ tables, views }: World): Snapshot {
  const objects: SchemaObject[] = [];
  for (const [name, { columns, indexes }] of tables) {
    objects.push(object("table", [name], {}));
    for (const [column, attributes] of columns)
      objects.push(object("column", [name, column], { ...attributes }));
    for (const [index, on] of indexes)
      objects.push(object("index", [name, index], { definition: `${name} (${on})`, valid: true }));
  }
  for (const [name, definition] of views) objects.push(object("view", [name], { definition }));
  return snapshotOf(objects);
}

export interface Invented {
  /** The acts of each migration. */
  readonly migrations: readonly (readonly Act[])[];
  /** One step for each act that changes something. */
  readonly refined: Timeline;
  /** One step for each migration. */
  readonly coarse: Timeline;
}

/** Invents a history all of whose statements succeed when they are executed in order. */
export function invent(dice: Dice, wanted: { migrations: number; statements: number }): Invented {
  const world = emptyWorld();
  const migrations: Act[][] = [];
  const refined: TimelineMigration[] = [];
  const coarse: TimelineMigration[] = [];
  for (let m = 0; m < wanted.migrations; m++) {
    const acts: Act[] = [];
    const start = factsOf(snapshotOfWorld(world));
    const steps: { statement: number; changes: ReturnType<typeof changesBetween> }[] = [];
    const count = 1 + dice.roll(wanted.statements);
    for (let tries = 0; acts.length < count && tries < 200; tries++) {
      const seed = dice.roll(2 ** 31);
      const before = factsOf(snapshotOfWorld(world));
      const act: Act = (on) => randomAct(new Dice(seed))(on);
      if (!act(world)) continue;
      const changes = changesBetween(before, factsOf(snapshotOfWorld(world)));
      if (changes.length > 0) steps.push({ statement: acts.length, changes });
      acts.push(act);
    }
    migrations.push(acts);
    const changes = changesBetween(start, factsOf(snapshotOfWorld(world)));
    const told = {
      name: `m${m}`,
      statements: acts.map((_, i) => ({ kind: "schema" as const, line: i + 1, text: "" })),
      replayed: true,
    };
    refined.push({ ...told, refined: true, steps });
    coarse.push({ ...told, refined: false, steps: changes.length > 0 ? [{ changes }] : [] });
  }
  const rest = { base: new Set<string>(), volatile: new Set<string>(), reprints: new Map<string, string>() };
  return { migrations, refined: { migrations: refined, ...rest }, coarse: { migrations: coarse, ...rest } };
}

/** What remains of a world when some acts are executed; false in `ran` for acts that were skipped or refused. */
export function execute(
  migrations: readonly (readonly Act[])[],
  wanted: (migration: number, statement: number) => boolean,
): { world: World; ran: boolean[][] } {
  const world = emptyWorld();
  const ran = migrations.map((acts, m) => acts.map((act, s) => wanted(m, s) && act(world)));
  return { world, ran };
}
