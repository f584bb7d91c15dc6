import assert from "node:assert/strict";
import { test } from "node:test";
import { isKnownError } from "../../errors.ts";
import { readHistory } from "./history.ts";

const row = {
  id: "1",
  checksum: "ab",
  finished_at: new Date(0),
  migration_name: "1_init",
  logs: null,
  rolled_back_at: null,
  started_at: new Date(0),
  applied_steps_count: 1,
};

test("a row as Prisma writes it", () => {
  const [record] = readHistory([row], "public").records;
  assert.deepEqual([record?.state, record?.asserted], ["applied", false]);
  assert.equal(readHistory([{ ...row, applied_steps_count: "0" }], "public").records[0]?.asserted, true);
  assert.equal(readHistory([{ ...row, finished_at: Number.POSITIVE_INFINITY }], "public").records.length, 1);
});

for (const [column, value] of [
  ["finished_at", false],
  ["finished_at", 17],
  ["finished_at", "2026-11-27"],
  ["rolled_back_at", {}],
  ["started_at", null],
  ["migration_name", null],
  ["migration_name", ["1_init"]],
  ["checksum", Buffer.from("ab")],
  ["logs", { a: 1 }],
  ["applied_steps_count", null],
  ["applied_steps_count", "NaN"],
] as const)
  test(`nothing is concluded from ${JSON.stringify(value)} in ${column}`, () => {
    assert.throws(
      () => readHistory([row, { ...row, [column]: value }], "public"),
      (error) => isKnownError(error, "HISTORY_UNREADABLE") && error.message.includes(column),
    );
  });
