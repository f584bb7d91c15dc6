import { accessSync, constants, lstatSync } from "node:fs";
import path from "node:path";

/** What decides where the cache is. */
export interface CacheSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The directory for temporary files. */
  readonly temporary: string;
  /** The user's number; absent on Windows. */
  readonly user: number | undefined;
}

/**
 * Where what is expensive to make may be kept. It need not exist; create it with mode 0700.
 *
 * @returns an absolute path: XDG_CACHE_HOME/godwit, ~/Library/Caches/godwit, ~/.cache/godwit; in the directory for
 *   temporary files where that cannot be written
 * @see https://specifications.freedesktop.org/basedir/latest/
 */
export function cacheDirectory({ environment, home, platform, temporary, user }: CacheSurroundings): string {
  const xdg = environment["XDG_CACHE_HOME"];
  // A relative path is to be ignored, says the specification.
  const base =
    xdg !== undefined && path.isAbsolute(xdg)
      ? xdg
      : path.join(home, ...(platform === "darwin" ? ["Library", "Caches"] : [".cache"]));
  if (path.isAbsolute(base) && isWritable(base)) return path.join(base, "godwit");
  const fallback = path.join(temporary, `godwit-${user ?? "user"}`);
  return isOurs(fallback, user) ? fallback : `${fallback}-${process.pid}`;
}

/** Tells whether a directory can be written, or could be made. */
function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return isMissing && directory !== path.dirname(directory) && isWritable(path.dirname(directory));
  }
}

/** Anyone may make a directory in the one for temporary files; only our own is used. */
function isOurs(directory: string, user: number | undefined): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (found === undefined || user === undefined) return true;
  return found.isDirectory() && found.uid === user && (found.mode & 0o022) === 0;
}
