import { type AttributeValue, objectKey, type SchemaObject } from "../../../schema/object.ts";
import { hashOf, type Snapshot, snapshotOf } from "../../../schema/snapshot.ts";
import { dotted } from "../../../sql/identifier.ts";
import type { Rows } from "../../engine.ts";
import { catalogQueries, type Family } from "./catalog.ts";
import { dependenciesOf } from "./dependencies.ts";
import { describe } from "./describe.ts";
import type { Described, Names, Row } from "./described.ts";

/**
 * Reads every object of the database in one round trip.
 *
 * @param run executes the statements as one message, in one read-only transaction with an empty search path
 * @param major the server's major version
 * @param options.dependencies whether objects are to know what they depend on
 */
export async function readSnapshot(
  run: (statements: string) => Promise<readonly Rows[]>,
  major: number,
  { dependencies }: { dependencies: boolean },
): Promise<Snapshot> {
  const queries = catalogQueries(major);
  // They are the most rows of all, and a replay does not ask for them.
  if (!dependencies) queries.delete("dependencies");
  const results = await run([...queries.values()].join(";\n"));
  const families = new Map<Family, Rows>([...queries.keys()].map((family, i) => [family, results[i] ?? []]));
  return assemble(families);
}

function assemble(families: ReadonlyMap<Family, Rows>): Snapshot {
  const byOid = (family: Family) =>
    new Map((families.get(family) ?? []).map((row) => [String(row["oid"]), row as Row]));
  const relations = byOid("relations");
  const types = byOid("types");
  const nameIn = (rows: ReadonlyMap<string, Row>) => (oid: unknown) => {
    const row = rows.get(String(oid));
    return row && { schema: String(row["schema"]), name: String(row["name"]) };
  };
  const names: Names = { relation: nameIn(relations), type: nameIn(types) };

  const described: Described[] = [];
  for (const [family, rows] of families) {
    if (family === "dependencies") continue;
    for (const row of rows) described.push(...describe[family](row as Row, names));
  }
  const keys = new Map<string, string>();
  for (const object of described)
    keys.set(object.address, objectKey({ kind: object.kind, identity: identityOf(object) }));
  const dependencies = dependenciesOf(families.get("dependencies") ?? [], keys);
  const unreadable = [...relations.values()]
    .filter((row) => row["blocked"] === true)
    .map((row) => dotted(String(row["schema"]), String(row["name"])));
  return snapshotOf(
    described.map((object) => finish(object, dependencies)),
    unreadable.sort(),
  );
}

function identityOf({ path, suffix }: Described): string {
  return dotted(...path) + (suffix ?? "");
}

function finish(object: Described, dependencies: ReadonlyMap<string, readonly string[]>): SchemaObject {
  const identity = identityOf(object);
  const { kind, schema, name, relation, attributes, definition, unreadable, shared = false } = object;
  const environment = Object.fromEntries(
    Object.entries(object.environment).filter(
      (entry): entry is [string, AttributeValue] => entry[1] !== undefined,
    ),
  );
  return {
    kind,
    identity,
    schema,
    name,
    attributes,
    environment,
    shared,
    // Computed when it is asked for: a replay takes hundreds of snapshots, and compares attributes.
    get hash() {
      return hashOf({ kind, identity, attributes });
    },
    dependsOn: dependencies.get(objectKey({ kind, identity })) ?? [],
    ...(relation !== undefined && { relation }),
    ...(definition !== undefined && { definition }),
    ...(unreadable && { unreadable }),
  };
}
