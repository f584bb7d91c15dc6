import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kept, TableCost } from "../plan/certificate.ts";
import { costLines } from "./costs-text.ts";

const kept: Kept = { from: "writing", lock: "ShareLock", by: "m.sql:2", seconds: 1.234, sampled: false };
const cost: TableCost = {
  table: "public.users",
  hadRows: true,
  rewritten: false,
  emptied: false,
  indexes: ["public.by_name"],
  kept: [kept],
  seconds: 1,
  original: { rows: 1_200_000, bytes: 310_000_000, hasRows: true },
  timeTells: true,
};
const first = (...tables: TableCost[]) => costLines({ tables, comparing: 2 })[0]?.[1];

test("what a person reads of a table", () => {
  assert.equal(
    first(cost),
    "public.users (about 1,200,000 rows, 310 MB; builds public.by_name): nobody writes to it for 1.23 s, from m.sql:2 to COMMIT",
  );
  assert.equal(
    first({ ...cost, hadRows: false, timeTells: false, indexes: [], original: { bytes: 9, hasRows: true } }),
    "public.users (never counted, 0.0 kB): nobody writes to it, from m.sql:2 to COMMIT; the copy has none of its rows, so how long is not known",
  );
  const { original, ...locked } = cost;
  assert.match(first({ ...locked, kept: [] }) ?? "", /\(its size could not be read: locked, or not in time/);
  assert.equal(original?.rows, 1_200_000);
  assert.match(
    first({ ...cost, kept: [{ ...kept, sampled: true, by: "Prisma 7" }] }) ?? "",
    /nobody writes to it for 1\.23 s, while Prisma 7 is at work \(measured as a whole\)$/,
  );
});

test("partitions are told with their table, and no more than some tables are", () => {
  const part = { ...cost, table: "public.p1", partitionOf: "public.users", rewritten: true };
  const lines = costLines({ tables: [{ ...cost, indexes: [] }, part], comparing: 0 });
  assert.equal(lines.filter(([, text]) => /^public\./.test(text)).length, 1);
  assert.match(lines[0]?.[1] ?? "", /rewritten; builds public\.by_name\)/);
  const many = Array.from({ length: 9 }, (_, i) => ({ ...cost, table: `public.t${i}` }));
  assert.ok(costLines({ tables: many, comparing: 0 }).some(([, text]) => text.startsWith("and 3 more")));
  assert.deepEqual(costLines({ tables: [], comparing: 0 }), []);
});
