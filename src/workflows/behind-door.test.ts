import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { engineOf } from "../engines/registry.ts";
import type { Runner, RunnerOptions } from "../frameworks/framework.ts";
import { behindDoor } from "./behind-door.ts";

const url = "postgresql://ann:Zq7@localhost:1/shop?schema=x";
const options = { url, environment: {}, timeout: 1000 };

function runnerWhich(run: (options: RunnerOptions) => Promise<void>): Runner {
  const act = async (given: RunnerOptions) => {
    await run(given);
    return { outcome: "done" as const, output: "" };
  };
  return { description: "it", migrate: act, status: act };
}

test("the runner is given a way in and no password, for as long as it runs", async () => {
  const seen: RunnerOptions[] = [];
  const socketOf = (given: RunnerOptions) => new URL(given.url).searchParams.get("host") ?? "";
  const runner = runnerWhich(async (given) => {
    seen.push(given);
    assert.ok(existsSync(socketOf(given)));
  });
  const behind = behindDoor(runner, await engineOf(url));
  assert.equal((await behind.migrate({ ...options, lockIsHeld: true })).outcome, "done");
  assert.equal((await behind.status(options)).outcome, "done");
  assert.deepEqual(
    seen.map(({ lockIsHeld, secretUrl }) => [lockIsHeld, secretUrl]),
    [
      [true, url],
      [undefined, url],
    ],
  );
  for (const given of seen) {
    assert.ok(!given.url.includes("Zq7"));
    assert.match(given.url, /^postgresql:\/\/ann@localhost\/shop\?schema=x&/);
    assert.ok(!existsSync(socketOf(given)));
  }
  const failing = runnerWhich(async (given) => {
    seen.push(given);
    throw new Error("a mistake");
  });
  await assert.rejects(behindDoor(failing, await engineOf(url)).migrate(options), /a mistake/);
  assert.ok(seen.every((given) => !existsSync(socketOf(given))));
});

test("a signal removes it, and ends the process as ever", async () => {
  const place = (file: string) => JSON.stringify(join(import.meta.dirname, file));
  const script = `import { engineOf } from ${place("../engines/registry.ts")};
import { behindDoor } from ${place("behind-door.ts")};
const act = async ({ url }) => {
  process.stdout.write(new URL(url).searchParams.get("host"));
  await new Promise((resolve) => setTimeout(resolve, 60_000));
};
const runner = { description: "it", migrate: act, status: act };
await behindDoor(runner, await engineOf(${JSON.stringify(url)})).migrate(${JSON.stringify(options)});`;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = new Promise((resolve) => child.once("exit", (_, by) => resolve(by)));
    const directory = await new Promise<string>((resolve) =>
      child.stdout.setEncoding("utf8").once("data", resolve),
    );
    assert.ok(existsSync(directory));
    child.kill(signal);
    assert.equal(await ended, signal);
    assert.ok(!existsSync(directory), signal);
  }
});
