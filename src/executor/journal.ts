import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KnownError } from "../errors.ts";
import { hidingSecrets } from "../sql/mask-secrets.ts";
import { sealedLine, unsealedLine } from "./sealed.ts";
import { unusable } from "./unusable.ts";

/** What is written down before and after everything that changes a database. */
export type JournalEntry = { readonly at: string } & JournalEvent;

export type JournalEvent =
  | {
      readonly event: "began";
      readonly purpose: string;
      readonly plan: string;
      /** `shop at localhost:5432`, without credentials. */
      readonly database: string;
      /** The process of this program. */
      readonly process: number;
      /** SHA-256 of what is remembered beside the journal, by the files' names: what is not so is not relied on. */
      readonly digests: Readonly<Record<string, string>>;
      readonly rehearsed: boolean;
    }
  | { readonly event: "locked" }
  | { readonly event: "unchanged" }
  | { readonly event: "backed-up"; readonly tables: readonly string[]; readonly directory: string }
  /** A new migration lies in the project. */
  | { readonly event: "wrote"; readonly file: string }
  | { readonly event: "part"; readonly part: number; readonly transaction?: string }
  | { readonly event: "statement"; readonly part: number; readonly step: number; readonly statement: number }
  | { readonly event: "executed"; readonly part: number; readonly step: number; readonly statement: number }
  | {
      readonly event: "refused";
      readonly part: number;
      readonly step: number;
      readonly code: string;
      readonly message: string;
    }
  /** Rows as the plan left them, for an undo. */
  | { readonly event: "saved-result"; readonly tables: readonly string[]; readonly directory: string }
  | { readonly event: "verified"; readonly part: number }
  | { readonly event: "committing"; readonly part: number; readonly transaction: string }
  | { readonly event: "committed"; readonly part: number }
  | { readonly event: "rolled-back"; readonly part: number; readonly why: string }
  | { readonly event: "runner"; readonly part: number; readonly migrations: readonly string[] }
  | { readonly event: "runner-ended"; readonly part: number; readonly outcome: string }
  | { readonly event: "resolved"; readonly outcome: string }
  | { readonly event: "ended"; readonly outcome: string }
  /** Beside the repairs, in the database's own directory: somebody's session is to be ended, by a person's choice. */
  | {
      readonly event: "ending-session";
      readonly pid: number;
      readonly user?: string;
      readonly application?: string;
      readonly client?: string;
      /** It was at work. */
      readonly working: boolean;
    }
  | { readonly event: "session-ended"; readonly pid: number; readonly outcome: string }
  /** A later command took this repair back, as far as that was possible. */
  | { readonly event: "undone"; readonly outcome: string };

/** Where the executor writes down what it does. */
export interface Journal {
  /**
   * Returns when it is on the disk, or, for what a transaction would undo anyway, when the system has it.
   *
   * @param options.lazily it need not survive the machine's end, only this process's
   */
  append(event: JournalEvent, options?: { readonly lazily: boolean }): Promise<void>;
  close(): Promise<void>;
}

const fileName = "journal.jsonl";

/**
 * A journal in a file, each entry on the disk before the next thing happens. Appending throws KnownError
 * STATE_DIRECTORY_UNUSABLE where the disk is full, and where the file is no longer the one that was opened: somebody has
 * removed the directory, and what is written from then on nobody will ever read.
 */
export async function openJournal(directory: string): Promise<Journal> {
  const path = join(directory, fileName);
  const file: FileHandle = await open(path, "a+", 0o600).catch((error: unknown) => {
    throw unusable(directory, error);
  });
  const { ino, dev } = await begin(file, directory).catch(async (error: unknown) => {
    await file.close();
    throw unusable(directory, error);
  });
  return {
    async append(event, { lazily } = { lazily: false }) {
      const text = sealedLine({ at: new Date().toISOString(), ...event }, hidingSecrets);
      let before: number | undefined;
      try {
        before = (await file.stat()).size;
        await file.appendFile(text);
        if (lazily) return;
        await file.datasync();
      } catch (error) {
        // Half of an entry would look like damage.
        if (before !== undefined) await file.truncate(before).catch(() => undefined);
        throw unusable(directory, error);
      }
      const there = await stat(path).catch(() => undefined);
      if (there?.ino !== ino || there.dev !== dev)
        throw new KnownError("STATE_DIRECTORY_UNUSABLE", { directory, problem: "it was removed meanwhile" });
    },
    close: () => file.close(),
  };
}

