import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { citeRecord, count, formatMoment, listNames, nameObject, nameObjects, ranges } from "./cite.ts";

test("numbers of statements", () => {
  assert.deepEqual([[], [3], [1, 2, 3], [1, 3, 4, 5, 9]].map(ranges), ["", "3", "1-3", "1, 3-5, 9"]);
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 50 })).map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(numbers, (all) => {
      const told = ranges(all)
        .split(", ")
        .filter(Boolean)
        .flatMap((part) => {
          const [from = 0, to = from] = part.split("-").map(Number);
          return Array.from({ length: to - from + 1 }, (_, i) => from + i);
        });
      assert.deepEqual(told, all);
    }),
  );
});

test("counts and lists", () => {
  assert.deepEqual(
    [count(1, "object"), count(2, "index"), count(0, "row")],
    ["1 object", "2 indexes", "0 rows"],
  );
  assert.equal(listNames([]), "");
  assert.equal(listNames(["a"]), "a");
  assert.equal(listNames(["a", "b", "c"]), "a, b and c");
  assert.equal(listNames(["a", "b", "c", "d", "e", "f"], 2), "a, b and 4 more");
});

test("objects: tables first, without the schema that goes without saying, and without parts of what is named", () => {
  const keys = [
    "column public.user.mail",
    "index public.i",
    'column public."odd.name".x',
    'table public."odd.name"',
    "materialized-view public.mv",
    "enum-value public.mood.ok",
    "table other.t",
  ];
  assert.equal(
    nameObjects(keys, "public", 9),
    'table "odd.name", table other.t, column user.mail, index i, materialized view mv, enum value mood.ok',
  );
  assert.equal(nameObjects(keys, "public", 1), 'table "odd.name" and 5 more');
  assert.equal(nameObject('table "My App".t', "My App"), "table t");
});

test("rows of the history", () => {
  const startedAt = new Date("2026-11-21T03:12:45.678Z");
  assert.equal(formatMoment(startedAt), "2026-11-21 03:12:45 UTC");
  assert.equal(formatMoment(new Date(Number.NaN)), "at an unknown time");
  const row = { migration: "1_init", state: "applied" as const, asserted: true, startedAt };
  assert.equal(
    citeRecord("public.h", row),
    "public.h: 1_init, started 2026-11-21 03:12:45 UTC, finished never, recorded without a single step executed",
  );
  assert.match(citeRecord("h", { ...row, state: "rolled-back", asserted: false }), /, rolled back$/);
});
