import assert from "node:assert/strict";
import { test } from "node:test";
import type { Timeline } from "../timeline/timeline.ts";
import { headOf, objectChanges, type PlacedStep, project, withClosure } from "./projection.ts";

const step = (index: number, ...changes: PlacedStep["changes"]): PlacedStep => ({
  index,
  migration: 0,
  statement: index,
  changes,
});
const timeline: Timeline = { migrations: [], base: new Set(), volatile: new Set(), reprints: new Map() };

const make = step(
  0,
  ["table t\n", "exists"],
  ["column t.a\n", "exists"],
  ["index i\n", "exists"],
  ["index i\ndefinition", "on a"],
);
const rename = step(
  1,
  ["column t.a\n", undefined],
  ["column t.b\n", "exists"],
  ["index i\ndefinition", "on b"],
);
const drop = step(2, ["index i\n", undefined], ["index i\ndefinition", undefined]);

test("what a step changed about an object that is not here, it does not change here", () => {
  const without = project(
    new Map([
      ["table t\n", "exists"],
      ["column t.a\n", "exists"],
    ]),
    [rename],
  );
  assert.deepEqual([...without.keys()], ["table t\n", "column t.b\n"]);
  const with_ = project(project(new Map(), [make]), [rename]);
  assert.equal(with_.get("index i\ndefinition"), "on b");
});

test("an index that was dropped already is not dropped again because its column is renamed", () => {
  const facts = project(new Map(), [make, drop]);
  assert.deepEqual(withClosure([rename], facts, headOf([make, rename, drop]), timeline), [rename]);
});

test("a column that was dropped later does not come back with its table", () => {
  const column = step(1, ["column t.a\n", undefined]);
  assert.deepEqual(withClosure([make], new Map(), headOf([make, column]), timeline), [make, column]);
});

test("a partition gets and loses columns with its parent, and keeps them where that gets another name", () => {
  const facts = new Map([
    ["table s.whole\n", "exists"],
    ["column s.whole.n\n", "exists"],
    ["table s.part\n", "exists"],
    ["table s.part\nparents", '["s.whole"]'],
    ["column s.part.n\n", "exists"],
  ]);
  const renamed = step(
    0,
    ["table s.whole\n", undefined],
    ["column s.whole.n\n", undefined],
    ["table s.all\n", "exists"],
    ["column s.all.n\n", "exists"],
    ["table s.part\nparents", '["s.all"]'],
  );
  const dropped = step(1, ["column s.all.n\n", undefined]);
  assert.ok(project(facts, [renamed]).has("column s.part.n\n"));
  assert.ok(!project(facts, [renamed, dropped]).has("column s.part.n\n"));
});

test("objects that are made, changed and removed", () => {
  const before = project(new Map(), [make]);
  assert.deepEqual(objectChanges(before, project(before, [rename, drop])), {
    makes: ["column t.b"],
    changes: [],
    removes: ["column t.a", "index i"],
  });
});

test("what is done to the columns of a table is done to those of its partitions that are here", () => {
  const facts = new Map([
    ["table p.whole\n", "exists"],
    ["table p.part\n", "exists"],
    ["table p.part\nparents", '["p.whole"]'],
    ["table p.deeper\n", "exists"],
    ["table p.deeper\nparents", '["p.part"]'],
  ]);
  const added = step(0, ['column p.whole."a.b"\n', "exists"], ['column p.whole."a.b"\ntype', "int"]);
  const after = project(facts, [added]);
  assert.deepEqual(
    ["whole", "part", "deeper"].map((table) => after.get(`column p.${table}."a.b"\ntype`)),
    ["int", "int", "int"],
  );
});
