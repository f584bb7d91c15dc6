import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type JournalEvent, openJournal, readJournal } from "./journal.ts";

const began: JournalEvent = {
  event: "began",
  purpose: "repair",
  plan: "p",
  database: "shop at localhost:5432",
  process: 1,
  rehearsed: false,
  digests: {},
};

async function written(...events: JournalEvent[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "godwit-journal-"));
  const journal = await openJournal(directory);
  for (const event of events) await journal.append(event);
  await journal.close();
  return directory;
}

const told = async (directory: string) => {
  const { entries, damaged } = await readJournal(directory);
  return [entries.map(({ event }) => event), damaged];
};

test("a line that was cut off announces nothing, and swallows nothing that is written later", async () => {
  const directory = await written(began, { event: "locked" });
  await appendFile(
    join(directory, "journal.jsonl"),
    '{"at":"2026-11-27T12:00:00.000Z","event":"committing","pa',
  );
  assert.deepEqual(await told(directory), [["began", "locked"], false]);
  const journal = await openJournal(directory);
  await journal.append({ event: "resolved", outcome: "nothing" });
  await journal.close();
  assert.deepEqual(await told(directory), [["began", "locked", "resolved"], false]);
});

const damages: Record<string, (text: string) => string> = {
  "a line in the middle is no JSON": (text) => text.replace('"locked"', '"lock'),
  "an event of another version": (text) => text.replace('"locked"', '"checkpointed"'),
  "the first line is gone": (text) => text.slice(text.indexOf("\n") + 1),
  "a field on which something is decided has another type": (text) =>
    text.replace('"transaction":"7"', '"transaction":7'),
  "a line of NULL": () => "null\n",
  "zeros in the place of a block": (text) => `${"\0".repeat(text.length - 1)}\n`,
};

for (const [what, damage] of Object.entries(damages)) {
  test(`a damaged journal is told as one: ${what}`, async () => {
    const directory = await written(began, { event: "locked" }, { event: "part", part: 0, transaction: "7" });
    assert.deepEqual(await told(directory), [["began", "locked", "part"], false]);
    const file = join(directory, "journal.jsonl");
    await writeFile(file, damage(await readFile(file, "utf8")));
    assert.equal((await readJournal(directory)).damaged, true);
  });
}

test("what is written to a journal that was removed is refused", async () => {
  const directory = await written();
  const journal = await openJournal(directory);
  await journal.append(began);
  await rm(directory, { recursive: true });
  const refused = { code: "STATE_DIRECTORY_UNUSABLE", message: /removed meanwhile/ };
  await assert.rejects(journal.append({ event: "locked" }), refused);
  await journal.close();
  await assert.rejects(openJournal(directory), { code: "STATE_DIRECTORY_UNUSABLE" });
});
