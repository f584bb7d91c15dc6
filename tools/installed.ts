import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "./pack.ts";
import { run } from "./program.ts";

const modules = join(import.meta.dirname, "../node_modules");

/** The package as `npm install` leaves it in somebody's project. */
export interface Installed {
  /** The project. */
  readonly directory: string;
  /** What `npx godwit` starts. */
  readonly program: string;
  remove(): Promise<void>;
}

/**
 * Packs the package and installs it in an empty directory without the network: what its manifest names as a dependency
 * is copied from here, and nothing else is.
 */
export async function install(): Promise<Installed> {
  const directory = await mkdtemp(join(tmpdir(), "godwit-built-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const place = join(directory, "node_modules/godwit");
    await mkdir(place, { recursive: true });
    const packed = await pack();
    const tar = await run("tar", ["-xzf", packed.tarball, "--strip-components=1"], { cwd: place });
    await packed.remove();
    if (!tar.succeeded) throw new Error(tar.output);
    const copied = new Set<string>();
    await copyDependencies(place, directory, copied);
    const { bin }: { bin: { godwit: string } } = JSON.parse(
      await readFile(join(place, "package.json"), "utf8"),
    );
    const program = join(directory, "node_modules/.bin/godwit");
    await mkdir(join(program, ".."));
    await symlink(join("../godwit", bin.godwit), program);
    return { directory, program, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function copyDependencies(place: string, directory: string, copied: Set<string>): Promise<void> {
  const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(
    await readFile(join(place, "package.json"), "utf8"),
  );
  for (const name of Object.keys(dependencies)) {
    if (copied.has(name)) continue;
    copied.add(name);
    const copy = join(directory, "node_modules", name);
    await cp(join(modules, name), copy, { recursive: true });
    await copyDependencies(copy, directory, copied);
  }
}
