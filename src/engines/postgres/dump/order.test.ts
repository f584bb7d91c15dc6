import assert from "node:assert/strict";
import { test } from "node:test";
import type { Definition } from "./definition.ts";
import { inOrder } from "./order.ts";

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

test("a circle is opened where something can be announced", () => {
  const all: Definition[] = [
    { ...definition("pg_proc/in"), sql: "function" },
    { ...definition("pg_type/t"), sql: "CREATE TYPE t (INPUT = in)", shell: "CREATE TYPE t" },
    { ...definition("pg_class/table"), sql: "table" },
  ];
  const dependencies = [
    { address: "pg_proc/in", on: "pg_type/t" },
    { address: "pg_type/t", on: "pg_proc/in" },
    { address: "pg_class/table", on: "pg_type/t" },
  ];
  const made = inOrder(all, [], dependencies).before.map(({ sql }) => sql);
  assert.deepEqual(made, ["CREATE TYPE t", "function", "CREATE TYPE t (INPUT = in)", "table"]);
});

test("of several, that is announced which needs nothing of the circle; what completes it may be another statement", () => {
  const all: Definition[] = [
    { ...definition("pg_proc/f"), sql: "whole function", shell: "function without body" },
    { ...definition("pg_type/d"), sql: "domain", shell: "CREATE DOMAIN", whole: "default" },
  ];
  const dependencies = [
    { address: "pg_proc/f", on: "pg_type/d" },
    { address: "pg_type/d", on: "pg_proc/f" },
  ];
  const made = inOrder(all, [], dependencies).before.map(({ sql }) => sql);
  assert.deepEqual(made, ["CREATE DOMAIN", "whole function", "default"]);
});

test("a view is announced by its columns: it needs their types, and not what its query reads", () => {
  const all: Definition[] = [
    { ...definition("pg_class/v"), sql: "view", shell: "CREATE VIEW v AS SELECT NULL", whole: "OR REPLACE" },
    { ...definition("pg_proc/f"), sql: "function" },
    { ...definition("pg_type/d"), sql: "domain" },
  ];
  const dependencies = [
    { address: "pg_class/v", on: "pg_type/d" },
    { address: "pg_rewrite/r", on: "pg_proc/f" },
    { address: "pg_proc/f", on: "pg_type/row" },
  ];
  const companions = [
    { address: "pg_rewrite/r", with: "pg_class/v" },
    { address: "pg_type/row", with: "pg_class/v" },
  ];
  const made = inOrder(all, companions, dependencies).before.map(({ sql }) => sql);
  assert.deepEqual(made, ["domain", "CREATE VIEW v AS SELECT NULL", "function", "OR REPLACE"]);
});
