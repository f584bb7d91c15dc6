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

/** What an earlier repair left; reads only. Of several, the one that may have changed something. */
export async function lookForInterrupted(state: State, session: Session): Promise<Evidence["interrupted"]> {
  const all = await allInterrupted(state, session);
  return all.findLast(mayHaveChanged) ?? all.at(-1);
}

/**
 * What earlier repairs left, and written down as known. What is to be done follows from the database itself, as ever:
 * the journal only says what became of the one transaction whose answer was lost.
 *
 * @returns of several, the one that is at work still, or may have changed something; with the words of all
 */
export async function settleInterrupted(state: State, session: Session): Promise<Evidence["interrupted"]> {
  const all = await allInterrupted(state, session);
  for (const found of all) {
    if (isAtWork(found)) continue;
    const journal = await openJournal(found.directory);
    await journal.append({ event: "resolved", outcome: resolution(found) }).finally(() => journal.close());
  }
  const [atWork] = all.filter(isAtWork);
  const one = atWork ?? all.findLast(mayHaveChanged) ?? all.at(-1);
  return one && { ...one, words: all.map(({ words }) => words).join("\n") };
}

/** It has not ended: by what is known of its process and the lock, or of its transaction. */
export function isAtWork({ isRunning, transaction }: Interrupted): boolean {
  return isRunning || transaction?.fate === "in-progress";
}

type Found = NonNullable<Evidence["interrupted"]>;

async function allInterrupted(state: State, session: Session): Promise<Found[]> {
  const found = await interruptedIn(await state.repairs(), (id) => session.fateOf(id));
  if (found.length === 0) return [];
  // The number of a process may be another one's by now, above all in containers: whoever is at work holds the lock.
  const { holders } = await session.surroundings([ownLock]);
  const isHeld = holders.some(({ holds }) => holds.kind === "framework-lock");
  return found.map((one) => {
    const known = { ...one, isRunning: one.isRunning && isHeld };
    return { ...known, words: describeInterrupted(known) };
  });
}

function mayHaveChanged({ isDamaged, committed, doing, transaction }: Interrupted): boolean {
  const isOpen = doing !== "nothing" && transaction?.fate !== "aborted";
  return isDamaged || committed > 0 || isOpen;
}

/** What an undo has to know: whether anything of it may be there. */
function resolution({ isDamaged, doing, transaction }: Interrupted): string {
  if (isDamaged) return "unknown";
  return transaction?.fate ?? doing;
}

/** Some sentences. */
function describeInterrupted(found: Interrupted): string {
  const { purpose, startedAt, isRunning, committed, transaction, doing, id, isDamaged, wrote } = found;
  const began = `The ${purpose} of ${startedAt.slice(0, 19).replace("T", " ")} UTC (${id})`;
  if (isRunning) return `${began} seems to be at work still.`;
  if (isAtWork(found))
    return `${began} was interrupted, and its transaction is still open on the server: wait until the server has noticed.`;
  if (isDamaged)
    return `${began} was interrupted, and its journal is damaged or was written by another version: what it did cannot be told from it.`;
  const more = [
    ...(committed === 0 ? [] : [` ${partsWere(committed)} done before, and stay.`]),
    ...(wrote === undefined ? [] : [` It had written ${wrote}.`]),
  ].join("");
  switch (transaction?.fate) {
    case "committed":
      return `${began} was interrupted after its transaction had been committed: what it did is there.${more}`;
    case "aborted":
      return `${began} was interrupted, and the server undid its transaction: nothing of that is there.${more}`;
    case "unknown":
      return `${began} was interrupted, and the server no longer knows what became of its transaction; what is there now says it.${more}`;
    case "in-progress":
    case undefined:
  }
  if (doing === "runner")
    return `${began} was interrupted while the framework's own runner was at work.${more}`;
  if (doing === "statement") {
    return `${began} was interrupted in a statement which cannot be in a transaction: it may have been executed, or left an index behind INVALID.${more}`;
  }
  return committed === 0
    ? `${began} was interrupted before it changed anything in the database.${more}`
    : `${began} was interrupted between two parts: ${partsWere(committed)} done, and stay.`;
}

function partsWere(count: number): string {
  return count === 1 ? "one of its parts was" : `${count} of its parts were`;
}
