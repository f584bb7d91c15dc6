import type { TransactionFate } from "../engines/writer.ts";
import type { JournalEntry } from "./journal.ts";
import type { RepairRecord } from "./state.ts";

/** A repair of which the journal does not tell the end. */
export interface Interrupted {
  readonly id: string;
  readonly directory: string;
  readonly purpose: string;
  readonly startedAt: string;
  /** The program that carried it out is still running. */
  readonly isRunning: boolean;
  /** Parts that are known to stay. */
  readonly committed: number;
  /** The transaction that was open when the journal ends, and what became of it. */
  readonly transaction?: { readonly id: string; readonly fate: TransactionFate };
  /** What it was about, if it was no transaction. */
  readonly doing: "nothing" | "transaction" | "statement" | "runner";
  /** The journal cannot be read as a whole: all that is said here of what was done may be less than was done. */
  readonly isDamaged: boolean;
  /** A migration that it wrote into the project, before anything else. */
  readonly wrote?: string;
}

/**
 * The repairs whose journals do not tell how they ended, oldest first. There may be several: one that waited for the other
 * was killed with it.
 *
 * @param fateOf asks the server for the fate of a transaction
 */
export async function interruptedIn(
  records: readonly RepairRecord[],
  fateOf: (transaction: string) => Promise<TransactionFate>,
): Promise<Interrupted[]> {
  const found: Interrupted[] = [];
  for (const record of records) if (!isSettled(record)) found.push(await look(record, fateOf));
  return found;
}

/** What says how a repair ended. Somebody may have written that while the repair had only begun, and it went on. */
function isSettled({ entries }: RepairRecord): boolean {
  const end = entries.findLastIndex(({ event }) => event === "ended" || event === "resolved");
  return end >= 0 && !entries.slice(end).some(({ event }) => isWork.has(event));
}

const isWork: ReadonlySet<string> = new Set(["locked", "wrote", "part", "runner", "committing", "committed"]);

async function look(
  { id, directory, entries, damaged }: RepairRecord,
  fateOf: (transaction: string) => Promise<TransactionFate>,
): Promise<Interrupted> {
  const began = entries.find(({ event }) => event === "began");
  const wrote = entries.findLast(({ event }) => event === "wrote");
  const open = openPart(entries);
  const transaction = open !== undefined && "transaction" in open ? open.transaction : undefined;
  const doing =
    open === undefined
      ? "nothing"
      : open.event === "runner"
        ? "runner"
        : transaction === undefined
          ? "statement"
          : "transaction";
  return {
    id,
    directory,
    purpose: began?.event === "began" ? began.purpose : "repair",
    startedAt: began?.at ?? momentOf(id),
    isRunning: began?.event === "began" && isAlive(began.process),
    committed: partsThatStay(entries),
    doing,
    isDamaged: damaged,
    ...(wrote?.event === "wrote" && { wrote: wrote.file }),
    ...(transaction !== undefined && { transaction: { id: transaction, fate: await fateOf(transaction) } }),
  };
}

/** The last part that was begun, unless its end is known. What is no transaction ends when it is verified. */
function openPart(entries: readonly JournalEntry[]) {
  const opens = (entry: JournalEntry) =>
    entry.event === "part" || entry.event === "runner" || entry.event === "committing";
  const at = entries.findLastIndex(opens);
  const entry = entries[at];
  if (entry === undefined || !("part" in entry)) return undefined;
  const isTransaction = "transaction" in entry && entry.transaction !== undefined;
  const closes = ({ event }: JournalEntry) =>
    event === "committed" || event === "rolled-back" || (event === "verified" && !isTransaction);
  return entries.slice(at).some(closes) ? undefined : entry;
}

/** Of those that are no transactions, the ones that were verified. */
function partsThatStay(entries: readonly JournalEntry[]): number {
  const inTransaction = new Set(
    entries.flatMap((entry) =>
      entry.event === "part" && entry.transaction !== undefined ? [entry.part] : [],
    ),
  );
  return entries.filter(
    (entry) => entry.event === "committed" || (entry.event === "verified" && !inTransaction.has(entry.part)),
  ).length;
}

/** `20261127T133000Z-0a1b2c` has the moment in it at which it began. */
function momentOf(id: string): string {
  return id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, "$1-$2-$3T$4:$5:$6.000Z");
}

/** A process with that number is there; it need not be the same one, so this only ever makes us more careful. */
function isAlive(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return process_ !== process.pid;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
