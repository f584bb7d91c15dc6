import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { godwit, newDirectory, surroundings, writeProject } from "../scenarios/godwit.ts";
import { scenario } from "../scenarios/scenario.ts";
import { brokenStates } from "./broken-states.ts";
import { pointsOf } from "./points.ts";
import { recovers, truthOfState } from "./recovery.ts";

const main = join(import.meta.dirname, "../../src/cli/main.ts");

for (const [name, build] of Object.entries(brokenStates)) {
  scenario(`killed while it repairs: ${name}`, async ({ random, database }) => {
    const original = await database();
    const state = await build(random, original);
    const entries = await entriesOf(await original.clone(), state);
    const last = entries.length;
    const within = random.integer(2, last - 3);
    const atTheEnd = random.integer(last - 2, last - 1);
    const truth = await truthOfState(state, original);
    for (const entry of pointsOf(random, last, [random.pick([within, atTheEnd])])) {
      const copy = await original.clone();
      const told = await recovers({
        state,
        truth,
        database: copy,
        stateDirectory: await newDirectory("state"),
        interrupt: (args) => killedAfter(entry, args),
      });
      assert.equal(
        told,
        true,
        `doctor does not tell that entry ${entry} (${entries[entry - 1]}) was the last`,
      );
      await copy.drop();
    }
  });
}

/** What an undisturbed repair writes down. */
async function entriesOf(
  database: { url: string; drop(): Promise<void> },
  { files, choose }: { files: readonly { name: string; sql: string }[]; choose: readonly string[] },
): Promise<string[]> {
  const state = await newDirectory("state");
  const { exit, stdout } = await godwit([
    ...["repair", "--yes", "--native", "--json", "--without-rehearsal"],
    ...["--project", await writeProject(files), "--database", database.url, "--state-dir", state],
    ...choose.flatMap((choice) => ["--choose", choice]),
  ]);
  assert.equal(exit, 0, stdout);
  const [place = ""] = await readdir(state);
  const record = (await readdir(join(state, place))).find((one) => /^\d{8}T/.test(one)) ?? "";
  await database.drop();
  const text = await readFile(join(state, place, record, "journal.jsonl"), "utf8");
  return text.trim().split("\n");
}

/** Runs the program in a process of its own, which is killed right after an entry of its journal. */
async function killedAfter(entry: number, args: readonly string[]): Promise<void> {
  const { environment, cwd } = await surroundings({ GODWIT_FAULT: `apply/kill:${entry}` });
  const child = spawn(process.execPath, [main, ...args, "--without-rehearsal"], {
    cwd,
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const signal = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (_code, by) => resolve(by));
  });
  assert.equal(signal, "SIGKILL", `it was to be killed: ${said}`);
}
