import { spawn } from "node:child_process";
import type { Runner, RunnerOptions } from "../framework.ts";
import { type CommandLine, findCommandLine } from "./command-line.ts";
import { withPlainProject } from "./plain-project.ts";
import { type Ended, readMigrateOutcome, readStatusOutcome } from "./runner-outcome.ts";

/**
 * Looks for the project's own Prisma. What it runs is the command line alone: its schema, its configuration and its
 * environment are Godwit's, so that nothing of the project is executed or read but the files of the migrations.
 *
 * @param directory the project's, absolute: `node_modules/prisma` is looked for in it and above
 * @param migrations absolute
 */
export async function findRunner(
  directory: string,
  migrations: string,
): Promise<Runner | { readonly reason: string }> {
  const found = findCommandLine(directory);
  if ("reason" in found) return found;
  const run = (args: readonly string[], options: RunnerOptions) =>
    runCommandLine(found, migrations, args, options);
  return {
    description: `Prisma ${found.version} of ${found.place}`,
    migrate: async (options) => {
      if (options.lockIsHeld === true && !found.canSkipLock) {
        const reason = `Prisma ${found.version} cannot be told that its lock is held already; 5.3.0 and newer can`;
        return { outcome: "cannot-run", reason };
      }
      return readMigrateOutcome(await run(["migrate", "deploy"], options), options.secretUrl ?? options.url);
    },
    status: async (options) =>
      readStatusOutcome(await run(["migrate", "status"], options), options.secretUrl ?? options.url),
  };
}

async function runCommandLine(
  { program, major }: CommandLine,
  migrations: string,
  args: readonly string[],
  options: RunnerOptions,
): Promise<Ended> {
  return withPlainProject({ major, migrations, ...options }, ({ directory, environment }) => {
    const command = [process.execPath, program, ...args];
    const [first = "", ...others] =
      process.platform === "win32" ? command : ["/bin/sh", "-c", watch, "sh", ...command];
    return untilEnd(first, others, { cwd: directory, env: environment }, options.timeout);
  });
}

/**
 * `read` returns when the pipe is closed: when this process ends, however it ends, so does the whole process group,
 * Prisma's engine with it. Nobody who lost Godwit's lock with Godwit may go on writing.
 */
const watch = `
exec 3<&0 </dev/null
"$@" 3<&- &
runner=$!
{ read -r nothing <&3; kill -KILL 0; } >/dev/null 2>&1 &
watcher=$!
wait "$runner"
status=$?
kill "$watcher"
exit "$status"
`;

function untilEnd(
  program: string,
  args: readonly string[],
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  limit: number,
): Promise<Ended> {
  return new Promise((resolve) => {
    // A process group of its own, to be ended as one.
    const child = spawn(program, args, { ...place, stdio: "pipe", detached: process.platform !== "win32" });
    let output = "";
    let problem: string | undefined;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const timer = setTimeout(() => {
      problem = `it had not ended after ${limit / 1000} s, and was ended`;
      // The pipe's end does it, by the shell above; Windows has no such shell.
      if (process.platform === "win32") child.kill();
      child.stdin.destroy();
    }, limit);
    const end = (exit: number | undefined) => {
      clearTimeout(timer);
      resolve({ exit, output, ...(problem !== undefined && { problem }) });
    };
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => {
      problem = `it could not be started: ${error.message}`;
      end(undefined);
    });
    child.on("close", (code, signal) => {
      if (signal !== null) problem ??= `it was ended by ${signal}`;
      end(code ?? undefined);
    });
  });
}
