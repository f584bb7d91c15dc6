import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { openJournal, readJournal } from "./journal.ts";
import { sealed, sealedLine, unsealed, unsealedLine } from "./sealed.ts";

const key = fc.string().filter((one) => !["__proto__", "checksum", "seal"].includes(one));
const content = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true });

for (const [what, seal, open] of [
  ["a document", sealed, unsealed],
  ["a line", sealedLine, unsealedLine],
] as const) {
  test(`${what} comes back, and nothing that was changed does`, () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.nat({ max: 255 }), (document, place, byte) => {
        const text = seal(document);
        assert.deepEqual(open(text), JSON.parse(JSON.stringify(document)));
        const bytes = Buffer.from(text);
        const at = place % bytes.length;
        if (bytes[at] === byte) return;
        bytes[at] = byte;
        const damaged = open(bytes.toString());
        // What lies between the tokens may be other white space.
        if (damaged !== undefined) assert.deepEqual(damaged, JSON.parse(JSON.stringify(document)));
        assert.equal(open(text.slice(0, Math.min(at, text.trimEnd().length - 1))), undefined);
      }),
    );
  });
}

test("a journal whose last line was cut off goes on after it; one that was changed is damaged", async () => {
  const directory = await mkdtemp(join(tmpdir(), "godwit-journal-"));
  const file = join(directory, "journal.jsonl");
  try {
    assert.deepEqual(await readJournal(directory), { entries: [], damaged: false });
    const first = await openJournal(directory);
    await first.append({
      ...{ event: "began", purpose: "repair", plan: "p", database: "d at localhost:1" },
      ...{ process: 1, rehearsed: false, digests: {} },
    });
    await first.append({ event: "unchanged" });
    await first.close();
    await appendFile(file, '{"at":"2026-11-27T1');
    const events = async () => (await readJournal(directory)).entries.map(({ event }) => event);
    assert.deepEqual(await events(), ["began", "unchanged"]);
    const second = await openJournal(directory);
    await second.append({ event: "resolved", outcome: "aborted" });
    await second.close();
    assert.deepEqual(await events(), ["began", "unchanged", "resolved"]);
    assert.equal((await readJournal(directory)).damaged, false);
    await writeFile(file, (await readFile(file, "utf8")).replace("aborted", "commits"));
    assert.deepEqual(await events(), ["began", "unchanged"]);
    assert.equal((await readJournal(directory)).damaged, true);
    await rm(file);
    await mkdir(file);
    assert.equal((await readJournal(directory)).damaged, true);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
