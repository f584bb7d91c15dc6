import { inOrder } from "../engines/object-order.ts";
import type { ObjectSql, Objects } from "../engines/object-sql.ts";
import { objectKey, type SchemaObject } from "../schema/object.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { dotted, quoteIdentifier } from "../sql/identifier.ts";
import {
  namesCreated,
  publicationsMentioned,
  schemasMentioned,
  takesColumns,
} from "../sql/postgres-mentions.ts";
import type { Statement } from "../sql/statement.ts";
import type { Shadow } from "./shadow.ts";

/**
 * What migrations stand on and none of them makes: tables, types and functions of a host or of another application, in
 * schemas of its own, as they are in the real database.
 */
export interface Ground {
  /** The schemas which they are in, and publications. */
  readonly names: readonly string[];
  /** Make them, each by itself; what a shadow cannot make is left out there. */
  readonly statements: readonly string[];
}

/** What a ground is looked for with. */
export interface GroundWishes {
  /** Of the real database, with what depends on what. */
  readonly snapshot: Snapshot;
  /** The schema in which the migrations run. */
  readonly schema: string;
  readonly scripts: readonly { readonly sql: string; readonly statements: readonly Statement[] }[];
  readonly sql: ObjectSql;
}

/**
 * Finds what migrations mention of schemas that are not theirs. Of tables it takes what others may refer to: columns, keys and
 * what guards that values differ; no triggers, policies or rows.
 *
 * @returns undefined where there is nothing, and where something takes the columns which a table of others had at that
 *   moment: today it may have others
 * @example
 * groundOf(wishes)?.statements; // ['CREATE SCHEMA "auth"', 'CREATE TABLE "auth"."users" ("id" uuid NOT NULL)', ...]
 */
export function groundOf({ snapshot, schema, scripts, sql }: GroundWishes): Ground | undefined {
  const { objects } = snapshot;
  const text = scripts.map((script) => script.sql).join("\n");
  const isTheirs = isOfOthers(objects, schema, text);
  const mentioned = schemasMentioned(text);
  const wanted = new Map<string, SchemaObject>();
  const want = (object: SchemaObject) => {
    if (wanted.has(objectKey(object)) || !isTheirs(object)) return;
    wanted.set(objectKey(object), object);
    for (const key of object.dependsOn) {
      const needed = objects.get(key);
      if (needed !== undefined) want(needed);
    }
    const place = objects.get(`schema ${dotted(object.schema)}`);
    if (place !== undefined) want(place);
  };
  const published = publicationsMentioned(text);
  for (const object of objects.values()) {
    const { kind, name } = object;
    const isMentioned =
      kind === "publication" ? published.has(name) : mentioned.has(kind === "schema" ? name : object.schema);
    if (isMentioned) want(object);
  }
  const schemas = [...wanted.values()].flatMap(({ kind, name }) => (kind === "schema" ? [name] : []));
  if (wanted.size === 0) return undefined;
  const copies = scripts.some(({ statements }) =>
    statements.some(
      (statement) =>
        takesColumns(statement.text) && schemas.some((one) => schemasMentioned(statement.text).has(one)),
    ),
  );
  if (copies) return undefined;
  const ordered = inOrder([...wanted.values()], objects);
  const places = ordered.toSorted((a, b) => rank(a) - rank(b));
  const statements = places.flatMap((object) => making(object, sql, objects));
  const names = [...wanted.values()].flatMap(({ kind, name }) =>
    kind === "schema" || kind === "publication" ? [name] : [],
  );
  return { names: names.toSorted(), statements };
}

/** Not what the migrations create, nor anything that stands on it. */
function isOfOthers(objects: Objects, schema: string, text: string): (object: SchemaObject) => boolean {
  const { whole, indexes } = namesCreated(text);
  const created = new Set(whole.map((parts) => dotted(...parts)));
  const own = new Set(indexes);
  const known = new Map<string, boolean>();
  const isTheirs = (object: SchemaObject): boolean => {
    const key = objectKey(object);
    const found = known.get(key);
    if (found !== undefined) return found;
    // Of those which need each other, the first decides.
    known.set(key, true);
    const answer =
      isGround(object) &&
      object.schema !== schema &&
      !(object.kind === "schema" && object.name === schema) &&
      !created.has(dotted(object.schema, object.relation ?? object.name)) &&
      !(object.kind === "index" && own.has(object.name)) &&
      object.dependsOn.every((one) => {
        const needed = objects.get(one);
        return needed === undefined || needed.shared || isTheirs(needed);
      });
    known.set(key, answer);
    return answer;
  };
  return isTheirs;
}

const groundKinds: ReadonlySet<SchemaObject["kind"]> = new Set([
  "schema",
  "extension",
  "table",
  "column",
  "sequence",
  "view",
  "function",
  "enum",
  "enum-value",
  "domain",
  "type",
  "collation",
  "publication",
]);

function isGround({ kind, attributes, definition = "", environmental }: SchemaObject): boolean {
  if (environmental) return false;
  if (kind === "constraint") return attributes["type"] === "primary key" || attributes["type"] === "unique";
  if (kind === "index") return /^CREATE UNIQUE /.test(definition);
  return groundKinds.has(kind);
}

/** What an object needs of its schema, and of an extension's functions, no dependency tells. */
function rank({ kind }: SchemaObject): number {
  return kind === "schema" ? 0 : kind === "extension" ? 1 : 2;
}

function making(object: SchemaObject, sql: ObjectSql, among: Objects): readonly string[] {
  switch (object.kind) {
    case "column":
    case "enum-value":
      return [];
    case "extension":
      return [
        `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(object.name)} SCHEMA ${quoteIdentifier(object.schema)}`,
      ];
    case "schema":
      return [`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(object.name)}`];
    default:
      return sql.make(object, among) ?? [];
  }
}

/** The same shadow, whose databases are no longer empty: the migrations find there what they stand on. */
export function onGround(shadow: Shadow, { statements }: Ground): Shadow {
  return {
    ...shadow,
    fresh: async () => {
      const session = await shadow.fresh();
      // A body may name what is not there: it is not looked into where it was dumped either.
      await session.script("SET check_function_bodies = off");
      for (const statement of statements) await session.script(statement);
      await session.script("RESET check_function_bodies");
      return session;
    },
  };
}
