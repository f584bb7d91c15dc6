import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Stop } from "./execution.ts";

/**
 * Writes a migration that is one file in a directory of its own. Whoever looks sees all of it or nothing: it is written
 * beside the directory of the migrations, where every directory counts as one, and gets its name when it is on the disk.
 * What is there already with this very content is left; with another, nothing is overwritten.
 *
 * @param path of the file, absolute
 * @throws Stop where it cannot be written
 */
export async function writeMigration(path: string, sql: string): Promise<void> {
  const [place, migrations] = [dirname(path), dirname(dirname(path))];
  const temporary = join(dirname(migrations), `.godwit-${randomBytes(6).toString("hex")}`);
  try {
    // The transaction in which this happens may be tried more than once.
    if ((await contentOf(path)) === sql) return;
    await mkdir(temporary);
    const file = await open(join(temporary, basename(path)), "wx");
    await file
      .writeFile(sql)
      .then(() => file.sync())
      .finally(() => file.close());
    await synchronise(temporary);
    await rename(temporary, place);
    await synchronise(migrations);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw new Stop({ kind: "file", file: path, problem: problemOf(error) });
  }
}

/** Takes away what {@link writeMigration} wrote, where nobody has touched it since. */
export async function removeMigration(path: string, sql: string): Promise<void> {
  if ((await contentOf(path)) !== sql) return;
  await rm(path);
  await rmdir(dirname(path)).catch(() => undefined);
}

async function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** A directory's own content: which names are in it. */
async function synchronise(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const problems: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTEMPTY: "a directory of that name is there",
  EEXIST: "a directory of that name is there",
  ENOTDIR: "a file of that name is there",
  EXDEV: "the directory of the migrations is on another file system than the one around it",
};

function problemOf(error: unknown): string {
  if (!(error instanceof Error && "code" in error)) throw error;
  return problems[String(error.code)] ?? String(error.code);
}
