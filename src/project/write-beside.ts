import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/**
 * Writes a file under another name beside its own, for this account alone, and names it when it is whole: half a file
 * must never bear the name of a whole one.
 *
 * @param finish what becomes of the whole file; by default it gets its name
 * @throws what the file system throws, see {@link fileProblem}; nothing is left behind then
 */
export async function writeBeside(
  path: string,
  pieces: Iterable<string | Uint8Array>,
  finish: (temporary: string) => Promise<void> = (temporary) => rename(temporary, path),
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(temporary, "wx", 0o600);
    await file
      .writeFile(pieces)
      .then(() => file.sync())
      .finally(() => file.close());
    await finish(temporary);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/**
 * Proves that {@link writeBeside} will be able to write a file, before anything else is done.
 *
 * @throws as {@link writeBeside}
 */
export function proveWritable(path: string): Promise<void> {
  return writeBeside(path, [""], () => Promise.resolve());
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: "its directory does not exist",
  ENOTDIR: "its directory is a file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EISDIR: "it is a directory",
};

/** What the file system says, in words: `the disk is full`. Undefined for an error which is none of its own. */
export function fileProblem(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error)) return undefined;
  const code = String(error.code);
  return problems[code] ?? code;
}
