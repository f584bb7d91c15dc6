import assert from "node:assert/strict";
import { test } from "node:test";
import { interruptedIn } from "./interrupted.ts";
import type { JournalEntry, JournalEvent } from "./journal.ts";

const at = "2026-11-27T12:00:00.000Z";
// No process has this number.
const began: JournalEvent = {
  ...{ event: "began", purpose: "repair", plan: "p", database: "shop at localhost:5432" },
  ...{ process: 2 ** 30, rehearsed: false, digests: {} },
};

function record(id: string, events: readonly JournalEvent[], damaged = false) {
  const entries = events.map((event): JournalEntry => ({ at, ...event }));
  return { id, directory: `/state/${id}`, entries, damaged };
}

async function look(...journals: (readonly JournalEvent[])[]) {
  const records = journals.map((events, i) => record(String(i), [began, ...events]));
  const found = await interruptedIn(records, async (id) => (id === "7" ? "committed" : "aborted"));
  return found.map(({ id, committed, doing, transaction, wrote }) => ({
    ...{ id, committed, doing },
    ...(transaction && { fate: transaction.fate }),
    ...(wrote !== undefined && { wrote }),
  }));
}

const locked: JournalEvent = { event: "locked" };
const ended: JournalEvent = { event: "ended", outcome: "failed" };
const transaction = (part: number, id: string): JournalEvent => ({ event: "part", part, transaction: id });

test("a repair that waited and ended does not hide the one that was killed", async () => {
  assert.deepEqual(await look([locked, transaction(0, "7")], [ended]), [
    { id: "0", committed: 0, doing: "transaction", fate: "committed" },
  ]);
});

test("what was taken for nothing while it had only begun, and went on, is not settled", async () => {
  const resolved: JournalEvent = { event: "resolved", outcome: "nothing" };
  assert.deepEqual(await look([resolved]), []);
  assert.equal((await look([resolved, locked, transaction(0, "7")])).length, 1);
  assert.deepEqual(await look([resolved, locked, transaction(0, "7"), ended]), []);
  // What an undo notes later is no work of this one.
  assert.deepEqual(await look([ended, { event: "undone", outcome: "all" }]), []);
});

test("statements by themselves stay when they were verified, whatever becomes of what follows", async () => {
  const alone: JournalEvent[] = [locked, { event: "part", part: 0 }];
  const verified: JournalEvent = { event: "verified", part: 0 };
  assert.deepEqual(await look(alone), [{ id: "0", committed: 0, doing: "statement" }]);
  assert.deepEqual(await look([...alone, verified]), [{ id: "0", committed: 1, doing: "nothing" }]);
  const rolledBack: JournalEvent = { event: "rolled-back", part: 1, why: "statement" };
  assert.deepEqual(await look([...alone, verified, transaction(1, "8"), rolledBack]), [
    { id: "0", committed: 1, doing: "nothing" },
  ]);
  assert.deepEqual(await look([...alone, verified, transaction(1, "8"), { event: "verified", part: 1 }]), [
    { id: "0", committed: 1, doing: "transaction", fate: "aborted" },
  ]);
});

test("of a damaged journal all that can be read is told, and that it is damaged", async () => {
  const committing: JournalEvent = { event: "committing", part: 0, transaction: "7" };
  const [found] = await interruptedIn(
    [record("20261127T120000Z-0a1b2c", [committing], true)],
    async () => "committed",
  );
  assert.deepEqual(
    [found?.isDamaged, found?.doing, found?.transaction, found?.startedAt],
    [true, "transaction", { id: "7", fate: "committed" }, "2026-11-27T12:00:00.000Z"],
  );
});

test("a migration that was written into the project is told", async () => {
  const [found] = await look([
    locked,
    transaction(0, "8"),
    { event: "wrote", file: "/p/1_adopt/migration.sql" },
  ]);
  assert.equal(found?.wrote, "/p/1_adopt/migration.sql");
});
