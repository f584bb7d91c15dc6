import assert from "node:assert/strict";
import { test } from "node:test";
import type { Log } from "./broken.ts";
import type { HistoryFile } from "./draw.ts";
import { shrink } from "./shrink.ts";

const file = (name: string, ...sqls: string[]): HistoryFile => ({
  name,
  sql: sqls.join(";\n"),
  statements: sqls.map((sql) => ({ sql, changes: "schema" })),
  rows: ["a row"],
});

test("only what a failure needs is left", async () => {
  const history = [file("1", "a", "b"), file("2", "c"), file("3", "d", "e", "f")];
  const log: Log = {
    ...{ executed: [[true, false], [true], [true, true, false]], recorded: ["applied", "none", "failed"] },
    ...{ retried: [true, false, false], gone: [false, true, false], shuffled: true },
    ...{ history, files: history, drift: ["x", "y"], foreign: "others" },
  };
  const sqls = ({ files }: Log) => files.flatMap(({ statements }) => statements.map(({ sql }) => sql));
  const small = await shrink(
    log,
    async (one) => sqls(one).includes("b") && sqls(one).includes("f") && one.drift.includes("y"),
  );
  assert.deepEqual(sqls(small), ["b", "f"]);
  assert.deepEqual(
    [small.executed, small.recorded],
    [
      [[false], [false]],
      ["applied", "failed"],
    ],
  );
  assert.deepEqual([small.drift, small.foreign, small.shuffled], [["y"], undefined, false]);
  assert.deepEqual(
    [small.retried, small.gone],
    [
      [false, false],
      [false, false],
    ],
  );
  assert.deepEqual(
    small.history.map(({ sql, rows }) => [sql, rows]),
    [
      ["b;\n", []],
      ["f;\n", []],
    ],
  );
});
