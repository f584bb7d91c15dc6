import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** How a program ended, and all that it said. */
export interface Ended {
  readonly succeeded: boolean;
  /** Standard output, and standard error after it. */
  readonly output: string;
  /** Standard output alone. */
  readonly said: string;
}

/** Runs a program to its end and keeps what it says. That it cannot be started is a failure like others. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly environment?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.environment ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null | Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", resolve);
  });
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const end = await ended;
  const why = end instanceof Error ? `${end.message}\n` : "";
  return { succeeded: end === 0, said, output: `${said}${complained}${why}` };
}
