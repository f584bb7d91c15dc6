import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Certificate } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import { hidingSecrets } from "../sql/mask-secrets.ts";
import { type JournalEntry, readJournal } from "./journal.ts";
import { sealed, unsealed } from "./sealed.ts";
import { unusable } from "./unusable.ts";

/** One repair, as it is remembered: a directory with the plan, the certificate, the journal and the backup. */
export interface RepairRecord {
  readonly id: string;
  readonly directory: string;
  readonly entries: readonly JournalEntry[];
  /** The journal does not tell all that was done. */
  readonly isDamaged: boolean;
}

/** The directory in which the repairs of one database are remembered. */
export class State {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /**
   * @param root `--state-dir`
   * @param database its name, and what tells it apart from others of that name
   */
  static at(root: string, database: { readonly name: string; readonly identity: string }): State {
    const readable = database.name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 40);
    const hash = createHash("sha256").update(database.identity).digest("hex").slice(0, 10);
    return new State(join(root, `${readable}-${hash}`));
  }

  /**
   * Proves that the directory can be written, by writing.
   *
   * @returns a warning where what is written will not last
   * @throws KnownError STATE_DIRECTORY_UNUSABLE
   */
  async mustBeWritable(): Promise<string | undefined> {
    const probe = join(this.directory, `.probe-${randomBytes(6).toString("hex")}`);
    try {
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      const file = await open(probe, "wx", 0o600);
      await file
        .writeFile("x".repeat(4096))
        .then(() => file.sync())
        .finally(() => file.close());
      await rm(probe);
    } catch (error) {
      await rm(probe, { force: true }).catch(() => undefined);
      throw unusable(this.directory, error);
    }
    return isEphemeral((await statfs(this.directory)).type)
      ? `${this.directory} is on a file system that ends with this machine or container: name one that stays with --state-dir DIR, or journal and backup are lost with it.`
      : undefined;
  }

  /**
   * A new, empty directory.
   *
   * @throws KnownError STATE_DIRECTORY_UNUSABLE
   */
  async begin(plan: Plan, certificate: Certificate | undefined): Promise<RepairRecord> {
    const id = `${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}-${randomBytes(3).toString("hex")}`;
    const directory = join(this.directory, id);
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw unusable(directory, error);
    }
    // It is for people, and nobody executes it: the statements' passwords need not lie about.
    await this.keep(directory, "plan.json", plan, hidingSecrets);
    if (certificate !== undefined) await this.keep(directory, "certificate.json", certificate, hidingSecrets);
    return { id, directory, entries: [], isDamaged: false };
  }

  /**
   * @param replacer for `JSON.stringify`
   * @throws KnownError STATE_DIRECTORY_UNUSABLE
   */
  async keep(
    directory: string,
    name: string,
    content: object,
    replacer?: (key: string, value: unknown) => unknown,
  ): Promise<string> {
    const place = join(directory, name);
    try {
      await writeFile(place, sealed(content, replacer), { mode: 0o600 });
    } catch (error) {
      throw unusable(directory, error);
    }
    return place;
  }

  /** What {@link keep} wrote; `damaged` where that cannot be read, or is not as it was written. */
  async read<T extends object>(directory: string, name: string): Promise<T | "damaged" | undefined> {
    try {
      return (unsealed(await readFile(join(directory, name), "utf8")) as T | undefined) ?? "damaged";
    } catch (error) {
      return error instanceof Error && "code" in error && error.code === "ENOENT" ? undefined : "damaged";
    }
  }

  /** The repairs that were begun, oldest first. */
  async repairs(): Promise<RepairRecord[]> {
    const names = await readdir(this.directory).catch(() => []);
    const records = await Promise.all(
      names
        .filter((name) => /^\d{8}T\d{6}Z-[0-9a-f]{6}$/.test(name))
        .sort()
        .map(async (id) => {
          const directory = join(this.directory, id);
          const { entries, isDamaged } = await readJournal(directory);
          const isGone = entries.length === 0 && (await exists(join(directory, "before.json")));
          return { id, directory, entries, isDamaged: isDamaged || isGone };
        }),
    );
    return records.filter(({ entries, isDamaged }) => entries.length > 0 || isDamaged);
  }
}

/** Also where it cannot be told. */
function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
}

/** tmpfs, overlayfs, ramfs: https://man7.org/linux/man-pages/man2/statfs.2.html */
function isEphemeral(type: number): boolean {
  return [0x01021994, 0x794c7630, 0x858458f6].includes(type);
}
