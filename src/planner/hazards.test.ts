import assert from "node:assert/strict";
import { test } from "node:test";
import type { SchemaObject } from "../schema/object.ts";
import { stepHazards } from "./hazards.ts";
import type { PlacedStep } from "./projection.ts";

const object = (kind: SchemaObject["kind"], name: string, relation?: string): [string, SchemaObject] => {
  const identity = relation === undefined ? `public.${name}` : `public.${relation}.${name}`;
  const place = { schema: "public", name, ...(relation !== undefined && { relation }) };
  const rest = { attributes: {}, environment: {}, hash: "", dependsOn: [], shared: false };
  return [`${kind} ${identity}`, { kind, identity, ...place, ...rest }];
};
const there = new Map(
  [object("table", "t", "t"), object("column", "a", "t")].map(([, one]) => [
    `${one.kind} ${one.kind === "table" ? "public.t" : one.identity}`,
    one,
  ]),
);

const step = (...changes: PlacedStep["changes"][number][]): PlacedStep => ({
  index: 0,
  migration: 0,
  changes,
});
const hazards = (sql: string, ...changes: PlacedStep["changes"][number][]) =>
  stepHazards([step(...changes)], [{ sql }], "public", there).toSorted();

test("only what is there can be deleted or kept from being written", () => {
  const dropped = ["table public.t\n", undefined] as const;
  assert.deepEqual(hazards("DROP TABLE t", dropped), ["blocks-writes", "deletes-data", "not-reversible"]);
  assert.deepEqual(hazards("DROP TABLE t"), ["deletes-data", "not-reversible"]);
  assert.deepEqual(hazards("ALTER TABLE public.t DROP a, ADD a int"), ["deletes-data", "not-reversible"]);
  assert.deepEqual(hazards("DROP TABLE x", ["table public.x\n", undefined]), []);
  assert.deepEqual(hazards("ALTER TABLE t RENAME TO u", dropped), ["blocks-writes"]);
  assert.deepEqual(hazards("CREATE TABLE x ()", ["table public.x\n", "exists"]), []);
});

test("rows that are deleted, tables that are rewritten, indexes that keep writers waiting", () => {
  assert.deepEqual(hazards("DELETE FROM t"), ["deletes-data", "not-reversible"]);
  assert.deepEqual(hazards("ALTER TABLE t ALTER a TYPE int", ["column public.t.a\ntype", "integer"]), [
    "blocks-writes",
    "rewrites-table",
  ]);
  assert.deepEqual(hazards('CREATE INDEX i ON public."t"(a)', ["index public.i\n", "exists"]), [
    "blocks-writes",
  ]);
  assert.deepEqual(hazards("CREATE INDEX CONCURRENTLY i ON T(a)", ["index public.i\n", "exists"]), []);
});
