import assert from "node:assert/strict";
import { test } from "node:test";
import { renameOf } from "./postgres-renames.ts";

test("a table that gets another name, and what is none", () => {
  assert.deepEqual(renameOf('-- so\nALTER TABLE IF EXISTS ONLY app."A.b" RENAME TO "C"'), {
    from: ["app", "A.b"],
    to: "C",
  });
  assert.deepEqual(renameOf("alter table Users rename to people"), { from: ["users"], to: "people" });
  for (const other of [
    'ALTER TABLE "a" RENAME COLUMN "b" TO "c"',
    'ALTER TABLE "a" RENAME "b" TO "c"',
    'ALTER INDEX "a" RENAME TO "b"',
  ])
    assert.equal(renameOf(other), undefined, other);
});
