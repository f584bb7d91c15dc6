import assert from "node:assert/strict";
import { test } from "node:test";
import { type Change, called, exists, factKey } from "../facts.ts";
import type { Timeline } from "../timeline.ts";
import { inNamesOfDatabase } from "./renamed.ts";

/** Migrations of one statement each. */
function timelineOf(...migrations: readonly (readonly [sql: string, ...changes: readonly Change[]])[]) {
  return {
    migrations: migrations.map(([text, ...changes]) => ({ statements: [{ text }], steps: [{ changes }] })),
    reprints: new Map(),
    volatile: new Set(),
  } as unknown as Timeline;
}

const made = (...objects: readonly string[]) => objects.map((one): Change => [factKey(one, ""), exists]);
const gone = (...objects: readonly string[]) => objects.map((one): Change => [factKey(one, ""), undefined]);
const index = (table: string, column: string): Change => [
  factKey("index public.ix", "definition"),
  `CREATE INDEX ix ON public.${table} USING btree (${column})`,
];
const database = (...changes: readonly Change[]) => new Map(changes as [string, string][]);

const renaming = timelineOf(
  [
    "CREATE TABLE item",
    ...made("table public.item", "column public.item.a", "index public.ix"),
    index("item", "a"),
  ],
  ["ALTER TABLE item DROP COLUMN a", ...gone("column public.item.a")],
  [
    'ALTER TABLE "item" RENAME TO "thing"',
    ...gone("table public.item"),
    ...made("table public.thing"),
    index("thing", "a"),
  ],
);

test("a renaming has one effect: what the table is called; all else is told by the name that the database has", () => {
  const actual = database(...made("table public.thing", "column public.thing.a"), index("thing", "a"));
  const told = inNamesOfDatabase(renaming, actual);
  const changes = told?.timeline.migrations.map(({ steps }) => steps[0]?.changes);
  assert.deepEqual(changes?.slice(1), [
    gone("column public.thing.a"),
    [[factKey("table public.thing", called), "public.thing"]],
  ]);
  assert.equal(told?.actual.get(factKey("table public.thing", called)), "public.thing");
  // The index names the table as it is called here, and that is no other index.
  assert.deepEqual([...(told?.timeline.reprints.values() ?? [])], [index("thing", "a")[1]]);
});

test("the database may have the former name", () => {
  const told = inNamesOfDatabase(renaming, database(...made("table public.item"), index("item", "b")));
  assert.equal(told?.actual.get(factKey("table public.item", called)), "public.item");
  assert.deepEqual([...(told?.timeline.reprints ?? [])], []);
});

test("nothing is claimed where both names are there, or neither, or another table took the name", () => {
  assert.equal(
    inNamesOfDatabase(renaming, database(...made("table public.item", "table public.thing"))),
    undefined,
  );
  assert.equal(inNamesOfDatabase(renaming, database()), undefined);
  const again = timelineOf(["CREATE TABLE item", ...made("table public.item")]);
  const taken = { ...renaming, migrations: [...renaming.migrations, ...again.migrations] };
  assert.equal(inNamesOfDatabase(taken, database(...made("table public.thing"))), undefined);
});

test("one table dropped, and one made, by statements that rename nothing, are two", () => {
  const timeline = timelineOf(
    ["CREATE TABLE item", ...made("table public.item")],
    ["DROP TABLE item; CREATE TABLE thing", ...gone("table public.item"), ...made("table public.thing")],
  );
  assert.equal(inNamesOfDatabase(timeline, database(...made("table public.thing"))), undefined);
});

test("a column: in definitions of its own table, and not in those of others", () => {
  const timeline = timelineOf(
    [
      "CREATE",
      ...made("table public.item", "column public.item.a", "index public.ix", "index public.other"),
      index("item", "a"),
      [factKey("index public.other", "definition"), "CREATE INDEX other ON public.other USING btree (a)"],
    ],
    ['ALTER TABLE item RENAME "a" TO "b"', ...gone("column public.item.a"), ...made("column public.item.b")],
  );
  const actual = database(...made("table public.item", "column public.item.b"), index("item", "b"), [
    factKey("index public.other", "definition"),
    "CREATE INDEX other ON public.other USING btree (b)",
  ]);
  assert.deepEqual(
    [...(inNamesOfDatabase(timeline, actual)?.timeline.reprints.values() ?? [])],
    [index("item", "b")[1]],
  );
});

test("a value and a function's text are not what a renaming changes", () => {
  const value: Change = [factKey("column public.item.kind", "default"), "'item'::text"];
  const body: Change = [factKey("function public.f()", "definition"), "SELECT count(*) FROM item"];
  const timeline = timelineOf(
    ["CREATE", ...made("table public.item", "column public.item.kind", "function public.f()"), value, body],
    ["ALTER TABLE item RENAME TO thing", ...gone("table public.item"), ...made("table public.thing")],
  );
  const actual = database(
    ...made("table public.thing"),
    [factKey("column public.thing.kind", "default"), "'thing'::text"],
    [body[0], "SELECT count(*) FROM thing"],
  );
  assert.deepEqual([...(inNamesOfDatabase(timeline, actual)?.timeline.reprints ?? [])], []);
});
