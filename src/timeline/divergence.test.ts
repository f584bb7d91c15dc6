import assert from "node:assert/strict";
import { test } from "node:test";
import { divergences } from "./divergence.ts";
import type { Change } from "./facts.ts";
import type { Timeline } from "./timeline.ts";

const timeline = (...migrations: readonly (readonly Change[])[]): Timeline => ({
  migrations: migrations.map((changes, i) => ({
    name: `m${i}`,
    statements: [],
    steps: changes.length > 0 ? [{ changes }] : [],
    refined: false,
    replayed: true,
  })),
  base: new Set(),
  volatile: new Set(["volatile\nx"]),
  reprints: new Map(),
});

test("what parts is named where it parts, and once", () => {
  const one = timeline([["a\n", "exists"]], [["a\nx", "1"]], [["b\n", "exists"]]);
  const other = timeline([["a\n", "exists"]], [["a\nx", "2"]], [["b\n", "exists"]]);
  assert.deepEqual(
    [...divergences(one, other)],
    [["m1", [{ object: "a", attribute: "x", one: "1", other: "2" }]]],
  );
  assert.equal(divergences(one, one).size, 0);
});

test("what a later migration makes the same again has parted all the same", () => {
  const one = timeline([["a\n", "exists"]], [["a\n", undefined]]);
  const other = timeline([], [["a\n", undefined]]);
  assert.deepEqual([...divergences(one, other).keys()], ["m0"]);
});

test("a later consequence is named too, and what differs by chance is not", () => {
  const one = timeline(
    [
      ["a\n", "exists"],
      ["volatile\nx", "1"],
    ],
    [["copy\n", "exists"]],
  );
  const other = timeline([["volatile\nx", "2"]], []);
  assert.deepEqual([...divergences(one, other).keys()], ["m0", "m1"]);
});
