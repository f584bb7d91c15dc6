import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { everything } from "../../../../tests/heart/everything.ts";
import { startPostgres, type TestServer } from "../../../../tests/servers/postgres.ts";
import { fingerprint, type Snapshot } from "../../../schema/snapshot.ts";
import { type Client, openClient } from "../connect.ts";
import { parsePostgresUrl } from "../connection/url.ts";
import { openSession } from "../session.ts";

let server: TestServer;
const opened: Client[] = [];
const target = (database: string, user = "postgres") =>
  parsePostgresUrl(`postgresql://${user}@127.0.0.1:${server.port}/${database}`);

async function open(database: string, user?: string): Promise<Client> {
  const client = await openClient(target(database, user));
  opened.push(client);
  return client;
}

async function snapshot(database: string, user?: string): Promise<Snapshot> {
  const session = await openSession(target(database, user));
  try {
    return await session.snapshot();
  } finally {
    await session.close();
  }
}

const look = async (database: string, user?: string) => fingerprint(await snapshot(database, user));

let admin: Client;
let made = 0;
/** A copy of the database with everything in it. */
async function copy(): Promise<string> {
  const name = `copy_${++made}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE everything`);
  return name;
}

before(async () => {
  server = await startPostgres({ settings: { max_connections: "100" } });
  admin = await open("postgres");
  await admin.query("CREATE ROLE plain LOGIN; CREATE ROLE other_owner");
  await admin.query("CREATE DATABASE everything");
  const client = await openClient(target("everything"));
  await client.query(everything);
  await client.end();
});
after(async () => {
  for (const client of opened) await client.end();
  await server?.stop();
});

describe("what is no change of the schema", () => {
  const harmless: Record<string, string> = {
    "new rows":
      "INSERT INTO parent (code) SELECT n::text FROM generate_series(1, 100) n; SELECT nextval('free'); DELETE FROM item",
    "maintenance of indexes": "REINDEX TABLE item; ANALYZE",
    "a rewrite of a table": "VACUUM FULL item",
    "a refreshed view": "REFRESH MATERIALIZED VIEW totals",
    "a changed order of columns":
      "ALTER TABLE derived ADD COLUMN z int; ALTER TABLE derived DROP COLUMN z; ALTER TABLE derived DROP COLUMN extra; ALTER TABLE derived ADD COLUMN extra int",
    "temporary tables": "CREATE TEMP TABLE temporary (a int)",
  };
  for (const [name, sql] of Object.entries(harmless)) {
    test(name, async () => {
      const database = await copy();
      const before = await look(database);
      const client = await open(database);
      for (const one of sql.split("; ")) await client.query(one);
      assert.equal(await look(database), before);
    });
  }

  test("a schema whose name only begins like the server's own, where backslashes escape", async () => {
    const database = await copy();
    await admin.query(`ALTER DATABASE ${database} SET standard_conforming_strings = off`);
    const client = await open(database);
    await client.query("CREATE SCHEMA pgboss; CREATE TABLE pgboss.job (id int)");
    assert.ok((await snapshot(database)).objects.has("table pgboss.job"));
  });

  test("settings of the database and of the role that looks", async () => {
    const database = await copy();
    const before = await look(database);
    const settings = {
      search_path: "other",
      TimeZone: "Asia/Tokyo",
      DateStyle: "SQL, DMY",
      IntervalStyle: "iso_8601",
      extra_float_digits: "-5",
      bytea_output: "escape",
      quote_all_identifiers: "on",
      standard_conforming_strings: "off",
    };
    for (const [name, value] of Object.entries(settings)) {
      await admin.query(
        `ALTER DATABASE ${database} SET ${name} = ${name === "search_path" ? value : `'${value}'`}`,
      );
    }
    assert.equal(await look(database), before);
    assert.equal(await look(database, "plain"), before);
  });
});

