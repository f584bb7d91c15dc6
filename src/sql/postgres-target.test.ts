import assert from "node:assert/strict";
import { test } from "node:test";
import { targetOf } from "./postgres-target.ts";

test("the table that a statement writes to", () => {
  const cases: Readonly<Record<string, readonly string[] | undefined>> = {
    'INSERT INTO public."User" (id) VALUES (1)': ["public", "User"],
    "insert /* x */ into Users select 1": ["users"],
    'UPDATE ONLY "a""b" SET x = 1': ['a"b'],
    "UPDATE only_this SET x = 1": ["only_this"],
    "DELETE FROM ONLY s.t": ["s", "t"],
    "DELETE FROM t": ["t"],
    "WITH x AS (DELETE FROM t RETURNING 1) SELECT 1": undefined,
    "DO $$ BEGIN END $$": undefined,
    "SELECT f()": undefined,
    "INSERT INTO": undefined,
    "INSERT INTO a.": undefined,
    UPDATE: undefined,
    "": undefined,
  };
  for (const [sql, target] of Object.entries(cases)) assert.deepEqual(targetOf(sql), target, sql);
});
