import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RowQuestion } from "../../engines/demand.ts";
import type { Engine, RowsAnswer, Session } from "../../engines/engine.ts";
import type { PendingDemand } from "./demands.ts";
import { type LookedAt, lookAtRows } from "./look.ts";

const demand: PendingDemand = {
  migration: "0002_strict",
  statement: 1,
  object: "column public.people.email",
  demand: { kind: "not-null", table: { schema: "public", name: "people" }, column: "email" },
  conditional: false,
  perhapsMendedBy: [],
};

const question: RowQuestion = {
  what: ["row", "rows"],
  code: "23502",
  count: () => "count",
  sample: () => "sample",
  estimate: (percent) => `estimate ${percent}`,
  size: "size",
  list: "list",
};

const row = (values: Readonly<Record<string, unknown>>): RowsAnswer => ({ outcome: "rows", rows: [values] });

/** What is said of a demand by a server that answers so. */
async function looked(
  answers: Readonly<Record<string, RowsAnswer>>,
  asked: RowQuestion | undefined = question,
): Promise<Partial<LookedAt> & { questions: string[] }> {
  const questions: string[] = [];
  const session = {
    server: { major: 15 },
    ask: async (query: string) => {
      questions.push(query);
      return answers[query] ?? ({ outcome: "refused" } as const);
    },
  } as unknown as Session;
  const engine = {
    rowQuestions: async () => () => asked,
    rowMending: async () => ({ options: () => [] }),
  } as unknown as Engine;
  const snapshot = { objects: new Map(), unreadable: [] };
  const [one] = await lookAtRows([demand], { engine, session, snapshot });
  return { ...one, questions };
}

describe("looking for rows in the way", () => {
  test("counts them, and shows some", async () => {
    const one = await looked({ count: row({ n: "2" }), sample: row({ key: "id 7", value: null }) });
    assert.deepEqual([one.outcome, one.rows, one.counted], ["found", 2, "all"]);
    assert.deepEqual(one.sample, [{ key: "id 7", value: "" }]);
  });

  test("counts to a bound", async () => {
    const one = await looked({ count: row({ n: "100001" }) });
    assert.deepEqual([one.outcome, one.rows, one.counted, one.sample], ["found", 100_000, "at-least", []]);
  });

  test("tells that there are none only when all were looked at", async () => {
    assert.equal((await looked({ count: row({ n: "0" }) })).outcome, "none");
    for (const outcome of ["locked", "denied", "refused"] as const)
      assert.equal((await looked({ count: { outcome } })).outcome, "unknown");
  });

  test("estimates where a table is too large, and says so", async () => {
    const slow = { count: { outcome: "too-slow" }, size: row({ n: "10000000" }) } as const;
    const one = await looked({ ...slow, "estimate 1": row({ looked: "100000", n: "50" }) });
    assert.deepEqual([one.outcome, one.rows, one.counted], ["found", 5000, "estimate"]);
    assert.deepEqual(one.questions, ["count", "size", "estimate 1"]);
  });

  test("does not take a part without them for the whole", async () => {
    const slow = { count: { outcome: "too-slow" }, size: row({ n: "10000000" }) } as const;
    const none = await looked({ ...slow, "estimate 1": row({ looked: "100000", n: "0" }) });
    assert.equal(none.outcome, "unknown");
    assert.match(none.because ?? "", /100000 of about 10000000 rows have none/);
    const { estimate: _, ...whole } = question;
    assert.equal((await looked(slow, whole)).outcome, "unknown");
    // A table whose size is not known, or that is small and only slow.
    assert.equal((await looked({ ...slow, size: row({ n: "0" }) })).outcome, "unknown");
  });
});
