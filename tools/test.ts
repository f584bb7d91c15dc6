// `npm test`: what the tests need of the machine, then all of them, or those named: `npm test -- 'src/sql/**/*.test.ts'`.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { installSystemPrograms } from "./system-programs.ts";

const root = join(import.meta.dirname, "..");
const all = ["src/**/*.test.ts", "tests/**/*.test.ts"];
const named = process.argv.slice(2);

try {
  await installSystemPrograms();
  process.exitCode = await runTests(named.length > 0 ? named : all);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** @returns the exit code */
function runTests(args: readonly string[]): Promise<number> {
  // They wait for servers more than they compute.
  const concurrency = Math.max(2, availableParallelism());
  const options = [`--test-concurrency=${concurrency}`, "--test-reporter=spec"];
  const child = spawn(process.execPath, ["--test", ...options, ...args], { cwd: root, stdio: "inherit" });
  // The runner ends its tests, and they their servers.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
