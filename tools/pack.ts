import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeDistribution } from "./distribution.ts";
import { run } from "./program.ts";

const root = join(import.meta.dirname, "..");

/** What would be published. */
export interface Packed {
  /** The path of the .tgz. */
  readonly tarball: string;
  remove(): Promise<void>;
}

/**
 * Builds and packs the package as `npm publish` would, in a temporary directory: `dist` here stays as it is.
 *
 * @throws Error if it does not build, or a file that the package is to contain is missing
 */
export async function pack(): Promise<Packed> {
  const directory = await mkdtemp(join(tmpdir(), "godwit-pack-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  const staged = async (program: string, ...args: string[]) => {
    const { succeeded, output } = await run(program, args, { cwd: directory });
    if (!succeeded) throw new Error(`${program} ${args.join(" ")} failed:\n${output}`);
  };
  try {
    const { files }: { files: string[] } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    for (const name of ["package.json", "README.md", "LICENSE", ...files.filter((name) => name !== "dist")])
      await cp(join(root, name), join(directory, name), { recursive: true });
    await makeDistribution(join(directory, "dist"));
    await staged("npm", "pack", "--ignore-scripts", "--loglevel=error");
    const tarball = (await readdir(directory)).find((name) => name.endsWith(".tgz"));
    if (tarball === undefined) throw new Error("npm packed nothing");
    return { tarball: join(directory, tarball), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
