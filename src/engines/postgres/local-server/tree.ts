import {
  chmod,
  chown,
  constants,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readlink,
  symlink,
} from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "./account.ts";

/** How much a copied directory holds, to notice one from which files were lost. */
export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

interface CopyOptions {
  /** Who owns the copy; absent: this process's user. */
  readonly owner: Account | undefined;
  /** `private`: for the owner alone, contents may be changed. `readable`: for everyone, shares contents where it can. */
  readonly access: "private" | "readable";
}

/**
 * Copies a directory with all in it. Its directories get their owner before they are filled, so that the owner can
 * remove what an interrupted copy left.
 *
 * @param to must not exist
 * @throws the file system's errors
 */
export async function copyTree(from: string, to: string, options: CopyOptions): Promise<Amount> {
  await mkdir(to, { mode: options.access === "private" ? 0o700 : 0o755 });
  // mkdir's mode is subject to the umask.
  if (options.access === "readable") await chmod(to, 0o755);
  if (options.owner) await chown(to, options.owner.uid, options.owner.gid);
  const entries = await readdir(from, { withFileTypes: true });
  const amounts = await Promise.all(
    entries.map(async (entry): Promise<Amount> => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) return copyTree(source, target, options);
      if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
      else return { files: 1, bytes: await placeFile(source, target, options) };
      return { files: 1, bytes: 0 };
    }),
  );
  return amounts.reduce((sum, { files, bytes }) => ({ files: sum.files + files, bytes: sum.bytes + bytes }), {
    files: 0,
    bytes: 0,
  });
}

async function placeFile(source: string, target: string, { owner, access }: CopyOptions): Promise<number> {
  const { size, mode } = await lstat(source);
  if (access === "readable") {
    // A file that others may read can be shared; where that is impossible (another disk), it is copied.
    const shared = (mode & 0o004) !== 0 && (await linked(source, target));
    if (shared) return size;
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    await chmod(target, (mode & 0o111) === 0 ? 0o644 : 0o755);
    return size;
  }
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  if (owner) await chown(target, owner.uid, owner.gid);
  return size;
}

function linked(source: string, target: string): Promise<boolean> {
  return link(source, target).then(
    () => true,
    () => false,
  );
}
