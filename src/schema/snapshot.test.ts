import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SchemaObject } from "./object.ts";
import { fingerprint, hashOf, snapshotOf } from "./snapshot.ts";

const object = (
  name: string,
  attributes: SchemaObject["attributes"],
  environment: SchemaObject["environment"] = {},
): SchemaObject => {
  const identity = `public.${name}`;
  const hash = hashOf({ kind: "table", identity, attributes });
  return {
    kind: "table",
    identity,
    schema: "public",
    name,
    attributes,
    environment,
    hash,
    dependsOn: [],
    shared: false,
  };
};
const attributes = fc.dictionary(
  fc.constantFrom("a", "b", "c"),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
  { noNullPrototype: true },
);
const objects = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), attributes), {
  selector: ([name]) => name,
});

test("order and environment make no difference to the fingerprint", () => {
  fc.assert(
    fc.property(objects, fc.string(), (all, owner) => {
      const one = snapshotOf(all.map(([name, has]) => object(name, has)));
      const reordered = all
        .toReversed()
        .map(([name, has]) => object(name, Object.fromEntries(Object.entries(has).toReversed()), { owner }));
      const other = snapshotOf(reordered);
      assert.equal(fingerprint(one), fingerprint(other));
      assert.deepEqual([...one.objects.keys()], [...other.objects.keys()]);
    }),
  );
});

test("any attribute, and any object, does", () => {
  fc.assert(
    fc.property(objects, objects, (a, b) => {
      const sorted = (all: typeof a) =>
        JSON.stringify(
          all
            .toSorted(([x], [y]) => (x < y ? -1 : 1))
            .map(([name, has]) => [name, Object.entries(has).toSorted(([x], [y]) => (x < y ? -1 : 1))]),
        );
      const printed = (all: typeof a) => fingerprint(snapshotOf(all.map(([name, has]) => object(name, has))));
      assert.equal(printed(a) === printed(b), sorted(a) === sorted(b));
    }),
  );
});
