import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { everything } from "../../../../tests/heart/everything.ts";
import { startPostgres, type TestServer } from "../../../../tests/servers/postgres.ts";
import { fingerprint } from "../../../schema/snapshot.ts";
import type { ScratchSession } from "../../engine.ts";
import { parsePostgresUrl } from "../connection/url.ts";
import { connectScratch } from "../scratch.ts";

let server: TestServer;
let session: ScratchSession;

before(async () => {
  server = await startPostgres();
  session = await connectScratch(parsePostgresUrl(server.url), {});
  assert.equal(await session.script("CREATE ROLE other_owner"), undefined);
  assert.equal(await session.script(everything), undefined);
});
after(async () => {
  await session?.close();
  await server?.stop();
});

/** Each changes one thing, and another than the others. */
const mutations = [
  "ALTER TABLE item ALTER COLUMN name TYPE varchar(9)",
  "ALTER TABLE parent ALTER COLUMN code TYPE varchar(11)",
  "ALTER TABLE parent ALTER COLUMN code SET NOT NULL",
  "ALTER TABLE item ALTER COLUMN status DROP NOT NULL",
  "ALTER TABLE item ALTER COLUMN status SET DEFAULT 'old'",
  "ALTER TABLE item ALTER COLUMN status DROP DEFAULT",
  "ALTER TABLE parent ALTER COLUMN id SET GENERATED ALWAYS",
  "ALTER TABLE parent ALTER COLUMN id DROP IDENTITY",
  "ALTER TABLE item ALTER COLUMN double DROP EXPRESSION",
  'ALTER TABLE item ALTER COLUMN name TYPE text COLLATE "POSIX"',
  "ALTER TABLE item RENAME COLUMN name TO title",
  "ALTER TABLE item DROP COLUMN made",
  "ALTER TABLE other.thing ALTER COLUMN e SET DEFAULT '2024-01-01 00:00:01+00'",
  "ALTER TABLE other.thing ALTER COLUMN f SET DEFAULT 0.10000000000000002",
  "ALTER TABLE item DROP CONSTRAINT item_status, ADD CONSTRAINT item_status CHECK (status IN ('new'))",
  "ALTER TABLE item DROP CONSTRAINT item_status, ADD CONSTRAINT item_status CHECK (status IN ('new', 'old')) NOT VALID",
  "ALTER TABLE item DROP CONSTRAINT item_status, ADD CONSTRAINT item_status CHECK (status IN ('new', 'old')) NO INHERIT",
  "ALTER TABLE item RENAME CONSTRAINT item_status TO item_state",
  "ALTER TABLE item DROP CONSTRAINT item_parent, ADD CONSTRAINT item_parent FOREIGN KEY (parent) REFERENCES parent",
  "ALTER TABLE item DROP CONSTRAINT item_parent, ADD CONSTRAINT item_parent FOREIGN KEY (parent) REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE",
  "ALTER TABLE item ALTER CONSTRAINT item_parent DEFERRABLE",
  "ALTER TABLE item ALTER CONSTRAINT item_parent DEFERRABLE INITIALLY DEFERRED",
  "ALTER TABLE item DROP CONSTRAINT item_parent, ADD CONSTRAINT item_parent FOREIGN KEY (parent) REFERENCES parent ON DELETE CASCADE NOT VALID",
  "ALTER TABLE parent DROP CONSTRAINT parent_code_key, ADD CONSTRAINT parent_code_key UNIQUE (code) DEFERRABLE",
  "ALTER TABLE parent DROP CONSTRAINT parent_code_key, ADD CONSTRAINT parent_code_key UNIQUE (code, mood)",
  "DROP INDEX item_price; CREATE UNIQUE INDEX item_price ON item (price DESC NULLS LAST) INCLUDE (made) WHERE status IN ('new')",
  "DROP INDEX item_price; CREATE UNIQUE INDEX item_price ON item (price DESC) INCLUDE (made) WHERE status IN ('new', 'old')",
  "DROP INDEX item_price; CREATE UNIQUE INDEX item_price ON item (price DESC NULLS LAST) WHERE status IN ('new', 'old')",
  "DROP INDEX item_price; CREATE INDEX item_price ON item (price DESC NULLS LAST) INCLUDE (made) WHERE status IN ('new', 'old')",
  "DROP INDEX item_lower; CREATE INDEX item_lower ON item (lower(name))",
  "DROP INDEX item_name; CREATE INDEX item_name ON item USING hash (name)",
  "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'item_name'::regclass",
  "DROP INDEX totals_n",
  "ALTER INDEX item_name SET (fillfactor = 50)",
  "CREATE OR REPLACE VIEW items AS SELECT id, status FROM item",
  "ALTER VIEW items SET (security_barrier = true)",
  "DROP MATERIALIZED VIEW totals; CREATE MATERIALIZED VIEW totals AS SELECT parent, count(*) + 1 AS n FROM item GROUP BY parent; CREATE INDEX totals_n ON totals (n)",
  "CREATE OR REPLACE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD;END $$",
  "ALTER FUNCTION twice(int) STABLE",
  "ALTER FUNCTION twice(int) STRICT",
  "ALTER FUNCTION twice(int) SECURITY DEFINER",
  "ALTER FUNCTION twice(int) SET work_mem = '1MB'",
  "CREATE FUNCTION twice(n text) RETURNS text LANGUAGE sql AS 'SELECT n'",
  "DROP AGGREGATE total(int); CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '1')",
  "CREATE OR REPLACE PROCEDURE work() LANGUAGE sql AS 'SELECT 2'",
  "DROP TRIGGER item_noted ON item; CREATE TRIGGER item_noted BEFORE INSERT ON item FOR EACH ROW WHEN (NEW.status IN ('new', 'old')) EXECUTE FUNCTION noted()",
  "ALTER TABLE item DISABLE TRIGGER item_noted",
  "ALTER TABLE item ENABLE ALWAYS TRIGGER item_noted",
  "ALTER TABLE item DISABLE RULE item_quiet",
  "DROP RULE item_quiet ON item",
  "ALTER TYPE mood ADD VALUE 'angry'",
  "ALTER TYPE mood ADD VALUE 'angry' BEFORE 'sad'",
  "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
  "ALTER DOMAIN positive DROP NOT NULL",
  "ALTER DOMAIN positive SET DEFAULT 2",
  "ALTER DOMAIN positive DROP CONSTRAINT above; ALTER DOMAIN positive ADD CONSTRAINT above CHECK (VALUE > 1)",
  "ALTER TYPE pair ADD ATTRIBUTE c int",
  "ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint",
  "DROP TYPE span; CREATE TYPE span AS RANGE (subtype = date)",
  "ALTER SEQUENCE free INCREMENT 3",
  "ALTER SEQUENCE free MAXVALUE 2000",
  "ALTER SEQUENCE free CYCLE",
  "ALTER SEQUENCE free AS int MAXVALUE 1000",
  "ALTER SEQUENCE free OWNED BY parent.id",
  "ALTER SEQUENCE free START 5",
  "ALTER SEQUENCE item_id_seq OWNED BY NONE",
  "ALTER POLICY item_seen ON item USING (true)",
  "ALTER POLICY item_seen ON item TO other_owner",
  "ALTER POLICY item_written ON item WITH CHECK (price > 1)",
  "DROP POLICY item_seen ON item; CREATE POLICY item_seen ON item AS RESTRICTIVE FOR SELECT TO public USING (status IN ('new', 'old'))",
  "ALTER TABLE item DISABLE ROW LEVEL SECURITY",
  "ALTER TABLE item FORCE ROW LEVEL SECURITY",
  "ALTER TABLE fast SET LOGGED",
  "ALTER TABLE fast SET (fillfactor = 60)",
  "ALTER TABLE derived NO INHERIT fast",
  "DROP TABLE measured_1; CREATE TABLE measured_1 PARTITION OF measured FOR VALUES FROM ('2024-01-01') TO ('2024-06-01')",
  "ALTER TABLE measured DETACH PARTITION measured_1",
  "DROP TABLE measured; CREATE TABLE measured (at date NOT NULL, value int) PARTITION BY LIST (at); CREATE TABLE measured_1 PARTITION OF measured FOR VALUES IN ('2024-01-01'); CREATE TABLE measured_rest PARTITION OF measured DEFAULT; CREATE INDEX measured_at ON measured (at)",
  "CREATE EXTENSION pg_trgm",
  "CREATE SCHEMA fresh",
  "DROP SCHEMA other CASCADE",
  "ALTER TABLE other.thing SET SCHEMA public",
  "CREATE TABLE fresh (a int)",
];

describe("each of these is another schema than before", () => {
  const seen = new Map<string, string>();
  for (const sql of mutations) {
    test(sql, async () => {
      seen.set(fingerprint(await session.snapshot({ inTransaction: false })), "what was there before");
      assert.equal(await session.script("BEGIN"), undefined);
      try {
        assert.equal(await session.script(sql), undefined);
        const now = fingerprint(await session.snapshot({ inTransaction: true }));
        assert.equal(seen.get(now), undefined);
        seen.set(now, sql);
      } finally {
        await session.script("ROLLBACK");
      }
    });
  }
});
