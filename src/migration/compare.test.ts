import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compare, countsAsApplied } from "./compare.ts";
import type { HistoryRecord, Migration } from "./migration.ts";

const file = (name: string): Migration => ({
  name,
  file: `${name}.sql`,
  hasChecksum: (checksum) => checksum === `sum of ${name}`,
  sql: "",
});
const row = (
  migration: string,
  state: HistoryRecord["state"],
  more: Partial<HistoryRecord> = {},
): HistoryRecord => ({
  migration,
  state,
  asserted: false,
  checksum: `sum of ${migration}`,
  ...more,
});
const states = (names: string[], records: HistoryRecord[], runnerIsAlive = false) =>
  compare(names.map(file), { table: "h", exists: true, records }, { runnerIsAlive }).map(
    ({ name, state }) => `${name} ${state}`,
  );

test("files first, then rows without a file", () => {
  const rows = [
    row("x", "applied"),
    row("a", "applied"),
    row("c", "applied", { asserted: true }),
    row("y", "rolled-back"),
  ];
  assert.deepEqual(states(["a", "b", "c", "d"], rows), [
    "a applied",
    "b out-of-order",
    "c asserted",
    "d pending",
    "x missing",
  ]);
});

test("of several rows a failure decides, then a success", () => {
  assert.deepEqual(states(["a"], [row("a", "rolled-back"), row("a", "applied")]), ["a applied"]);
  assert.deepEqual(states(["a"], [row("a", "applied"), row("a", "failed"), row("a", "rolled-back")]), [
    "a failed",
  ]);
  assert.deepEqual(states(["a"], [row("a", "rolled-back")]), ["a rolled-back"]);
});

test("an unfinished row without a log is running while the runner is alive", () => {
  assert.deepEqual(states(["a"], [row("a", "failed")], true), ["a running"]);
  assert.deepEqual(states(["a"], [row("a", "failed", { log: "x" })], true), ["a failed"]);
});

test("another checksum is an edit, whatever else is known", () => {
  assert.deepEqual(states(["a"], [row("a", "applied", { checksum: "z" })]), ["a edited"]);
  const [entry] = compare(
    [file("a")],
    { table: "h", exists: true, records: [row("a", "failed", { checksum: "z" })] },
    { runnerIsAlive: false },
  );
  assert.equal(entry?.state, "failed");
  assert.equal(entry?.edited, true);
});

test("every file and every row is spoken of once, and nothing is applied without a row", () => {
  const name = fc.constantFrom("a", "b", "c", "d");
  const record = fc
    .tuple(name, fc.constantFrom("applied", "failed", "rolled-back"), fc.boolean())
    .map(([migration, state, asserted]) => row(migration, state, { asserted }));
  fc.assert(
    fc.property(fc.uniqueArray(name), fc.array(record), fc.boolean(), (names, records, runnerIsAlive) => {
      const entries = compare(names.map(file), { table: "h", exists: true, records }, { runnerIsAlive });
      assert.equal(new Set(entries.map((entry) => entry.name)).size, entries.length);
      assert.deepEqual(
        entries.slice(0, names.length).map((entry) => entry.name),
        names,
      );
      for (const entry of entries) {
        assert.deepEqual(
          entry.records,
          records.filter(({ migration }) => migration === entry.name),
        );
        if (countsAsApplied(entry.state)) assert.ok(entry.records.some(({ state }) => state === "applied"));
      }
      const failed = records.filter(({ state }) => state === "failed").map(({ migration }) => migration);
      for (const one of failed)
        assert.ok(entries.some((entry) => entry.name === one && /failed|running/.test(entry.state)));
    }),
  );
});
