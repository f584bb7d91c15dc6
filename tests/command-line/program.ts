import { spawn } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { leakingNothing } from "../scenarios/canary-watch.ts";
import { mustBeHarmless } from "../scenarios/harmless.ts";

const main = join(dirname(fileURLToPath(import.meta.url)), "../../src/cli/main.ts");

/** What a run of the program left to see. */
export interface Run {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the program as a person would, in a directory, with nothing of the tests' own environment but PATH. The test fails
 * where a password is left behind.
 */
export async function godwit(
  args: readonly string[],
  options: { cwd: string; environment?: Record<string, string>; input?: string },
): Promise<Run> {
  const { cwd } = options;
  const places = [join(cwd, ".local"), join(cwd, ".cache")];
  const said = await leakingNothing(args, places, () => start(args, options));
  mustBeHarmless(said);
  return said;
}

async function start(
  args: readonly string[],
  { cwd, environment = {}, input }: Parameters<typeof godwit>[1],
): Promise<Run> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: cwd, ...environment };
  const child = spawn(process.execPath, [main, ...args], { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => undefined).end(input ?? "");
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { exit, stdout, stderr };
}

/** Writes files into a new directory, by their paths. */
export async function directoryWith(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "godwit-command-line-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}
