// `npm run check`: every script of package.json whose name begins with `check:`, as many at once as there are processors.
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { run } from "./program.ts";

const root = join(import.meta.dirname, "..");
const began = performance.now();
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  await readFile(join(root, "package.json"), "utf8"),
);
const waiting = Object.entries(scripts).filter(([name]) => name.startsWith("check:"));
const failed: string[] = [];

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
console.log(
  failed.length === 0
    ? `All is well (${secondsSince(began)} s).`
    : `Failed: ${failed.join(", ")} (${secondsSince(began)} s).`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [name, command] = next;
    const start = performance.now();
    const { succeeded, output } = await run("/bin/sh", ["-c", command], { cwd: root });
    console.log(`${succeeded ? "✓" : "✗"} ${name} (${secondsSince(start)} s)`);
    if (succeeded) continue;
    failed.push(name);
    console.log(output);
  }
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}