async function begin(file: FileHandle, directory: string) {
  const found = await file.stat();
  // What a process was writing when it died must not swallow what is written now.
  if (found.size > 0 && (await lastByte(file, found.size)) !== "\n") await file.appendFile("\n");
  await synchronise(directory);
  await synchronise(dirname(directory));
  return found;
}

async function lastByte(file: FileHandle, size: number): Promise<string> {
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer.toString("latin1");
}

/** A new file is found again after the machine's end when the directory that names it is on the disk. */
async function synchronise(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  // Some file systems do not synchronise directories.
  await handle
    .sync()
    .catch(() => undefined)
    .finally(() => handle.close());
}

/** For a rehearsal: what happens to a copy need not be remembered. */
export const forgetful: Journal = { append: async () => undefined, close: async () => undefined };

/** What a journal tells. */
export interface JournalRead {
  readonly entries: readonly JournalEntry[];
  /**
   * A part of it cannot be read, or was written by another version: what is missing may be anything. A last line that was
   * cut off is no such part: what it was to announce did not happen.
   */
  readonly damaged: boolean;
}

/** Reads the journal in a directory; one that is not there has no entries. */
export async function readJournal(directory: string): Promise<JournalRead> {
  const text = await readFile(join(directory, fileName), "utf8").catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? undefined : "\n",
  );
  if (text === undefined) return { entries: [], damaged: false };
  const lines = text.split("\n");
  // What follows the last line feed: nothing, or an entry that was cut off.
  lines.pop();
  const read = lines.map(entryOf);
  const entries = read.filter((entry) => entry !== undefined);
  // When it was settled, a cut-off line was the last one.
  const isDamaged = (entry: JournalEntry | undefined, i: number) =>
    entry === undefined && read[i + 1]?.event !== "resolved";
  const [first] = entries;
  return { entries, damaged: read.some(isDamaged) || (first !== undefined && first.event !== "began") };
}

/** Every event, with those of its fields on which something is decided. */
const fields: Readonly<
  Record<JournalEvent["event"], Readonly<Record<string, "string" | "number" | "object">>>
> = {
  began: { purpose: "string", plan: "string", process: "number", digests: "object" },
  locked: {},
  unchanged: {},
  "backed-up": {},
  wrote: { file: "string" },
  part: { part: "number" },
  statement: {},
  executed: {},
  refused: {},
  "saved-result": {},
  verified: { part: "number" },
  committing: { part: "number", transaction: "string" },
  committed: { part: "number" },
  "rolled-back": { part: "number" },
  runner: { part: "number" },
  "runner-ended": { part: "number" },
  resolved: { outcome: "string" },
  ended: { outcome: "string" },
  "ending-session": {},
  "session-ended": {},
  undone: { outcome: "string" },
};

function entryOf(line: string): JournalEntry | undefined {
  const entry = unsealedLine(line);
  return isEntry(entry) ? entry : undefined;
}

function isEntry(entry: object | undefined): entry is JournalEntry {
  if (entry === undefined) return false;
  const found = entry as Record<string, unknown>;
  const { at, event, transaction } = found;
  if (typeof at !== "string" || typeof event !== "string" || !Object.hasOwn(fields, event)) return false;
  if (transaction !== undefined && typeof transaction !== "string") return false;
  const wanted = Object.entries(fields[event as JournalEvent["event"]]);
  return wanted.every(([name, type]) => typeof found[name] === type && found[name] !== null);
}
