import type { SchemaObject } from "../schema/object.ts";
import { objectKey } from "../schema/object.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { dotted, quoteIdentifier } from "../sql/identifier.ts";

/**
 * What makes a database not empty: everything but schemas and extensions, which hosting providers put into new databases.
 *
 * @returns keys of the objects
 */
export function contentsOf({ objects }: Snapshot): string[] {
  return [...objects.values()].filter(({ shared }) => !shared).map(objectKey);
}

/**
 * Statements which drop what a database holds now and did not hold before, each with all that depends on it. Each is to be
 * sent on its own: an earlier one may have dropped it already.
 */
export function dropsSince(before: Snapshot, now: Snapshot): string[] {
  const added = [...now.objects].filter(([key]) => !before.objects.has(key)).map(([, object]) => object);
  return [
    // What belongs to an extension cannot be dropped without it; and a schema takes most things with it.
    ...added.filter(({ kind }) => kind === "extension"),
    ...added.filter(({ kind }) => kind === "schema"),
    ...added.filter(({ kind }) => kind !== "extension" && kind !== "schema"),
  ].flatMap((object) => dropOf(object) ?? []);
}

const words: Partial<Record<SchemaObject["kind"], string>> = {
  table: "TABLE",
  view: "VIEW",
  "materialized-view": "MATERIALIZED VIEW",
  sequence: "SEQUENCE",
  function: "ROUTINE",
  enum: "TYPE",
  type: "TYPE",
  domain: "DOMAIN",
};

/** Parts of a table or a type go with it: there was none of them, since the database was empty. */
function dropOf(object: SchemaObject): string | undefined {
  const { kind, schema, name, identity, attributes } = object;
  if (kind === "extension" || kind === "schema") {
    return `DROP ${kind.toUpperCase()} IF EXISTS ${quoteIdentifier(name)} CASCADE`;
  }
  const word = kind === "table" && attributes["foreign"] === true ? "FOREIGN TABLE" : words[kind];
  if (word === undefined) return undefined;
  // A function's identity ends with the types of its arguments, as the server itself writes them.
  const suffix = kind === "function" ? identity.slice(dotted(schema, name).length) : "";
  return `DROP ${word} IF EXISTS ${quoteIdentifier(schema)}.${quoteIdentifier(name)}${suffix} CASCADE`;
}
