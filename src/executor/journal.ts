import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
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
 * STATE_DIRECTORY_UNUSABLE where the disk is full.
 */
export async function openJournal(directory: string): Promise<Journal> {
  let file: FileHandle;
  try {
    file = await open(join(directory, fileName), "a+", 0o600);
    await dropCutLine(file);
  } catch (error) {
    throw unusable(directory, error);
  }
  return {
    async append(event, { lazily } = { lazily: false }) {
      try {
        await file.appendFile(sealedLine({ at: new Date().toISOString(), ...event }, hidingSecrets));
        if (!lazily) await file.datasync();
      } catch (error) {
        throw unusable(directory, error);
      }
    },
    close: () => file.close(),
  };
}

/** For a rehearsal: what happens to a copy need not be remembered. */
export const forgetful: Journal = { append: async () => undefined, close: async () => undefined };

/** What is written in a journal. */
export interface JournalText {
  readonly entries: readonly JournalEntry[];
  /** It cannot be read, or a line is not as it was written: then it does not tell all that was done. */
  readonly isDamaged: boolean;
}

/** Reads a journal. A last line that was cut off when the process died is left out. */
export async function readJournal(directory: string): Promise<JournalText> {
  let text: string;
  try {
    text = await readFile(join(directory, fileName), "utf8");
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    return { entries: [], isDamaged: !isAbsent };
  }
  const lines = text.split("\n").slice(0, -1);
  const entries = lines.map(unsealedLine).filter(isEntry);
  return { entries, isDamaged: entries.length < lines.length };
}

function isEntry(entry: object | undefined): entry is JournalEntry {
  return entry !== undefined && "event" in entry && "at" in entry;
}

/** A line that was cut off does not count, and what is written next must not be glued to it. */
async function dropCutLine(file: FileHandle): Promise<void> {
  const text = await file.readFile();
  const end = text.lastIndexOf("\n") + 1;
  if (end < text.length) await file.truncate(end);
}
