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
  /** Parts whose end is known. */
  readonly committed: number;
  /** The transaction that was open when the journal ends, and what became of it. */
  readonly transaction?: { readonly id: string; readonly fate: TransactionFate };
  /** What it was about, if it was no transaction. */
  readonly doing: "nothing" | "transaction" | "statement" | "runner" | "unknown";
}

/**
 * The last repair, if its journal does not tell how it ended.
 *
 * @param fateOf asks the server for the fate of a transaction
 */
export async function interruptedIn(
  records: readonly RepairRecord[],
  fateOf: (transaction: string) => Promise<TransactionFate>,
): Promise<Interrupted | undefined> {
  const last = records.at(-1);
  if (last === undefined) return undefined;
  if (last.entries.some(({ event }) => event === "ended" || event === "resolved")) return undefined;
  const began = last.entries.find(({ event }) => event === "began");
  if (last.isDamaged) return damaged(last, began);
  if (began?.event !== "began") return undefined;
  const committed = last.entries.filter(({ event }) => event === "committed").length;
  const part = last.entries.findLast(({ event }) => event === "part" || event === "runner");
  const closed = last.entries.findLast(({ event }) => event === "committed" || event === "rolled-back");
  const isOpen =
    part !== undefined && (closed === undefined || last.entries.indexOf(closed) < last.entries.indexOf(part));
  const id = isOpen && part.event === "part" ? part.transaction : undefined;
  const doing = !isOpen
    ? "nothing"
    : part.event === "runner"
      ? "runner"
      : id === undefined
        ? "statement"
        : "transaction";
  return {
    id: last.id,
    directory: last.directory,
    purpose: began.purpose,
    startedAt: began.at,
    isRunning: isAlive(began.process),
    committed,
    doing,
    ...(id !== undefined && { transaction: { id, fate: await fateOf(id) } }),
  };
}

/** Some of what it says is lost, so nothing is concluded from the rest. */
function damaged({ id, directory }: RepairRecord, began: JournalEntry | undefined): Interrupted {
  const isKnown = began?.event === "began";
  return {
    id,
    directory,
    purpose: isKnown ? began.purpose : "repair",
    startedAt: isKnown ? began.at : momentOf(id),
    isRunning: isKnown && isAlive(began.process),
    committed: 0,
    doing: "unknown",
  };
}

/** `2026-11-27T13:56:28Z`, of `20261127T135628Z-7c6954`. */
function momentOf(id: string): string {
  return id.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ).*$/, "$1-$2-$3:$4:$5");
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
