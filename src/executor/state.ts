import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { History } from "../migration/migration.ts";
import type { Certificate } from "../plan/certificate.ts";
import type { Plan } from "../plan/plan.ts";
import type { SchemaObject } from "../schema/object.ts";
import { hidingSecrets } from "../sql/mask-secrets.ts";
import { type JournalEntry, readJournal } from "./journal.ts";
import { sealed, unsealed } from "./sealed.ts";
import { unusable } from "./unusable.ts";

/** One repair, as it is remembered: a directory with the plan, the certificate, the journal and the backup. */
export interface RepairRecord {
  readonly id: string;
  readonly directory: string;
  readonly entries: readonly JournalEntry[];
  /** What its journal does not tell may be anything. */
  readonly damaged: boolean;
}

/** What was there before a repair: an undo compares with it. */
export interface Before {
  /** Objects of another version would differ in what nobody has changed. */
  readonly snapshotVersion: number;
  readonly history: Pick<History, "exists" | "records">;
  readonly objects: readonly SchemaObject[];
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
   * A new, empty directory. It comes after all that are there, in the order of names too, whatever the clock says.
   *
   * @returns the record, and the SHA-256 of what was written for it, by the files' names
   * @throws KnownError STATE_DIRECTORY_UNUSABLE
   */
  async begin(
    plan: Plan,
    certificate: Certificate | undefined,
    before: Before,
  ): Promise<{ record: RepairRecord; digests: Readonly<Record<string, string>> }> {
    const last = (await this.#ids()).at(-1);
    const id = `${momentAfter(last, new Date())}-${randomBytes(3).toString("hex")}`;
    const directory = join(this.directory, id);
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw unusable(directory, error);
    }
    // What people read, and nobody executes: the statements' passwords need not lie about.
    const files = {
      "plan.json": sealed(plan, hidingSecrets),
      "before.json": sealed(before),
      ...(certificate && { "certificate.json": sealed(certificate, hidingSecrets) }),
    };
    const digests: Record<string, string> = {};
    for (const [name, text] of Object.entries(files)) {
      await write(directory, name, text);
      digests[name] = digestOf(text);
    }
    return { record: { id, directory, entries: [], damaged: false }, digests };
  }

  /**
   * Writes a file with its own checksum.
   *
   * @param replacer for `JSON.stringify`
   * @throws KnownError STATE_DIRECTORY_UNUSABLE
   */
  async keep(
    directory: string,
    name: string,
    content: object,
    replacer?: (key: string, value: unknown) => unknown,
  ): Promise<string> {
    return write(directory, name, sealed(content, replacer));
  }

  /**
   * What {@link keep} wrote; undefined where it is not there, or not as it was written.
   *
   * @param digest what it must be: another content does not count either
   */
  async read<T>(directory: string, name: string, digest?: string): Promise<T | undefined> {
    try {
      const text = await readFile(join(directory, name), "utf8");
      if (digest !== undefined && digestOf(text) !== digest) return undefined;
      return unsealed(text) as T | undefined;
    } catch {
      return undefined;
    }
  }

  /** The repairs that were begun, oldest first. */
  async repairs(): Promise<RepairRecord[]> {
    const records = await Promise.all(
      (await this.#ids()).map(async (id) => {
        const directory = join(this.directory, id);
        return { id, directory, ...(await readJournal(directory)) };
      }),
    );
    return records.filter(({ entries, damaged }) => entries.length > 0 || damaged);
  }

  /** Of repairs, oldest first. */
  async #ids(): Promise<string[]> {
    const names = await readdir(this.directory).catch(() => []);
    return names.filter((name) => /^\d{8}T\d{6}Z-[0-9a-f]{6}$/.test(name)).sort();
  }
}

async function write(directory: string, name: string, text: string): Promise<string> {
  const place = join(directory, name);
  try {
    const file = await open(place, "w", 0o600);
    await file
      .writeFile(text)
      .then(() => file.sync())
      .finally(() => file.close());
  } catch (error) {
    throw unusable(directory, error);
  }
  return place;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The moment as it stands in an id; a second after the last one, where the clock went back or was too slow to tell them apart. */
function momentAfter(last: string | undefined, now: Date): string {
  const compact = (moment: Date) => moment.toISOString().replace(/[-:]|\.\d+/g, "");
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(last ?? "") ?? [];
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const next = new Date(Date.UTC(year, month - 1, day, hour, minute, second + 1));
  return compact(parts.length > 0 && next > now ? next : now);
}

/** tmpfs, overlayfs, ramfs: https://man7.org/linux/man-pages/man2/statfs.2.html */
function isEphemeral(type: number): boolean {
  return [0x01021994, 0x794c7630, 0x858458f6].includes(type);
}
