import { chown, mkdtemp, realpath, rmdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Account } from "./account.ts";

/** Bytes; the path of a Unix socket may have 103 on macOS, 107 on Linux. */
const socketPathLimit = 100;

/**
 * Makes an empty directory which only the account can enter: whoever could reach the server's socket could use it.
 *
 * It lies in the system's directory for temporary files where that will do, else in `/tmp`.
 *
 * @param name with which its own begins, no longer than the usual one
 * @throws the file system's errors
 */
export async function scratchDirectory(
  account: Account | undefined,
  temporary = tmpdir(),
  name = "godwit-shadow-",
): Promise<string> {
  const base = await realpath(temporary).catch(() => "/tmp");
  const directory = await mkdtemp(join((await serves(base, account)) ? base : "/tmp", name));
  try {
    if (account) await chown(directory, account.uid, account.gid);
  } catch (error) {
    await rmdir(directory);
    throw error;
  }
  return directory;
}

/** Whether a server run by the account could have its directory there. */
async function serves(base: string, account: Account | undefined): Promise<boolean> {
  // The setting that names the socket's directory is a list, with commas and quotes of its own.
  const plain = /^[\w/.+-]+$/.test(base);
  const socket = join(base, "godwit-shadow-XXXXXX", ".s.PGSQL.5432");
  if (!plain || Buffer.byteLength(socket) > socketPathLimit) return false;
  if (account === undefined) return true;
  // Another account must be able to go there, and to remove the directory in the end.
  const { mode } = await stat(base);
  if ((mode & 0o003) !== 0o003) return false;
  for (let parent = dirname(base); ; parent = dirname(parent)) {
    if (((await stat(parent)).mode & 0o001) === 0) return false;
    if (parent === dirname(parent)) return true;
  }
}
