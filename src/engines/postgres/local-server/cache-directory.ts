import { mkdir, mkdtemp, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Longer than anything here takes: what is older was left by a process that was killed. */
const abandonedAfter = 10 * 60 * 1000;

/**
 * Makes a directory for what is expensive to make, if it is not there yet.
 *
 * @returns its real path, or undefined where it cannot be used: not writable, or others could put programs or data
 *   into it that we would then run
 */
export async function usableCache(directory: string): Promise<string | undefined> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { uid, mode } = await stat(directory);
    const mine = process.geteuid === undefined || uid === process.geteuid();
    return mine && (mode & 0o002) === 0 ? await realpath(directory) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Fills a directory beside its final place and then renames it, so that nobody ever sees one that is half done. When two
 * do so at once, the first stays; the second's work is thrown away.
 *
 * @param fill gets an empty directory
 * @throws what `fill` throws, and the file system's errors; nothing is left behind then
 */
export async function makeAtOnce(place: string, fill: (directory: string) => Promise<void>): Promise<void> {
  const parent = dirname(place);
  const prefix = `.${basename(place)}.`;
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeAbandoned(parent, prefix);
  const making = await mkdtemp(join(parent, prefix));
  try {
    await fill(making);
    await rename(making, place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function removeAbandoned(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > abandonedAfter) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
