import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startServer } from "../scenarios/database.ts";
import type { TestServer } from "../servers/postgres.ts";
import { told } from "./broken.ts";
import { type Kept, trials } from "./cases.ts";

const directory = join(import.meta.dirname, "kept");

describe("random cases that were once judged or repaired wrongly", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(async () => server.stop());

  for (const file of readdirSync(directory)) {
    const kept = JSON.parse(readFileSync(join(directory, file), "utf8")) as Kept;
    test(`${kept.trial}: ${file.replace(".json", "").replaceAll("-", " ")}`, async () => {
      const wrong = await trials[kept.trial](server, kept.log);
      assert.equal(wrong, undefined, told(kept.log));
    });
  }
});
