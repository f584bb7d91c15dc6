import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { hasCanary } from "../servers/canary.ts";

/** Options whose value is a place where Godwit writes. */
const places = new Set(["--state-dir", "--plan-out", "--bundle", "--out"]);

/** Whole backups of large tables are not read. */
const readAtMost = 64 * 2 ** 20;

/** Milliseconds: Prisma's engine lives for several hundred. */
const pause = 40;

const main = "src/cli/main.ts";

/** Programs that were started and have not ended, while anything is watched. */
const running = new Set<ChildProcess>();
const told = new Set<string>();
let watched = 0;
let timer: NodeJS.Timeout | undefined;

subscribe("child_process", (message) => {
  if (watched === 0) return;
  const { process: child } = message as { process: ChildProcess };
  // Its arguments are known when it has started.
  child.once("spawn", () => {
    // What a test hands to the program itself is the test's own affair; what that starts is not.
    if (!child.spawnargs.some((word) => word.endsWith(main))) tell(child.spawnargs);
    running.add(child);
  });
  child.once("exit", () => running.delete(child));
});

/**
 * Runs something of Godwit's, and looks for the password of the test servers in all that it leaves: what it says, the files
 * which it writes, the arguments of every program that it starts and of those which they start.
 *
 * @param args of the command line: they say where it writes
 * @param elsewhere other places where it may write
 * @param work gives what was said
 */
export async function leakingNothing<T>(
  args: readonly string[],
  elsewhere: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  // File systems count in coarser steps than clocks.
  const since = Date.now() - 20;
  const before = told.size;
  watched += 1;
  timer ??= setInterval(lookAround, pause).unref();
  let said: T;
  try {
    said = await work();
  } finally {
    watched -= 1;
    if (watched === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  }
  const text = JSON.stringify(said) ?? "";
  assert.ok(!hasCanary(text), `a password was said: ${text}`);
  assert.deepEqual([...told].slice(before), [], "a password is in the arguments of a program");
  const named = args.filter((_, i) => places.has(args[i - 1] ?? "") && isAbsolute(args[i] ?? ""));
  for (const place of [...named, ...elsewhere])
    for (const file of await filesOf(place)) await mustNotHold(file, since);
  return said;
}

function tell(words: readonly string[]): void {
  if (words.some((word) => hasCanary(word))) told.add(words.join(" "));
}

/** Looks at what the programs have started: their own arguments were looked at when they were. */
async function lookAround(): Promise<void> {
  for (const { pid } of running) if (pid !== undefined) await lookBelow(pid);
}

async function lookBelow(pid: number): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  for (const child of children.split(" ").filter(Boolean)) {
    const line = await readFile(`/proc/${child}/cmdline`, "utf8").catch(() => "");
    tell(line.split("\0"));
    await lookBelow(Number(child));
  }
}

/** A file, or all that are in a directory and below; what links lead to is elsewhere. */
async function filesOf(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [place];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function mustNotHold(file: string, since: number): Promise<void> {
  assert.ok(!hasCanary(file), `a password is in the name of ${file}`);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile() || found.mtimeMs < since || found.size > readAtMost) return;
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  assert.ok(!hasCanary(isPacked ? gunzipSync(bytes) : bytes), `a password is in ${file}`);
}
