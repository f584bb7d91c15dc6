import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "../engines/engine.ts";
import type { TableTouched, Weight } from "../plan/certificate.ts";
import { costsOf } from "./costs.ts";

const touched = (table: string, hadRows: boolean, seconds: number): TableTouched => ({
  table,
  hadRows,
  rewritten: false,
  emptied: false,
  indexes: [],
  kept: [{ from: "writing", lock: "ShareLock", by: "m.sql:1", seconds, sampled: false }],
  seconds,
});

const costs = (tables: readonly TableTouched[], weights: Readonly<Record<string, Weight>>) =>
  costsOf({ steps: [], tables, comparing: 0 }, {
    weigh: async () => new Map(Object.entries(weights)),
  } as unknown as Session);

test("a time tells nothing where the copy has no rows and the database has", async () => {
  const { tables } = await costs([touched("a", false, 0), touched("b", false, 0), touched("c", true, 1)], {
    a: { bytes: 1, hasRows: true },
    b: { bytes: 0, hasRows: false },
  });
  assert.deepEqual(
    tables.map(({ table, timeTells }) => [table, timeTells]),
    [
      ["a", false],
      ["c", true],
      ["b", true],
    ],
  );
  // Where the size cannot be read, no rows on the copy say nothing.
  assert.equal((await costs([touched("a", false, 0)], {})).tables[0]?.timeTells, false);
});

test("it takes long when others wait for more than five seconds, on rows", async () => {
  assert.deepEqual((await costs([touched("a", true, 5.1)], {})).hazards, ["long"]);
  assert.deepEqual((await costs([touched("a", true, 4.9)], {})).hazards, []);
  assert.deepEqual((await costs([touched("a", false, 9)], {})).hazards, []);
});
