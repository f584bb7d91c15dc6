import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "../scenarios/database.ts";
import { godwit, newDirectory, surroundings } from "../scenarios/godwit.ts";
import type { Random } from "../scenarios/random.ts";
import type { Breaking, BrokenState } from "./broken-states.ts";
import { pointsOf } from "./points.ts";
import { environmentOf, projectOf, recovers, truthOfState, wishesOf } from "./recovery.ts";

const main = join(import.meta.dirname, "../../src/cli/main.ts");

/** Kills a repair after entries of its journal, at points that are drawn by lot, and lets it recover in a new process. */
export async function killedAndRecovered(
  build: Breaking,
  random: Random,
  original: Database,
  { askPrisma }: { readonly askPrisma?: boolean } = {},
): Promise<void> {
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
      ...(askPrisma !== undefined && { askPrisma }),
      interrupt: (args, environment) => killedAfter(entry, args, environment),
    });
    // With the last one all is said.
    assert.equal(
      told,
      entry < last,
      `doctor does not tell that entry ${entry} (${entries[entry - 1]}) was the last`,
    );
    await copy.drop();
  }
}

/** What an undisturbed repair writes down. */
async function entriesOf(database: Database, state: BrokenState): Promise<string[]> {
  const directory = await newDirectory("state");
  const { exit, stdout } = await godwit(
    [
      ...[state.command ?? "repair", ...wishesOf(state), "--json", "--without-rehearsal"],
      ...["--project", await projectOf(state), "--database", database.url, "--state-dir", directory],
    ],
    await environmentOf(state),
  );
  assert.equal(exit, 0, stdout);
  const [place = ""] = await readdir(directory);
  const record = (await readdir(join(directory, place))).find((one) => /^\d{8}T/.test(one)) ?? "";
  await database.drop();
  const text = await readFile(join(directory, place, record, "journal.jsonl"), "utf8");
  return text.trim().split("\n");
}

/** Runs the program in a process of its own, which is killed right after an entry of its journal. */
export async function killedAfter(
  entry: number,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<undefined> {
  const { ended } = await start([...args, "--without-rehearsal"], {
    ...environment,
    GODWIT_FAULT: `apply/kill:${entry}`,
  });
  const { signal, said } = await ended;
  assert.equal(signal, "SIGKILL", `it was to be killed: ${said}`);
}

/** The program in a process of its own. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{
    exit: number | null;
    signal: NodeJS.Signals | null;
    stdout: string;
    said: string;
  }>;
}

/** @param under a command that starts it */
export async function start(
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
  under: readonly string[] = [],
): Promise<Started> {
  const { environment, cwd } = await surroundings(more);
  const [program = process.execPath, ...words] = [...under, process.execPath, main, ...args];
  const child = spawn(program, words, {
    cwd,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, said] = ["", ""];
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    said += text;
  });
  const ended = new Promise<Awaited<Started["ended"]>>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit, signal) => resolve({ exit, signal, stdout, said }));
  });
  return { child, ended };
}
