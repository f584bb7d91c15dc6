import { type Snapshot, snapshotOfKeyed } from "../../../schema/snapshot.ts";
import { dependenciesQuery, familiesOf, queryOf } from "./catalog.ts";
import { Objects } from "./objects.ts";
import type { RawRow, ReadRows } from "./rows.ts";

/**
 * Reads every object of the database in one round trip.
 *
 * Rows are described as they come and then let go, and equal rows share what describes them: a database of 5,000 tables
 * has a hundred thousand objects, and hardly a thousand different ones.
 *
 * @param major the server's major version
 * @param options.dependencies whether objects are to know what they depend on
 */
export async function readSnapshot(
  read: ReadRows,
  major: number,
  { dependencies }: { dependencies: boolean },
): Promise<Snapshot> {
  const families = familiesOf(major);
  const queries = families.map((family) => queryOf(family));
  // They are the most rows of all, and a replay does not ask for them.
  if (dependencies) queries.push(dependenciesQuery);
  const objects = new Objects(families, { addresses: dependencies });
  const dependsOn = new Map<string, string[]>();
  await read(queries, (statement, row) => {
    if (statement < families.length) objects.take(statement, row);
    else depend(objects, dependsOn, row);
  });
  for (const [key, on] of dependsOn) {
    const object = objects.byKey.get(key);
    if (object !== undefined) object.dependsOn = on.sort();
  }
  return snapshotOfKeyed(objects.byKey, objects.blocked.sort());
}

function depend(objects: Objects, dependsOn: Map<string, string[]>, row: RawRow): void {
  const [catalog = 0, oid = 0, column = 0, onCatalog = 0, onOid = 0, onColumn = 0] = row.map(Number);
  const from = objects.at(catalog, oid, column);
  const to = objects.at(onCatalog, onOid, onColumn);
  if (from === undefined || to === undefined || from === to) return;
  const on = dependsOn.get(from);
  if (on === undefined) dependsOn.set(from, [to]);
  else if (!on.includes(to)) on.push(to);
}
