import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { postgres } from "../../src/engines/postgres/engine.ts";
import { existence } from "../../src/engines/postgres/existence.ts";
import { drop } from "../../src/engines/postgres/object-sql/drop.ts";
import { make } from "../../src/engines/postgres/object-sql/make.ts";
import { openSession } from "../../src/engines/postgres/session.ts";
import { objectKey, type SchemaObject } from "../../src/schema/object.ts";
import type { Snapshot } from "../../src/schema/snapshot.ts";
import { execute, roles, statementsFor } from "../clone/every-kind/fill.ts";
import { makeDatabase, type TestDatabase } from "../heart/database.ts";
import { startPostgres, type TestServer } from "../servers/postgres.ts";

let server: TestServer;
let database: TestDatabase;
let snapshot: Snapshot;
before(async () => {
  server = await startPostgres({ major: 15, settings: { wal_level: "logical" } });
  database = await makeDatabase(server);
  await database.run(roles);
  assert.deepEqual(await execute(database, statementsFor(15, { contrib: true })), []);
  // As an undo runs: names are qualified, and no event trigger is the test's matter.
  await database.run("SET search_path = ''; SET session_replication_role = replica");
  await database.run("ALTER EVENT TRIGGER always DISABLE; ALTER EVENT TRIGGER replica DISABLE");
  const session = await openSession(postgres.parse(database.url));
  snapshot = await session.snapshot().finally(() => session.close());
});
after(async () => {
  await database?.end();
  await server?.stop();
});

async function isThere(object: Pick<SchemaObject, "kind" | "identity">): Promise<unknown> {
  const [answer] = await database.run(`SELECT ${existence(object)} AS there`);
  return answer?.rows[0]?.["there"];
}

test("an assertion finds every object of every kind", async () => {
  for (const object of snapshot.objects.values())
    assert.equal(await isThere(object), true, objectKey(object));
});

/** Others stand on it, or it has it from another: a parent, a partitioned table, a table's type. */
const kept = new Set(["2BP01", "42P16", "42809"]);

/** What can be removed without others, and how often it could be made again. */
async function removeAndMake(object: SchemaObject): Promise<"kept" | "removed" | "made"> {
  const removal = drop([object], snapshot.objects);
  if (removal === undefined) return "kept";
  await database.run("BEGIN");
  try {
    await database.run(removal);
    assert.equal(await isThere(object), false, `${removal}\nleaves ${objectKey(object)}`);
    const statements = make(object, snapshot.objects);
    if (statements === undefined) return "removed";
    for (const statement of statements) await database.run(statement);
    if (statements.length > 0) assert.equal(await isThere(object), true, statements.join("\n"));
    return "made";
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== undefined && kept.has(code)) return "kept";
    throw new Error(`${objectKey(object)}: ${(error as Error).message}\n${removal}`, { cause: error });
  } finally {
    await database.run("ROLLBACK");
  }
}

test("what is removed is gone, and what is made again is there", async () => {
  const outcomes = new Map<string, Set<string>>();
  for (const object of snapshot.objects.values()) {
    const outcome = await removeAndMake(object);
    outcomes.set(object.kind, (outcomes.get(object.kind) ?? new Set()).add(outcome));
  }
  const made = [...outcomes].filter(([, all]) => all.has("made")).map(([kind]) => kind);
  assert.deepEqual(
    remakable.filter((kind) => !made.includes(kind)),
    [],
  );
});

/** Of these kinds at least one object of the schema can be removed without others and be made again. */
const remakable = [
  "cast",
  "collation",
  "column",
  "constraint",
  "conversion",
  "event-trigger",
  "function",
  "index",
  "operator",
  "policy",
  "publication",
  "publication-schema",
  "publication-table",
  "rule",
  "sequence",
  "statistics",
  "table",
  "trigger",
  "view",
];

test("the attributes of what is made again are what they were", async () => {
  const kinds = new Set(["cast", "collation", "conversion", "event-trigger", "operator", "statistics"]);
  const objects = [...snapshot.objects.values()].filter(
    ({ kind }) => kinds.has(kind) || kind.startsWith("publication"),
  );
  let compared = 0;
  for (const object of objects) {
    const statements = make(object, snapshot.objects);
    const removal = drop([object], snapshot.objects);
    if (statements === undefined || removal === undefined) continue;
    try {
      await database.run(removal);
    } catch {
      // Others stand on it.
      continue;
    }
    for (const statement of statements) await database.run(statement);
    const session = await openSession(postgres.parse(database.url));
    const now = await session.snapshot().finally(() => session.close());
    assert.deepEqual(
      now.objects.get(objectKey(object))?.attributes,
      object.attributes,
      statements.join("\n"),
    );
    compared++;
  }
  assert.ok(compared > 10, `only ${compared} were made again`);
});
