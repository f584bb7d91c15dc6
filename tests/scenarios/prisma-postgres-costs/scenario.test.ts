import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repair } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { of, shownBy, statements, tableOf } from "./cases.ts";

const first = {
  ...fileOf(
    "0001_tables",
    statements
      .map((_, i) => `CREATE TABLE ${tableOf(i)} (id int PRIMARY KEY, n int, s varchar(9));\n`)
      .join(""),
  ),
  rows: [
    ...statements.map((_, i) => `INSERT INTO ${tableOf(i)} SELECT n, n, 'x' FROM generate_series(1, 1000) n`),
    "ANALYZE",
  ],
};

scenario("each statement: the lock that it takes, and whether it rewrites", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([first]);
  const all = statements.map((_, i) => of(i));
  const files = [first, fileOf("0002_costly", `${all.join(";\n")};\n`)];
  const truth = await shownBy(db, all);
  const { certificate, outcome, failure } = await repair(files, db, {
    command: "migrate",
    args: ["--rehearse-only"],
  });
  assert.equal(outcome, "rehearsed", JSON.stringify(failure));
  const costs = new Map(certificate?.tables.map((cost) => [cost.table, cost]));
  for (const [i, sql] of all.entries()) {
    const table = `public.${tableOf(i)}`;
    const [cost, shown] = [costs.get(table), truth.get(table)];
    assert.equal(cost?.kept[0]?.lock ?? "", shown?.lock, sql);
    assert.equal((cost?.rewritten || cost?.emptied) === true, shown?.otherFile, sql);
    if (cost === undefined) continue;
    const place = `prisma/migrations/0002_costly/migration.sql:${i + 1}`;
    assert.deepEqual(
      cost.kept.map(({ by, from, sampled }) => [by, from, sampled]),
      cost.kept.map(({ lock }) => [
        place,
        lock === "AccessExclusiveLock" ? "reading and writing" : "writing",
        false,
      ]),
      sql,
    );
    assert.deepEqual([cost.original?.rows, cost.hadRows, cost.timeTells], [1000, true, true], sql);
    assert.equal(cost.emptied, sql.startsWith("TRUNCATE"), sql);
    assert.equal(cost.rowsChanged, sql.startsWith("UPDATE") ? 7 : 0, sql);
    const isIndex = /INDEX|UNIQUE/.test(sql);
    assert.equal(cost.indexes.length, isIndex ? 1 : 0, sql);
  }
  // What the plan makes itself costs nobody anything.
  assert.ok(![...costs.keys()].some((table) => table === "public.child"));
  assert.deepEqual(certificate?.hazards, []);
});
