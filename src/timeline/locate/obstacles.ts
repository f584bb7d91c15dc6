import type { SchemaObject } from "../../schema/object.ts";
import type { Snapshot } from "../../schema/snapshot.ts";
import { dotted } from "../../sql/identifier.ts";
import { factParts } from "../facts.ts";
import type { Timeline } from "../timeline.ts";

/** A relation which bears the name of one of ours and is another application's. No plan may touch it. */
export interface Obstacle {
  /** `public.account`. */
  readonly relation: string;
  readonly kind: string;
  /** Columns which it has in common with ours, and which only one of the two has. */
  readonly common: readonly string[];
  readonly onlyHere: readonly string[];
  readonly onlyOurs: readonly string[];
}

/** Two tables with fewer columns in common than this are not one table. */
const leastOverlap = 0.5;
/** With a key of a type that ours never had, more must be in common. */
const leastOverlapWithOtherKey = 0.8;

type Columns = ReadonlyMap<string, string>;

/**
 * Finds relations which are in the way: a table whose columns are not those that ours ever had, or a relation of
 * another kind. What is compared is every shape which a table takes on the timeline, not only the last.
 */
export function obstaclesOf(timeline: Timeline, snapshot: Snapshot): Obstacle[] {
  const shapes = shapesOf(timeline);
  const parts = partsOf(snapshot);
  const obstacles: Obstacle[] = [];
  for (const object of snapshot.objects.values()) {
    if (!occupiesRelationName(object)) continue;
    const relation = dotted(object.schema, object.name);
    const ours = shapes.get(relation);
    if (ours === undefined || ours.everMade.has(object.kind)) {
      if (ours === undefined || object.kind !== "table") continue;
      const obstacle = compareTable(relation, parts.get(relation), ours.versions);
      if (obstacle !== undefined) obstacles.push(obstacle);
      continue;
    }
    obstacles.push({ relation, kind: object.kind, common: [], onlyHere: [], onlyOurs: [] });
  }
  return obstacles;
}

/** Whether an object is an obstacle, or part of one. */
export function isPartOf(obstacles: ReadonlySet<string>, object: SchemaObject): boolean {
  if (obstacles.size === 0) return false;
  const own = dotted(object.schema, object.relation ?? object.name);
  const owner = object.attributes["ownedBy"];
  return obstacles.has(own) || (typeof owner === "string" && obstacles.has(owner));
}

const relationKinds: ReadonlySet<string> = new Set(["table", "view", "materialized-view", "sequence"]);

function occupiesRelationName({ kind }: SchemaObject): boolean {
  return relationKinds.has(kind);
}

/** For each relation name of the timeline: the kinds it ever had, and the sets of columns that it had as a table. */
function shapesOf(timeline: Timeline): Map<string, { everMade: Set<string>; versions: Columns[] }> {
  const shapes = new Map<string, { everMade: Set<string>; versions: Columns[]; now: Map<string, string> }>();
  const shapeOf = (relation: string) => {
    const shape = shapes.get(relation) ?? {
      everMade: new Set<string>(),
      versions: [],
      now: new Map<string, string>(),
    };
    shapes.set(relation, shape);
    return shape;
  };
  for (const step of timeline.migrations.flatMap(({ steps }) => steps)) {
    const touched = new Set<string>();
    for (const [key, value] of step.changes) {
      const [object, attribute] = factParts(key);
      const [kind, identity] = splitKey(object);
      if (relationKinds.has(kind) && attribute === "" && value !== undefined)
        shapeOf(identity).everMade.add(kind);
      if (kind !== "column" || attribute !== "type") continue;
      const [relation, column] = splitColumn(identity);
      const { now } = shapeOf(relation);
      if (value === undefined) now.delete(column);
      else now.set(column, value);
      touched.add(relation);
    }
    for (const relation of touched) {
      const shape = shapeOf(relation);
      if (shape.now.size > 0) shape.versions.push(new Map(shape.now));
    }
  }
  return shapes;
}

function compareTable(
  relation: string,
  parts: TableParts | undefined,
  versions: readonly Columns[],
): Obstacle | undefined {
  if (versions.length === 0) return undefined;
  const { columns: here, key } = parts ?? { columns: new Map<string, string>(), key: [] };
  const overlap = (version: Columns) => {
    const common = [...here.keys()].filter((column) => version.has(column)).length;
    const union = here.size + version.size - common;
    return union === 0 ? 1 : common / union;
  };
  const closest = versions.reduce((best, version) => (overlap(version) > overlap(best) ? version : best));
  const otherKey = key.some(
    (column) => !versions.some((version) => version.get(column) === here.get(column)),
  );
  const least = otherKey ? leastOverlapWithOtherKey : leastOverlap;
  if (overlap(closest) >= least) return undefined;
  return {
    relation,
    kind: "table",
    common: [...here.keys()].filter((column) => closest.has(column)),
    onlyHere: [...here.keys()].filter((column) => !closest.has(column)),
    onlyOurs: [...closest.keys()].filter((column) => !here.has(column)),
  };
}

interface TableParts {
  readonly columns: Map<string, string>;
  key: readonly string[];
}

/** Columns with their types, and the columns of the primary key, of every table. */
function partsOf(snapshot: Snapshot): Map<string, TableParts> {
  const tables = new Map<string, TableParts>();
  for (const { kind, schema, relation, name, attributes } of snapshot.objects.values()) {
    if (relation === undefined || (kind !== "column" && kind !== "constraint")) continue;
    const table = dotted(schema, relation);
    const parts = tables.get(table) ?? { columns: new Map<string, string>(), key: [] };
    tables.set(table, parts);
    if (kind === "column") parts.columns.set(dotted(name), String(attributes["type"]));
    else if (attributes["type"] === "primary key") {
      const inside = /\(([^)]*)\)/.exec(String(attributes["definition"]))?.[1] ?? "";
      parts.key = inside.split(",").map((column) => column.trim());
    }
  }
  return tables;
}

/** `column public.users.email` is a kind and an identity. */
export function splitKey(objectKey: string): readonly [kind: string, identity: string] {
  const space = objectKey.indexOf(" ");
  return [objectKey.slice(0, space), objectKey.slice(space + 1)];
}

/** Takes the last part off an identity, whose parts may be quoted and hold dots. */
export function splitColumn(identity: string): readonly [relation: string, column: string] {
  const column = /(?:^|\.)((?:"(?:[^"]|"")*")|[^."]+)$/.exec(identity)?.[1] ?? identity;
  return [identity.slice(0, Math.max(0, identity.length - column.length - 1)), column];
}
