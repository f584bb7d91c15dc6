import assert from "node:assert/strict";
import { test } from "node:test";
import { type Definition, inOrder } from "./order.ts";

const definition = (address: string, phase: Definition["phase"] = "before"): Definition => ({
  address,
  phase,
  sql: "",
});
const names = (definitions: readonly Definition[]) => definitions.map(({ address }) => address).join(" ");

test("each after what it depends on, through what comes with it", () => {
  const all = ["view", "table", "function"].map((name) => definition(name));
  const companions = [
    { address: "rule", with: "view" },
    { address: "array", with: "row" },
    { address: "row", with: "table" },
  ];
  const dependencies = [
    { address: "rule", on: "table" },
    { address: "table", on: "function" },
    { address: "nowhere", on: "table" },
  ];
  assert.equal(names(inOrder(all, companions, dependencies).before), "function table view");
  assert.equal(
    names(inOrder(all, companions, [{ address: "function", on: "array" }]).before),
    "view table function",
  );
});

test("what is needed before the rows is made before them; a circle is cut", () => {
  const all = [
    definition("table"),
    definition("view"),
    definition("key", "after"),
    definition("index", "after"),
  ];
  const order = inOrder(
    all,
    [],
    [
      { address: "view", on: "key" },
      { address: "key", on: "table" },
      { address: "table", on: "view" },
    ],
  );
  assert.equal(names(order.after), "index");
  assert.deepEqual(order.before.length, 3);
});
