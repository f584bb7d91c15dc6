import assert from "node:assert/strict";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock, test } from "node:test";
import type { Plan } from "../plan/plan.ts";
import { State } from "./state.ts";

const plan = { godwit: 1, parts: [] } as unknown as Plan;
const before = { snapshotVersion: 1, history: { exists: false, records: [] }, objects: [] };

async function begun(state: State): Promise<string> {
  const { record } = await state.begin(plan, undefined, before);
  await writeFile(join(record.directory, "journal.jsonl"), "{}\n");
  return record.id;
}

async function newState(): Promise<State> {
  const root = await mkdtemp(join(tmpdir(), "godwit-state-"));
  return State.at(root, { name: "shop", identity: "1" });
}

test("repairs keep their order whatever the clock does", async () => {
  const state = await newState();
  const ids: string[] = [];
  try {
    for (const now of [
      "2026-11-27T12:00:00.9Z",
      "2026-11-27T12:00:00.1Z",
      "2031-01-01",
      "1999-12-31T23:59:59Z",
    ]) {
      mock.timers.enable({ apis: ["Date"], now: new Date(now) });
      ids.push(await begun(state));
      mock.timers.reset();
    }
  } finally {
    mock.timers.reset();
  }
  assert.deepEqual(
    (await state.repairs()).map(({ id }) => id),
    ids,
  );
  assert.deepEqual(
    ids.map((id) => id.slice(0, 16)),
    ["20261127T120000Z", "20261127T120001Z", "20310101T000000Z", "20310101T000001Z"],
  );
});

test("what is remembered counts only as it was written", async () => {
  const state = await newState();
  const { record, digests } = await state.begin(plan, undefined, before);
  const read = () => state.read(record.directory, "before.json", digests["before.json"]);
  assert.deepEqual(await read(), before);
  await writeFile(join(record.directory, "before.json"), JSON.stringify(before));
  assert.equal(await read(), undefined);
});

test("a directory whose journal is empty or cannot be read is a repair; one without is none", async () => {
  const state = await newState();
  for (const name of ["20261127T120000Z-aaaaaa", "20261127T120001Z-bbbbbb", "20261127T120002Z-cccccc"])
    await mkdir(join(state.directory, name), { recursive: true });
  await mkdir(join(state.directory, "20261127T120001Z-bbbbbb", "journal.jsonl"));
  await writeFile(join(state.directory, "20261127T120002Z-cccccc", "journal.jsonl"), "");
  assert.deepEqual(
    (await state.repairs()).map(({ id, damaged }) => [id.at(-1), damaged]),
    [["b", true]],
  );
});
