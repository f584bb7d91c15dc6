import { KnownError } from "../errors.ts";

/**
 * An error of the file system where journals and backups lie, as a refusal.
 *
 * @returns what is to be thrown: the error itself where it is a bug
 */
export function unusable(directory: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  return new KnownError("STATE_DIRECTORY_UNUSABLE", { directory, problem: problems[code] ?? code });
}

const problems: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "it is on a read-only file system",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  ENOENT: "it was removed",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "a part of its path is a file",
};
