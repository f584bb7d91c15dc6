import assert from "node:assert/strict";
import { test } from "node:test";
import { exists, factKey } from "../facts.ts";
import type { Timeline } from "../timeline.ts";
import { echoesIn } from "./echoes.ts";

/** Steps which make these objects; a table with its parents. */
function timelineOf(...steps: readonly (readonly (string | readonly [table: string, parent: string])[])[]) {
  const changes = (one: string | readonly [string, string]) =>
    typeof one === "string"
      ? [[factKey(one, ""), exists]]
      : [
          [factKey(one[0], ""), exists],
          [factKey(one[0], "parents"), JSON.stringify([one[1]])],
        ];
  return {
    migrations: [{ steps: steps.map((step) => ({ changes: step.flatMap(changes) })) }],
  } as unknown as Timeline;
}

const partition = ["table public.part", "public.whole"] as const;
const added = ['column public.whole."a.b"', 'column public.part."a.b"'];
const there = new Map([[factKey("table public.whole", ""), exists]]);

test("a column that a partition has from its parent says nothing where the partition is not there", () => {
  const timeline = timelineOf(["table public.whole"], [partition, "column public.part.id"], added);
  assert.deepEqual([...echoesIn(timeline, there)], ['column public.part."a.b"']);
  const both = new Map([...there, [factKey("table public.part", ""), exists] as const]);
  const whole = new Map([...both, [factKey('column public.whole."a.b"', ""), exists] as const]);
  assert.deepEqual([...echoesIn(timeline, whole)], []);
});

test("nor where its parent has no such column, also if it was made later", () => {
  const copied = [partition, 'column public.part."a.b"'];
  const timeline = timelineOf(["table public.whole"], ['column public.whole."a.b"'], copied);
  const both = new Map([...there, [factKey("table public.part", ""), exists] as const]);
  assert.deepEqual([...echoesIn(timeline, both)], ['column public.part."a.b"']);
  const own = timelineOf(["table public.whole"], copied);
  assert.deepEqual([...echoesIn(own, both)], []);
});

test("what is written to the partition alone, even once, is none", () => {
  const alone = timelineOf(["table public.whole"], [partition], added, ['column public.part."a.b"']);
  assert.deepEqual([...echoesIn(alone, there)], []);
  const another = timelineOf(["table public.whole"], ["table public.part"], added);
  assert.deepEqual([...echoesIn(another, there)], []);
});
