// The watch over passwords would be silent if it were blind.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { canaryInUrl, canaryPassword, hasCanary } from "../servers/canary.ts";
import { leakingNothing } from "./canary-watch.ts";
import { newDirectory } from "./godwit.ts";

const run = promisify(execFile);
const throughEnvironment = { env: { ...process.env, PGPASSWORD: canaryPassword } };

const ways: Record<string, (directory: string) => Promise<unknown>> = {
  "in what is said": async () => ({ stderr: `a ${canaryPassword} z` }),
  "in a file": (directory) => writeFile(join(directory, "journal"), JSON.stringify(canaryPassword)),
  "in a packed file": (directory) => writeFile(join(directory, "journal"), gzipSync(canaryInUrl)),
  "in a file's name": (directory) => writeFile(join(directory, canaryInUrl), ""),
  "in an argument": () => run("/bin/true", [canaryPassword]),
  "in an argument of a program's program": () =>
    run("/bin/sh", ["-c", `/bin/sh -c 'sleep 0.4; true' "$PGPASSWORD"; true`], throughEnvironment),
};

for (const [where, leak] of Object.entries(ways)) {
  test(`a password is noticed ${where}`, async () => {
    const directory = await newDirectory("leak");
    const watched = leakingNothing(["--state-dir", directory], [], () => leak(directory));
    await assert.rejects(watched, /a password (is|was)/);
  });
}

test("what hands a password on by the environment alone is let through", async () => {
  await leakingNothing([], [], () => run("/bin/sh", ["-c", "sleep 0.2; true"], throughEnvironment));
});

test("a password is seen in each form in which texts travel", () => {
  const inside = `postgresql://u:${canaryPassword}@h/d`;
  const hidden = [0, 1, 2, 3].map((offset) => Buffer.from("y".repeat(offset) + inside).toString("base64"));
  for (const form of [
    inside,
    JSON.stringify(inside),
    canaryInUrl,
    Buffer.from(inside).toString("hex"),
    ...hidden,
  ])
    assert.ok(hasCanary(`a ${form} z`), form);
  assert.ok(!hasCanary("postgresql://u:[redacted]@h/d"));
});