describe("owner, comments and grants", () => {
  const environmental: Record<string, [sql: string, object: string]> = {
    owner: ["ALTER TABLE item OWNER TO other_owner", "table public.item"],
    "a table's comment": ["COMMENT ON TABLE parent IS 'x'", "table public.parent"],
    "a column's comment": ["COMMENT ON COLUMN parent.code IS 'x'", "column public.parent.code"],
    "an index's comment": ["COMMENT ON INDEX item_name IS 'x'", "index public.item_name"],
    "a constraint's comment": [
      "COMMENT ON CONSTRAINT item_status ON item IS 'x'",
      "constraint public.item.item_status",
    ],
    "a trigger's comment": ["COMMENT ON TRIGGER item_noted ON item IS 'x'", "trigger public.item.item_noted"],
    "a policy's comment": ["COMMENT ON POLICY item_seen ON item IS 'x'", "policy public.item.item_seen"],
    "a rule's comment": ["COMMENT ON RULE item_quiet ON item IS 'x'", "rule public.item.item_quiet"],
    "a type's comment": ["COMMENT ON TYPE mood IS 'x'", "enum public.mood"],
    "a table's grants": ["GRANT SELECT ON parent TO plain", "table public.parent"],
    "a column's grants": ["GRANT SELECT (code) ON parent TO plain", "column public.parent.code"],
    "a function's grants": ["GRANT EXECUTE ON FUNCTION twice TO plain", "function public.twice(n integer)"],
    "a schema's owner": ["ALTER SCHEMA other OWNER TO other_owner", "schema other"],
  };
  for (const [name, [sql, object]] of Object.entries(environmental)) {
    test(`${name} is shown, and changes no fingerprint`, async () => {
      const database = await copy();
      const before = await snapshot(database);
      await (await open(database)).query(sql);
      const now = await snapshot(database);
      assert.equal(fingerprint(now), fingerprint(before));
      assert.ok(before.objects.has(object));
      assert.notDeepEqual(now.objects.get(object)?.environment, before.objects.get(object)?.environment);
    });
  }
});

describe("while another session holds ACCESS EXCLUSIVE, as a role without rights", () => {
  const locks: Record<string, string> = {
    "a table under views, policies, triggers, rules and indexes": "LOCK TABLE item",
    "a partitioned table": "LOCK TABLE measured",
    "a partition that is being made":
      "CREATE TABLE measured_2 PARTITION OF measured FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    "a table being altered": "ALTER TABLE item ADD COLUMN fresh int DEFAULT 1",
    "a view being replaced": "CREATE OR REPLACE VIEW items AS SELECT id, status FROM item",
    everything: "LOCK TABLE item, parent, measured, fast, derived, other.thing, items",
  };
  for (const [name, sql] of Object.entries(locks)) {
    test(name, async () => {
      const database = await copy();
      const client = await open(database);
      if (server.major >= 14) {
        await client.query(
          "CREATE FUNCTION body() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM item; END",
        );
      }
      await client.query(
        `CREATE VIEW above AS SELECT * FROM items; CREATE VIEW apart AS SELECT 1 AS one;
         CREATE POLICY measured_seen ON measured USING (EXISTS (SELECT FROM item));
         CREATE RULE measured_quiet AS ON UPDATE TO measured DO ALSO DELETE FROM item`,
      );
      const before = await snapshot(database, "plain");
      await client.query(`BEGIN; ${sql}`);
      const start = performance.now();
      const now = await snapshot(database, "plain");
      assert.ok(performance.now() - start < 2_000);
      assert.ok(now.unreadable.length > 0);
      assert.deepEqual([...now.objects.keys()], [...before.objects.keys()]);
      for (const [key, object] of now.objects) {
        const was = before.objects.get(key);
        // What could not be read is marked, and what is not marked is as it was.
        if (!object.unreadable) assert.deepEqual(object.attributes, was?.attributes, key);
      }
      assert.equal(now.objects.get("view public.apart")?.unreadable, undefined);
      await client.query("ROLLBACK");
      assert.equal(await look(database, "plain"), fingerprint(before));
    });
  }
});
