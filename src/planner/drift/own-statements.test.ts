import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProposedStatement } from "../../engines/differ.ts";
import { objectKey, type SchemaObject } from "../../schema/object.ts";
import { type OwnStatement, whole } from "./own-statements.ts";

const table = object("table", "user");
const id = object("column", "id");
const name = object("column", "name");
const key = object("constraint", "user_pkey");
const target = new Map([table, id, name, key].map((one) => [objectKey(one), one]));
const proposed = [table, key].map((one) => making(one));

test("a table's first statement is its own where no later one has added a column", () => {
  const first = own([table, id, name, key]);
  assert.deepEqual(whole([first], new Set(target.keys()), { target, proposed }), [first]);
});

test("it is none where the proposed one makes more", () => {
  const first = own([table, id, key]);
  assert.deepEqual(whole([first], new Set(target.keys()), { target, proposed }), []);
});

function object(kind: string, called: string): SchemaObject {
  const identity = kind === "table" ? "public.user" : `public.user.${called}`;
  return { kind, identity, schema: "public", relation: "user", name: called } as SchemaObject;
}

function own(objects: readonly SchemaObject[]): OwnStatement {
  return { objects: new Set(objects.map(objectKey)) } as unknown as OwnStatement;
}

function making(one: SchemaObject): ProposedStatement {
  return { sql: "", objects: [objectKey(one)], does: "make", destructive: false, first: false };
}
