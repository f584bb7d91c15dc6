import assert from "node:assert/strict";
import { test } from "node:test";
import { columnRenameOf, moveOf, renameOf } from "./postgres-renames.ts";

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

test("a column that gets another name, and what is none", () => {
  const renamed = { table: ["app", "A"], from: "b", to: "C d" };
  assert.deepEqual(columnRenameOf('ALTER TABLE app."A" RENAME COLUMN b TO "C d"'), renamed);
  assert.deepEqual(columnRenameOf('alter table if exists only app."A" rename B to "C d"'), renamed);
  for (const other of [
    'ALTER TABLE "a" RENAME TO "b"',
    'ALTER TABLE "a" RENAME CONSTRAINT "b" TO "c"',
    'ALTER VIEW "a" RENAME COLUMN "b" TO "c"',
  ])
    assert.equal(columnRenameOf(other), undefined, other);
});

test("a table that moves to another schema", () => {
  assert.deepEqual(moveOf("ALTER TABLE public.item SET SCHEMA shop"), {
    from: ["public", "item"],
    to: "shop",
  });
  assert.equal(moveOf("ALTER TABLE item SET LOGGED"), undefined);
});
