import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { reachesBeyondDatabase } from "./reach.ts";

const reach = (text: string) => reachesBeyondDatabase({ text });

const reaching = [
  "CREATE ROLE app",
  "create /* a */ -- b\n user \"app\" password 'x'",
  "ALTER ROLE app SET search_path = x",
  "DROP GROUP IF EXISTS g",
  "CREATE DATABASE other",
  "ALTER DATABASE shop SET timezone = 'UTC'",
  "DROP TABLESPACE fast",
  "ALTER SYSTEM SET work_mem = '1GB'",
  "COPY users TO PROGRAM 'mail'",
  "COPY users (id, \"from\") FROM '/etc/passwd'",
  "COPY (SELECT a FROM b) TO '/tmp/x'",
  "SELECT * FROM dblink('host=other', 'SELECT 1') AS t(a int)",
  "SELECT public.dblink_connect('x')",
  "SELECT \"pg_read_file\"('/etc/passwd')",
  "CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw",
  "CREATE FOREIGN DATA WRAPPER w",
  "IMPORT FOREIGN SCHEMA a FROM SERVER b INTO c",
  "LOAD 'auto_explain'",
  "CREATE SUBSCRIPTION s CONNECTION 'host=other' PUBLICATION p",
  "SELECT lo_import('/etc/passwd')",
  "CREATE VIEW v AS SELECT pg_ls_dir('.')",
  "CREATE EXTENSION IF NOT EXISTS dblink",
  'CREATE EXTENSION "file_fdw"',
  "CREATE EXTENSION adminpack",
  "CREATE EXTENSION plpython3u WITH SCHEMA pg_catalog",
  "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ import os $$",
  "CREATE FUNCTION f() RETURNS int AS 'x.so', 'f' LANGUAGE 'c'",
  "CREATE FUNCTION f(text) RETURNS text LANGUAGE internal AS 'pg_read_file'",
  "DO LANGUAGE plperlu $$ system('x') $$",
  "GRANT admin TO app",
  "REVOKE admin FROM app",
  "GRANT CONNECT ON DATABASE shop TO app",
  "COMMENT ON DATABASE shop IS 'x'",
  "REASSIGN OWNED BY a TO b",
  "DROP OWNED BY a",
  "PREPARE TRANSACTION 'x'",
  "UPDATE pg_database SET datallowconn = false",
  "INSERT INTO pg_catalog.pg_auth_members VALUES (1)",
  "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles) THEN CREATE ROLE app; END IF; END $$",
  "DO $$ BEGIN EXECUTE 'CREATE ROLE ' || quote_ident('app'); END $$",
  "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET x = 1', current_database()); END $$",
  "DO $a$ BEGIN EXECUTE $b$ COPY t FROM '/x' $b$; END $a$",
  "DO 'BEGIN CREATE ROLE app; END'",
  "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN GRANT a TO b; END $$",
  "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC SELECT pg_reload_conf(); END",
  "SELECT query_to_xml('SELECT pg_read_file(''x'')', true, false, '')",
  "SELECT pg_create_logical_replication_slot('a', 'b')",
];

const staying = [
  "CREATE TABLE users (id int, role text, language text, copy text)",
  "CREATE INDEX role_user ON users (role)",
  "-- CREATE ROLE app\nSELECT 1",
  "SELECT 1 /* ALTER SYSTEM SET x = 1 */",
  "SELECT 'CREATE ROLE app; pg_read_file(1)'",
  "INSERT INTO docs VALUES ($$DROP DATABASE shop$$, E'it\\'s COPY t FROM ''/x''')",
  "COMMENT ON TABLE t IS 'pg_read_file'",
  'CREATE TABLE "create role" ("drop database" int)',
  "ALTER TABLE users OWNER TO app",
  "GRANT SELECT (id), UPDATE ON users TO app",
  "REVOKE ALL ON SCHEMA public FROM PUBLIC",
  "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app",
  "COPY users (id) FROM STDIN",
  "COPY (SELECT a FROM b) TO stdout",
  "CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public",
  'CREATE EXTENSION "uuid-ossp"',
  "CREATE EXTENSION citext VERSION '1.6'",
  "DROP EXTENSION dblinkish",
  "CREATE USER MAPPING FOR a SERVER b",
  "CREATE PUBLICATION p FOR ALL TABLES",
  "CREATE FUNCTION f(language text) RETURNS TABLE (language text) LANGUAGE sql AS $$ SELECT 1 $$",
  "CREATE TRIGGER t BEFORE UPDATE ON u FOR EACH ROW EXECUTE FUNCTION f()",
  "DO $$ BEGIN ALTER TYPE role ADD VALUE 'x'; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
  "SELECT datname FROM pg_database",
  "UPDATE users SET role = 'pg_database'",
  "PREPARE x AS SELECT 1",
];

for (const text of reaching) {
  test(`reaches beyond its database: ${text}`, () => assert.equal(typeof reach(text), "string"));
}
for (const text of staying) {
  test(`keeps to its database: ${text}`, () => assert.equal(reach(text), undefined));
}

test("what it does is said", () => {
  assert.equal(reach("CREATE ROLE a"), "changes the roles of the whole server");
  assert.equal(reach("SELECT pg_read_file('x')"), "calls pg_read_file()");
});

test("no text makes it fail, and comments hide nothing", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void reach(text)));
  const comment = fc.stringMatching(/^[a-z ']*$/);
  fc.assert(
    fc.property(comment, comment, (a, b) => {
      assert.equal(typeof reach(`/*${a}*/ CREATE --${b}\n ROLE x`), "string");
      assert.equal(typeof reach(`SELECT pg_read_file /*${a}*/ ('x')`), "string");
    }),
  );
});
