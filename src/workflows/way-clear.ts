import { setTimeout as sleep } from "node:timers/promises";
import { type Gathered, gather } from "../doctor/gather.ts";
import { canEnd, describeHolder, describePrepared, endingOf, stateInWords } from "../doctor/lock-words.ts";
import type { LockHolder, Using } from "../engines/engine.ts";
import { KnownError } from "../errors.ts";
import { endSession } from "../executor/end-session.ts";
import { openJournal } from "../executor/journal.ts";
import { Choices, type Question } from "../planner/choices.ts";
import { stateOf } from "./interruption.ts";
import type { RepairTalk } from "./repair-wishes.ts";

const check = "lock-held";
/** Milliseconds between two looks. */
const pause = 300;
/** Seconds for which a session is given to end: it undoes what it has not committed. */
const farewell = 20;

export interface WayWishes {
  /** Seconds for which a lock is waited for. */
  readonly patience: number;
  readonly choices: readonly string[];
  readonly rehearseOnly: boolean;
  readonly talk: RepairTalk;
}

/**
 * Waits, with a bound, for whoever holds a lock that stands before any plan; ends a session only where a person chose exactly
 * that one.
 *
 * @returns what is gathered when the way is clear, or when the time is over
 * @throws KnownError SESSION_NOT_ENDED, UNKNOWN_REMEDY, USAGE; the session of what was gathered is closed then
 */
export async function clearTheWay(first: Gathered, wishes: WayWishes): Promise<Gathered> {
  const way = new Way(first, wishes);
  try {
    await way.endChosen();
    await way.wait();
    await way.ask();
    return way.gathered;
  } catch (error) {
    await way.gathered.session.close();
    throw error;
  }
}

class Way {
  gathered: Gathered;
  readonly #wishes: WayWishes;
  readonly #chosen: ReadonlyMap<string, string>;

  constructor(gathered: Gathered, wishes: WayWishes) {
    this.gathered = gathered;
    this.#wishes = wishes;
    this.#chosen = new Choices(wishes.choices).named(check);
  }

  async endChosen(): Promise<void> {
    for (const [which, remedy] of this.#chosen) {
      const known = ["wait", "end-session", "end-working-session"];
      if (!known.includes(remedy)) throw new KnownError("UNKNOWN_REMEDY", { check, remedy, known });
      if (remedy === "wait") continue;
      if (!/^[1-9]\d{0,9}$/.test(which)) {
        const hint = `For example: --choose ${check}:4711=${remedy}. \`godwit doctor\` tells the session's number.`;
        throw new KnownError("USAGE", { problem: "A session is ended only by its number.", hint });
      }
      await this.#endByNumber(Number(which), remedy);
    }
  }

  /** Until nobody holds a lock which stands before any plan, or the time is over. */
  async wait(): Promise<void> {
    const end = performance.now() + this.#wishes.patience * 1000;
    let told = "";
    while (this.#isHeld()) {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left <= 0) return;
      const words = this.#inWords();
      if (words !== told) this.#tell(`Waiting up to ${left} s for a lock. ${words}`);
      told = words;
      await sleep(Math.min(pause, Math.max(0, end - performance.now())));
      await this.#lookAgain();
    }
    if (told !== "") this.#tell("The lock was released; going on.");
  }

  /** On a terminal, whether a session is to be ended which was waited for in vain. */
  async ask(): Promise<void> {
    const { talk, rehearseOnly } = this.#wishes;
    if (talk.chooseEnding === undefined || rehearseOnly) return;
    for (const holder of this.gathered.surroundings.holders.filter(canEnd)) {
      const answer = await talk.chooseEnding(questionOf(holder));
      if (answer === endingOf(holder)) await this.#end(holder, answer, { asked: true });
    }
  }

