import assert from "node:assert/strict";
import { test } from "node:test";
import { dropsOf } from "./postgres-drops.ts";

test("tables and columns that a statement drops", () => {
  const tables = (sql: string) => dropsOf(sql).tables.map((parts) => parts.join("."));
  const columns = (sql: string) =>
    dropsOf(sql).columns.map(({ table, column }) => `${table.join(".")}/${column}`);
  assert.deepEqual(tables('DROP TABLE "User"'), ["User"]);
  assert.deepEqual(tables('drop table if exists public.Users, "a,b" CASCADE'), ["public.users", "a,b"]);
  assert.deepEqual(tables("DROP TABLESPACE x"), []);
  assert.deepEqual(columns('ALTER TABLE "t" DROP COLUMN "a", ADD COLUMN "a" text DEFAULT f(1, 2), DROP b'), [
    "t/a",
    "t/b",
  ]);
  assert.deepEqual(columns("ALTER TABLE IF EXISTS ONLY s.t DROP COLUMN IF EXISTS c CASCADE"), ["s.t/c"]);
  assert.deepEqual(
    columns(
      "ALTER TABLE t ALTER COLUMN a DROP NOT NULL, ALTER a DROP DEFAULT, DROP CONSTRAINT x, ALTER b DROP IDENTITY",
    ),
    [],
  );
  assert.deepEqual(columns("ALTER TABLE t ADD COLUMN x int CHECK (x > 0), RENAME y TO z"), []);
  for (const sql of ["", "DROP", "DROP TABLE", "ALTER TABLE", "ALTER TABLE t DROP", "-- DROP TABLE x"])
    assert.deepEqual([tables(sql), columns(sql)], [[], []], sql);
});
