import assert from "node:assert/strict";
import { test } from "node:test";
import { needsOf } from "./postgres-needs.ts";

const said = (sql: string) => needsOf(sql).map((need) => Object.values(need).flat().join(" ").trim());

test("what a statement needs", () => {
  for (const [sql, ...needs] of [
    ['CREATE TABLE "User" (id int)', "create-in"],
    ["CREATE UNLOGGED TABLE IF NOT EXISTS app.t (id int)", "create-in app"],
    ["CREATE OR REPLACE VIEW v AS SELECT 1", "create-in"],
    ["create type \"Kind\" as enum ('a')", "create-in"],
    ['CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY "a.b"."T" (x)', "own a.b T"],
    ["CREATE INDEX ON t (x)", "own t"],
    ["/* x */ ALTER TABLE IF EXISTS ONLY t ADD COLUMN x int", "own t"],
    ["DROP TABLE IF EXISTS a, public.b CASCADE", "own a", "own public b"],
    ["DROP INDEX CONCURRENTLY i", "own i"],
    ["ALTER TYPE \"Kind\" ADD VALUE 'b'", "own-type Kind"],
    ['CREATE EXTENSION IF NOT EXISTS "uuid-ossp"', "extension uuid-ossp"],
    ["CREATE SCHEMA app", "create-schema"],
    ["CREATE TEMPORARY TABLE t (id int)"],
    ["INSERT INTO t VALUES (1)"],
    ["CREATE TRIGGER x BEFORE INSERT ON t EXECUTE FUNCTION f()"],
    ["ALTER ROLE x SET y = 1"],
    [""],
  ] as const)
    assert.deepEqual(said(sql), needs, sql);
});
