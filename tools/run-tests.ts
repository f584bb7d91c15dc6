import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/**
 * Runs the tests which the patterns name.
 *
 * @returns the exit code
 */
export function runTests(
  root: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  // They wait for servers more than they compute.
  const concurrency = Math.max(2, availableParallelism());
  const options = [`--test-concurrency=${concurrency}`, "--test-reporter=spec"];
  const child = spawn(process.execPath, ["--test", ...options, ...args], {
    cwd: root,
    // Each file of tests is a process which reads the same sources: what was compiled once is kept.
    env: { NODE_COMPILE_CACHE: join(root, "node_modules/.cache/compiled"), ...environment },
    stdio: "inherit",
  });
  // The runner ends its tests, and they their servers.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
