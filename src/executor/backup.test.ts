import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { backUp } from "./backup.ts";

test("where the file cannot be opened, the server is not asked for rows which nobody would read", async () => {
  const directory = await mkdtemp(join(tmpdir(), "godwit-backup-"));
  try {
    await mkdir(join(directory, "1.copy"));
    const asked: string[] = [];
    const writer = {
      rowsOf({ name }: { readonly name: string }) {
        asked.push(name);
        return Readable.from([Buffer.from("1\n")]);
      },
    };
    const table = { schema: "public", name: "t", columns: ["id"] };
    await assert.rejects(backUp(writer, [table], directory), { code: "EISDIR" });
    assert.deepEqual(asked, []);
  } finally {
    await rm(directory, { recursive: true });
  }
});
