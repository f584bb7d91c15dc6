import { access, mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "./program.ts";

const root = join(import.meta.dirname, "..");

/** The oldest which `engines` in package.json allows. */
const oldest = "20.19.0";

/**
 * A Node 20 on which the package must run: this machine's own where it has one, else the oldest that is allowed, which
 * npm fetches once. It is no dependency of the project, since it would take the name `node` from Node 24.
 *
 * @returns the program's path
 * @throws Error where there is none
 */
export async function node20(): Promise<string> {
  for (const directory of (process.env["PATH"] ?? "").split(delimiter)) {
    const program = join(directory, "node");
    if (await isNode20(program)) return program;
  }
  const place = join(root, "node_modules/.cache/godwit/node-20");
  const name = `node-${process.platform}-${process.arch}`;
  const program = join(place, "node_modules", name, "bin/node");
  if (await isNode20(program)) return program;
  await mkdir(place, { recursive: true });
  const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  const npm = await run("npm", ["install", ...options, `--prefix=${place}`, `${name}@${oldest}`], {
    cwd: place,
  });
  if (!(await isNode20(program)))
    throw new Error(`There is no Node 20 here, and npm fetched none: ${npm.output}`);
  return program;
}

async function isNode20(program: string): Promise<boolean> {
  const there = await access(program).then(
    () => true,
    () => false,
  );
  if (!there) return false;
  const { said } = await run(program, ["--version"], { cwd: "/" });
  const minor = /^v20[.](\d+)[.]/.exec(said)?.[1];
  return minor !== undefined && Number(minor) >= 19;
}