  async #endByNumber(pid: number, remedy: string): Promise<void> {
    const { session, surroundings } = this.gathered;
    const among = ({ holders }: Pick<Using, "holders">) => holders.find((one) => one.pid === pid);
    const holder = among(surroundings) ?? among(await session.users({ pids: [pid] }));
    if (holder !== undefined) await this.#end(holder, remedy, { asked: false });
    else this.#tell(`Session ${pid} holds no lock on tables of this database now; it was left alone.`);
  }

  async #end(holder: LockHolder, remedy: string, { asked }: { asked: boolean }): Promise<void> {
    const { talk, rehearseOnly } = this.#wishes;
    const { pid, mark } = holder;
    const working = remedy === "end-working-session";
    const refuse = (problem: string, next: string) =>
      new KnownError("SESSION_NOT_ENDED", { pid, problem, next });
    const byAdministrator = `An administrator can run: SELECT pg_terminate_backend(${pid});`;
    if (mark === undefined)
      throw refuse(
        "the server does not show this role what it does and since when, so nobody could tell whether it is still the same",
        `${byAdministrator} To let this role see it: GRANT pg_read_all_stats TO ...`,
      );
    if (holder.state === "active" && !working)
      throw refuse(
        `it is at work. ${describeHolder(holder)}`,
        `Wait for it: --wait 600. To end it all the same: --choose ${check}:${pid}=end-working-session`,
      );
    if (rehearseOnly)
      throw refuse("--rehearse-only changes nothing", "Leave that out, or the choice of ending the session.");
    const words = `To be ended: ${describeHolder(holder)}\n${stateInWords(holder)} What it has not committed is undone by the server; its client gets an error.`;
    this.#tell(words);
    if (!asked && (await talk.confirmEnding?.(holder)) !== true)
      throw refuse("nobody said yes", "With --yes it is ended without asking.");
    const ending = await this.#tellServer({ ...holder, mark, working });
    if (ending.outcome === "denied") throw refuse(`the server refuses (${ending.problem})`, byAdministrator);
    if (ending.outcome === "not-the-same")
      throw refuse(
        "it is another one now, has done something since it was shown, holds nothing any more, or is a superuser's",
        "It was left alone. Run this again to see what is there now.",
      );
    await this.#untilGone(holder, refuse);
  }

  async #tellServer(chosen: Parameters<typeof endSession>[1]): ReturnType<typeof endSession> {
    const { engine, target, schema } = this.gathered;
    const state = await stateOf(this.gathered);
    await state.mustBeWritable();
    const journal = await openJournal(state.directory);
    try {
      const writer = await engine.openWriter(target, { schema });
      try {
        return await endSession({ writer, journal, keys: this.#keys() }, chosen);
      } finally {
        await writer.close();
      }
    } finally {
      await journal.close();
    }
  }

  async #untilGone(
    { pid, mark }: LockHolder,
    refuse: (problem: string, next: string) => KnownError,
  ): Promise<void> {
    const isThere = (one: LockHolder) => one.pid === pid && one.mark?.life === mark?.life;
    for (const end = performance.now() + farewell * 1000; ; await sleep(100)) {
      const { session } = this.gathered;
      const using = await session.users({ pids: [pid] });
      const around = await session.surroundings(this.#keys());
      if (![...using.holders, ...around.holders].some(isThere)) break;
      if (performance.now() > end)
        throw refuse(
          `the server was told to end it, and it is still there after ${farewell} s`,
          "It may be undoing a long transaction. Run this again.",
        );
    }
    this.#tell(`Session ${pid} was ended.`);
    await this.#gatherAnew();
  }

  #isHeld(): boolean {
    const { surroundings, historyOutcome } = this.gathered;
    return surroundings.holders.length > 0 || surroundings.prepared.length > 0 || historyOutcome === "locked";
  }

  /** Gathers anew only when nobody seems to be in the way: what was read is what it was before they wrote. */
  async #lookAgain(): Promise<void> {
    const surroundings = await this.gathered.session.surroundings(this.#keys());
    this.gathered = { ...this.gathered, surroundings };
    if (surroundings.holders.length === 0 && surroundings.prepared.length === 0) await this.#gatherAnew();
  }

  async #gatherAnew(): Promise<void> {
    const gathered = await gather(this.gathered.project);
    await this.gathered.session.close();
    this.gathered = gathered;
  }

  #inWords(): string {
    const { surroundings, history } = this.gathered;
    const all = [...surroundings.holders.map(describeHolder), ...surroundings.prepared.map(describePrepared)];
    return all.length === 0 ? `The history table ${history.table} is locked.` : all.join("\n");
  }

  #keys(): readonly string[] {
    const { project, session } = this.gathered;
    return project.framework.lock(session.server.database);
  }

  #tell(text: string): void {
    this.#wishes.talk.onProgress?.(text);
  }
}

function questionOf(holder: LockHolder): Question {
  const { pid } = holder;
  const id = endingOf(holder);
  return {
    check,
    migration: String(pid),
    title: `Session ${pid} still holds a lock, and is in the way. End it?`,
    cited: [describeHolder(holder), stateInWords(holder)],
    options: [
      { id: "wait", title: "Leave it alone" },
      {
        id,
        title: `End session ${pid}, and only that one`,
        caution: `${id === "end-working-session" ? "it is at work; " : ""}what it has not committed is undone, and its client gets an error`,
      },
    ],
  };
}
