import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startPostgres, type TestServer } from "../../../tests/servers/postgres.ts";
import { environmentFingerprint, fingerprint, type Snapshot } from "../../schema/snapshot.ts";
import { type Client, openClient } from "./connect.ts";
import { parsePostgresUrl } from "./connection/url.ts";
import { openSession } from "./session.ts";
import { sideBySide } from "./side-by-side.ts";
import { readSnapshot } from "./snapshot/read.ts";
import type { ReadRows } from "./snapshot/rows.ts";
import { snapshotSettings, Transactions } from "./transactions.ts";

const opening = { settings: snapshotSettings, limits: { statement: 20, lock: 0.5 } };

let server: TestServer;
let admin: Client;
const target = (user = "postgres") => parsePostgresUrl(`postgresql://${user}@127.0.0.1:${server.port}/large`);

async function using<T>(user: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await openClient(target(user));
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const both = (
  user: string,
  work: (read: ReadRows, beside: ReadRows | undefined) => Promise<void>,
): Promise<void> =>
  using(user, (client) => sideBySide(new Transactions(client), target(user), opening, work));

const countTables = async (read: ReadRows): Promise<number> => {
  let count = 0;
  await read(["SELECT relname FROM pg_catalog.pg_class WHERE relkind = 'r' AND relname LIKE 'late%'"], () => {
    count++;
  });
  return count;
};

before(async () => {
  server = await startPostgres();
  const first = await openClient(parsePostgresUrl(`postgresql://postgres@127.0.0.1:${server.port}/postgres`));
  await first.query("CREATE DATABASE large");
  await first.query("CREATE ROLE single LOGIN CONNECTION LIMIT 1");
  await first.end();
  admin = await openClient(target());
  // Enough that the catalog of relations has more than a megabyte.
  for (let part = 0; part < 14; part++)
    await admin.query(`DO $$ BEGIN FOR i IN 1..50 LOOP EXECUTE format(
      'CREATE TABLE t_%s (id serial PRIMARY KEY, a text CHECK (a <> %L), b int); CREATE INDEX ON t_%s (a); CREATE VIEW v_%s AS SELECT id, a FROM t_%s',
      ${part} * 50 + i, i, ${part} * 50 + i, ${part} * 50 + i, ${part} * 50 + i); END LOOP; END $$`);
});
after(async () => {
  await admin?.end();
  await server?.stop();
});

describe("two connections", () => {
  test("see the same moment, whatever is committed meanwhile", async () => {
    await both("postgres", async (read, beside) => {
      assert.ok(beside !== undefined);
      await admin.query("CREATE TABLE late_1 ()");
      assert.deepEqual([await countTables(read), await countTables(beside)], [0, 0]);
    });
    assert.equal(await countTables((statements, onRow) => admin.rows(statements.join(";"), onRow)), 1);
  });

  test("read what one reads", async () => {
    const alone = await using("postgres", readAlone);
    const session = await openSession(target());
    const together = await session.snapshot().finally(() => session.close());
    assert.ok(together.objects.size > 5000);
    assertSame(together, alone);
  });

  test("are one where the role may not have a second", async () => {
    let told: boolean | undefined;
    await both("single", async (_, beside) => {
      told = beside !== undefined;
    });
    assert.equal(told, false);
    const session = await openSession(target("single"));
    const snapshot = await session.snapshot().finally(() => session.close());
    assert.equal(fingerprint(snapshot), fingerprint(await using("postgres", readAlone)));
  });

  test("leave the first as it was, when reading fails", async () => {
    await using("postgres", async (client) => {
      const transactions = new Transactions(client);
      const failing = sideBySide(transactions, target(), opening, () => Promise.reject(new Error("no more")));
      await assert.rejects(failing, /no more/);
      const [rows] = await transactions.run("SELECT 1 AS one", opening.settings, opening.limits);
      assert.deepEqual(
        rows?.map((row) => ({ ...row })),
        [{ one: 1 }],
      );
    });
  });
});

async function readAlone(client: Client): Promise<Snapshot> {
  const transactions = new Transactions(client);
  const read: ReadRows = (statements, onRow) =>
    transactions.rows(statements, opening.settings, opening.limits, onRow);
  const [number] = await transactions.run("SHOW server_version_num", opening.settings, opening.limits);
  const major = Math.floor(Number(number?.[0]?.["server_version_num"]) / 10_000);
  return readSnapshot(read, major, { dependencies: true });
}

function assertSame(a: Snapshot, b: Snapshot): void {
  assert.equal(fingerprint(a), fingerprint(b));
  assert.equal(environmentFingerprint(a), environmentFingerprint(b));
  const dependencies = ({ objects }: Snapshot) =>
    [...objects].map(([key, { dependsOn }]) => [key, dependsOn]);
  assert.deepEqual(dependencies(a), dependencies(b));
}
