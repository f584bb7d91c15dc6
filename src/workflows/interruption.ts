import type { Evidence } from "../doctor/evidence.ts";
import type { Compared } from "../doctor/gather.ts";
import type { Session } from "../engines/engine.ts";
import { ownLock } from "../executor/execute.ts";
import { type Interrupted, interruptedIn } from "../executor/interrupted.ts";
import { openJournal } from "../executor/journal.ts";
import { State } from "../executor/state.ts";

/** What is remembered of the repairs of a database. */
export async function stateOf({ project, session, server }: Compared): Promise<State> {
  return State.at(project.stateDirectory, { name: server.database, identity: await session.identity() });
}

/** What an earlier repair left; reads only. */
export async function lookForInterrupted(state: State, session: Session): Promise<Evidence["interrupted"]> {
  const found = await interruptedIn(await state.repairs(), (id) => session.fateOf(id));
  if (found === undefined) return undefined;
  // The number of a process may be another one's by now, above all in containers: whoever is at work holds the lock.
  const { holders } = await session.surroundings([ownLock]);
  const isRunning = found.isRunning && holders.some(({ holds }) => holds.kind === "framework-lock");
  const known = { ...found, isRunning };
  return { ...known, words: describeInterrupted(known) };
}

/**
 * What an earlier repair left, in words, and written down as known. What is to be done follows from the database
 * itself, as ever: the journal only says what became of the one transaction whose answer was lost.
 */
export async function settleInterrupted(state: State, session: Session): Promise<string | undefined> {
  const found = await lookForInterrupted(state, session);
  if (found === undefined || found.isRunning || found.transaction?.fate === "in-progress")
    return found?.words;
  const journal = await openJournal(found.directory);
  await journal.append({ event: "resolved", outcome: found.transaction?.fate ?? found.doing });
  await journal.close();
  return found.words;
}

/** One or two sentences. */
function describeInterrupted(found: Interrupted): string {
  const { purpose, startedAt, isRunning, committed, transaction, doing, id } = found;
  const began = `The ${purpose} of ${startedAt.slice(0, 19).replace("T", " ")} UTC (${id})`;
  if (isRunning) return `${began} seems to be at work still.`;
  if (doing === "unknown")
    return `${began} left a journal that is not as it was written: what became of it cannot be known from there.`;
  const before = committed === 0 ? "" : ` ${committed} of its parts had been committed before.`;
  switch (transaction?.fate) {
    case "committed":
      return `${began} was interrupted after its transaction had been committed: what it did is there.${before}`;
    case "aborted":
      return `${began} was interrupted, and the server undid its transaction: nothing of that is there.${before}`;
    case "in-progress":
      return `${began} was interrupted, and its transaction is still open on the server: wait until the server has noticed.`;
    case "unknown":
      return `${began} was interrupted, and the server no longer knows what became of its transaction; what is there now says it.`;
    case undefined:
  }
  if (doing === "runner")
    return `${began} was interrupted while the framework's own runner was at work.${before}`;
  if (doing === "statement") {
    return `${began} was interrupted in a statement which cannot be in a transaction: it may have been executed, or left an index behind INVALID.${before}`;
  }
  return committed === 0
    ? `${began} was interrupted before it changed anything.`
    : `${began} was interrupted between two parts: ${committed} had been committed.`;
}
