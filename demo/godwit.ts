import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** Where the command line is run, and with what. */
export interface Surroundings {
  readonly project: string;
  readonly cache: string;
  readonly signal: AbortSignal;
}

/**
 * Runs the real command line, as a person in the project's directory would: the database is found by the project's own
 * `.env`.
 *
 * @param options.capture keep what it prints, instead of showing it
 * @param options.input its standard input
 * @throws the signal's reason, once the program has ended
 */
export async function godwit(
  args: readonly string[],
  { project, cache, signal }: Surroundings,
  { capture = false, input }: { capture?: boolean; input?: string } = {},
): Promise<{ exit: number | null; output: string }> {
  signal.throwIfAborted();
  const main = join(import.meta.dirname, "..", "src", "cli", "main.ts");
  const { DATABASE_URL: _theirs, ...environment } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd: project,
    env: { ...environment, XDG_CACHE_HOME: cache },
    stdio: [input === undefined ? "ignore" : "pipe", capture ? "pipe" : "inherit", "inherit"],
  });
  const stop = () => child.kill();
  signal.addEventListener("abort", stop);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin?.on("error", () => undefined).end(input);
  const [exit, output] = await Promise.all([ended, child.stdout ? text(child.stdout) : ""]);
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  return { exit, output };
}
