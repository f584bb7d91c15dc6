import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SchemaObject } from "../schema/object.ts";
import { snapshotOf } from "../schema/snapshot.ts";
import {
  changesBetween,
  exists,
  factKey,
  factParts,
  factsOf,
  invalid,
  isEvidence,
  weightOf,
} from "./facts.ts";

const object = (
  kind: SchemaObject["kind"],
  identity: string,
  attributes: SchemaObject["attributes"],
): SchemaObject => ({
  kind,
  identity,
  schema: "public",
  name: identity,
  attributes,
  environment: { owner: "somebody" },
  hash: "",
  dependsOn: [],
  shared: false,
});

test("a fact for the existence of each object, and for each of its attributes", () => {
  const snapshot = snapshotOf([
    object("column", "public.t.a", { type: "int", notNull: true, default: "" }),
    object("table", "public.t", { options: ["a=1", "b=2"] }),
    object("table", "public.history", { type: "x" }),
  ]);
  assert.deepEqual(
    factsOf(snapshot, ({ identity }) => identity === "public.history"),
    new Map([
      ["column public.t.a\n", exists],
      ["column public.t.a\ntype", "int"],
      ["column public.t.a\nnotNull", "true"],
      ["column public.t.a\ndefault", ""],
      ["table public.t\n", exists],
      ["table public.t\noptions", '["a=1","b=2"]'],
    ]),
  );
});

test("an index that was never finished does not count as made", () => {
  const facts = (valid: boolean) => factsOf(snapshotOf([object("index", "public.i", { valid })]));
  assert.deepEqual(facts(true), new Map([["index public.i\n", exists]]));
  assert.deepEqual(facts(false), new Map([["index public.i\n", invalid]]));
});

test("keys are taken apart as they were made, whatever the names", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.stringMatching(/^\w*$/), (name, attribute) => {
      assert.deepEqual(factParts(factKey(`table public."${name}\n"`, attribute)), [
        `table public."${name}\n"`,
        attribute,
      ]);
    }),
  );
});

test("what proves nothing weighs less than an attribute, and that less than an object", () => {
  const keys = [
    "schema x\n",
    "extension x\n",
    "enum-value public.m.a\nafter",
    "column public.t.a\ntype",
    "table public.t\n",
  ];
  assert.deepEqual(keys.map(isEvidence), [false, false, false, true, true]);
  const [none = 0, , , some = 0, most = 0] = keys.map(weightOf);
  assert.ok(none < some && some < most);
});

const facts = fc
  .dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("1", "2", ""))
  .map((record) => new Map(Object.entries(record)));

test("the changes turn what was before into what is after, and are none where nothing changed", () => {
  fc.assert(
    fc.property(facts, facts, (before, after) => {
      const result = new Map<string, string>(before);
      const changes = changesBetween(before, after);
      for (const [key, value] of changes) {
        assert.notEqual(before.get(key), value);
        if (value === undefined) result.delete(key);
        else result.set(key, value);
      }
      assert.deepEqual(new Map([...result].sort()), new Map([...after].sort()));
      assert.deepEqual(changesBetween(after, after), []);
    }),
  );
});
