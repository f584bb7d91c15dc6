import { type Snapshot, snapshotOfKeyed } from "../../../schema/snapshot.ts";
import { dependenciesQuery, familiesOf, queryOf } from "./catalog.ts";
import { Objects } from "./objects.ts";
import type { RawRow, ReadRows } from "./rows.ts";

/** What is asked beside all objects, and how. */
interface Wishes {
  /** Objects are to know what they depend on. */
  readonly dependencies: boolean;
  /** On another connection, which sees the same moment: then `read` is asked twice, in one transaction. */
  readonly beside?: ReadRows | undefined;
}

/** What is read beside the others: what the server prints slowly, and what nothing else asks for. */
const besideOthers: ReadonlySet<string> = new Set(["constraints", "domain-constraints", "indexes"]);

/** What parts belong to. */
const wholes: ReadonlySet<string> = new Set(["schemas", "extensions", "relations", "types"]);

/**
 * Reads every object of the database, in one round trip or two.
 *
 * Rows are described as they come and then let go, and equal rows share what describes them: a database of 5,000 tables
 * has a hundred thousand objects, and hardly a thousand different ones.
 *
 * @param major the server's major version
 */
export async function readSnapshot(
  read: ReadRows,
  major: number,
  { dependencies, beside }: Wishes,
): Promise<Snapshot> {
  const families = familiesOf(major);
  const objects = new Objects(families, { addresses: dependencies });
  const dependsOn = new Map<string, string[]>();
  const take = (number: number, row: RawRow) => {
    if (number < families.length) objects.take(number, row);
    else depend(objects, dependsOn, row);
  };
  const queries = families.map((family) => queryOf(family));
  // They are the most rows of all, and neither a replay nor a comparison asks for them.
  const last = dependencies ? [dependenciesQuery] : [];
  if (beside === undefined) await read([...queries, ...last], take);
  else {
    const isBeside = families.map(({ name }) => besideOthers.has(name));
    const isWhole = families.map(({ name }) => wholes.has(name));
    await readBoth({ read, beside, isBeside, isWhole }, queries, take);
    if (dependencies) await read(last, (_, row) => take(families.length, row));
  }
  for (const [key, on] of dependsOn) {
    const object = objects.byKey.get(key);
    if (object !== undefined) object.dependsOn = on.sort();
  }
  return snapshotOfKeyed(objects.byKey, objects.blocked.sort());
}

/** Parts that come before the wholes which they belong to are held back. */
async function readBoth(
  how: {
    readonly read: ReadRows;
    readonly beside: ReadRows;
    readonly isBeside: readonly boolean[];
    readonly isWhole: readonly boolean[];
  },
  queries: readonly string[],
  take: (number: number, row: RawRow) => void,
): Promise<void> {
  const numbers = [...queries.keys()];
  const here = numbers.filter((number) => !how.isBeside[number]);
  const there = numbers.filter((number) => how.isBeside[number]);
  const held: (readonly [number: number, row: RawRow])[] = [];
  let complete = false;
  const release = () => {
    complete = true;
    for (const [number, row] of held.splice(0)) take(number, row);
  };
  const texts = (of: readonly number[]) => of.map((number) => queries[number] ?? "");
  const main = how
    .read(texts(here), (statement, row) => {
      const number = here[statement] ?? 0;
      if (!complete && !how.isWhole[number]) release();
      take(number, row);
    })
    .then(() => {
      if (!complete) release();
    });
  const other = how.beside(texts(there), (statement, row) => {
    const number = there[statement] ?? 0;
    if (complete) take(number, row);
    else held.push([number, row]);
  });
  // Neither is left alone while the connection is still answering.
  for (const outcome of await Promise.allSettled([main, other]))
    if (outcome.status === "rejected") throw outcome.reason;
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
