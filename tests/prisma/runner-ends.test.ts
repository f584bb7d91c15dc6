// When Prisma's command line has to end before it is done, all of it does.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { prismaEnvironment } from "./cli.ts";
import { base, project, runnerOf } from "./trapped-project.ts";

/** Says that it is Prisma: a program which starts another one, and neither ends by itself. */
async function endless(): Promise<string> {
  const place = join(base, "prisma-endless");
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "package.json"), '{ "version": "6.19.3", "bin": "endless.cjs" }');
  const text =
    'require("child_process").spawn("sleep", ["600"], { stdio: "ignore" }); setInterval(() => {}, 1000);\n';
  await writeFile(join(place, "endless.cjs"), text);
  return place;
}

test("ends everything it started when its time is over", async () => {
  const runner = await runnerOf(await project([], await endless()));
  const url = `postgresql://somebody@127.0.0.1:1/too-slow-${process.pid}`;
  const running = runner.migrate({ url, environment: await prismaEnvironment(), timeout: 4000 });
  // The shell that watches, the program, and what it started.
  await until(async () => (await processesWith(url)).length >= 3);
  const outcome = await running;
  assert.equal(outcome.outcome, "cannot-run");
  assert.match("reason" in outcome ? outcome.reason : "", /had not ended after 4 s/);
  await until(async () => (await processesWith(url)).length === 0);
});

test("ends everything it started when Godwit is killed", async () => {
  const made = await project([], await endless());
  const url = `postgresql://somebody@127.0.0.1:1/killed-${process.pid}`;
  const options = { url, environment: await prismaEnvironment(), timeout: 60_000 };
  const framework = join(import.meta.dirname, "../../src/frameworks/prisma/framework.ts");
  const script = `import { prisma } from ${JSON.stringify(framework)};
const runner = await prisma.runner(${JSON.stringify(made)});
await runner.migrate(${JSON.stringify(options)});`;
  const godwit = spawn(process.execPath, ["--input-type=module", "-e", script], {
    // Its directory is left behind, empty of secrets.
    env: { ...process.env, TMPDIR: base },
    stdio: "ignore",
  });
  await until(async () => (await processesWith(url)).length >= 3);
  godwit.kill("SIGKILL");
  await until(async () => (await processesWith(url)).length === 0);
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`never: ${condition}`);
}

async function processesWith(url: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.includes(`GODWIT_DATABASE_URL=${url}`)) found.push(pid);
  }
  return found;
}
