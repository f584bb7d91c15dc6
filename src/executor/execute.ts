import { setTimeout as sleep } from "node:timers/promises";
import { KnownError } from "../errors.ts";
import type { PlanPart, PlanStep } from "../plan/plan.ts";
import { BackupError } from "./backup.ts";
import { Blockers } from "./blockers.ts";
import { Contents } from "./contents.ts";
import { Costs } from "./costs.ts";
import { type Execution, type ExecutionOutcome, type Failed, must, passing, Stop } from "./execution.ts";
import { Steps } from "./steps.ts";

/** Godwit's own advisory lock: the letters of its name as a number. */
export const ownLock = "113723832461684";

/** Milliseconds for which a statement waits for a lock: nobody queues behind it for longer. */
const lockTimeout = 50;

/**
 * Carries out a plan, part by part. A part that is a transaction is undone as a whole when anything is not as foreseen;
 * the transaction's identity is in the journal before COMMIT, so that its fate can be asked for if the answer is lost.
 *
 * The only code that writes to a user's database.
 *
 * @throws KnownError when the connection cannot be used at all; what happens to the plan itself is returned
 */
export async function execute(execution: Execution): Promise<ExecutionOutcome> {
  return new Executor(execution).run();
}

class Executor {
  readonly #execution: Execution;
  readonly #contents: Contents;
  readonly #costs: Costs;
  readonly #steps: Steps;
  readonly #blockers: Blockers;
  #committed = 0;
  /** Why a COMMIT that was answered could not be written down. */
  #unrecorded: string | undefined;

  constructor(execution: Execution) {
    this.#execution = execution;
    this.#contents = new Contents(execution);
    this.#blockers = new Blockers(execution);
    this.#costs = new Costs(execution);
    const [contents, blockers, costs] = [this.#contents, this.#blockers, this.#costs];
    this.#steps = new Steps(execution, { contents, blockers, costs });
  }

  async run(): Promise<ExecutionOutcome> {
    const { plan } = this.#execution;
    const locked = await this.#lock();
    if (locked !== undefined) return locked;
    for (const [index, part] of plan.parts.entries()) {
      const failure = await this.#part(part, index);
      const waitedFor = await this.#blockers.stop();
      if (failure !== undefined && waitedFor !== undefined && isForLock(failure.reason))
        return { ...failure, waitedFor };
      if (failure !== undefined) return failure;
      this.#costs.committed();
      this.#committed += 1;
      const isLast = index === plan.parts.length - 1;
      if (this.#unrecorded !== undefined && !isLast)
        return this.#failed(index, { kind: "journal", problem: this.#unrecorded }, "all");
    }
    const { unchanged, written } = this.#contents.result();
    const unrecorded = this.#unrecorded;
    const measures = this.#costs.result();
    return { outcome: "done", measures, unchanged, written, ...(unrecorded !== undefined && { unrecorded }) };
  }

  async #lock(): Promise<Failed | undefined> {
    const { writer, locks, patience, journal } = this.#execution;
    for (const [key, what] of [
      [ownLock, "Godwit's own lock"],
      ...locks.map((one) => [one, "the framework's lock"]),
    ]) {
      const answer = await writer.lock(key ?? "", patience);
      if (answer !== "locked")
        return this.#failed(0, { kind: "locked", what: what ?? "", holder: answer }, "nothing");
    }
    await journal.append({ event: "locked" });
    return undefined;
  }

  async #part(part: PlanPart, index: number): Promise<Failed | undefined> {
    if (part.kind === "transaction") return this.#transaction(part.steps, index);
    const failure = index === 0 ? await this.#beforeAlone() : undefined;
    if (failure !== undefined) return failure;
    try {
      await this.#before({ inTransaction: false });
      if (part.kind === "runner") await this.#runner(part, index);
      else await this.#alone(part.steps, index);
      await this.#verify(index, { inTransaction: false });
      return undefined;
    } catch (error) {
      const reason = error instanceof Stop ? error.reason : reasonOf(error as Error);
      return this.#failed(index, reason, reason.kind === "lost" ? "unknown" : "some");
    }
  }

  /** Tried again as a whole while a lock cannot be had: nothing of it is kept meanwhile. */
  async #transaction(steps: readonly PlanStep[], index: number): Promise<Failed | undefined> {
    const { patience, onProgress } = this.#execution;
    const end = performance.now() + patience * 1000;
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#attempt(steps, index);
      const reason = failure?.reason;
      const code = reason !== undefined && "code" in reason ? reason.code : undefined;
      const waits = reason?.kind === "locked" || (code !== undefined && passing.has(code));
      // Once more at least, with somebody looking for whom it waits.
      if (!waits || (performance.now() >= end && attempt > 1)) return failure;
      if (attempt === 1) onProgress?.("Somebody holds a lock that the plan needs; it is tried again ...");
      this.#blockers.watch();
      await sleep(100 + Math.random() * 400);
    }
  }

  async #attempt(steps: readonly PlanStep[], index: number): Promise<Failed | undefined> {
    const { writer, journal, measure } = this.#execution;
    let committing: string | undefined;
    try {
      await must(
        writer.script(
          `BEGIN; SET LOCAL lock_timeout = ${lockTimeout}; SET LOCAL idle_in_transaction_session_timeout = 0`,
        ),
      );
      // Nobody asks for the fate of a copy's.
      const transaction = await (measure ? writer.transactionId() : writer.durableTransactionId());
      await journal.append({ event: "part", part: index, transaction });
      if (index === 0) await this.#beforeAnything();
      await this.#before({ inTransaction: true });
      for (const [number, step] of steps.entries())
        await this.#steps.run(step, index, number, { inTransaction: true });
      await this.#costs.end();
      await this.#verify(index, { inTransaction: true });
      await journal.append({ event: "committing", part: index, transaction });
      committing = transaction;
      await must(writer.script("COMMIT"));
    } catch (error) {
      return this.#undo(error, index, committing);
    }
    // It is there, whether that can be written down or not.
    await journal.append({ event: "committed", part: index }).catch((error: Error) => {
      this.#unrecorded = error.message;
    });
    return undefined;
  }

  async #undo(error: unknown, index: number, committing: string | undefined): Promise<Failed> {
    const { writer, journal } = this.#execution;
    const reason: Failed["reason"] = error instanceof Stop ? error.reason : reasonOf(error as Error);
    // A refused COMMIT (a deferred constraint) is a rolled back transaction; without an answer it may be either.
    if (committing !== undefined && reason.kind === "lost")
      return { ...this.#failed(index, reason, "unknown"), transaction: committing };
    // Where the connection is lost, the server rolls back by itself what was not committed.
    await writer.script("ROLLBACK").catch(() => undefined);
    // The disk may be what failed: then the journal ends here, and the database is as it was.
    await journal.append({ event: "rolled-back", part: index, why: reason.kind }).catch(() => undefined);
    return this.#failed(index, reason, "nothing");
  }

  /** Where the first part is no transaction, what comes before it is read in one. */
  async #beforeAlone(): Promise<Failed | undefined> {
    const { writer, patience } = this.#execution;
    const wait = Math.max(lockTimeout, patience * 1000);
    try {
      await must(
        writer.script(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = ${wait}`),
      );
      await this.#beforeAnything();
      await must(writer.script("COMMIT"));
      return undefined;
    } catch (error) {
      await writer.script("ROLLBACK").catch(() => undefined);
      const reason: Failed["reason"] = error instanceof Stop ? error.reason : reasonOf(error as Error);
      return this.#failed(0, reason, "nothing");
    }
  }

  async #beforeAnything(): Promise<void> {
    const { writer, check, backUp, journal } = this.#execution;
    const changed = await check(writer);
    if (changed.length > 0) throw new Stop({ kind: "changed", what: changed });
    await journal.append({ event: "unchanged" });
    if (backUp === undefined) return;
    try {
      const backup = await backUp(writer);
      const tables = backup.tables.map(({ schema, name }) => `${schema}.${name}`);
      await journal.append({ event: "backed-up", tables, directory: backup.directory });
    } catch (error) {
      const known = error instanceof BackupError || (error instanceof Error && "syscall" in error);
      if (!known) throw error;
      throw new Stop({ kind: "backup", problem: error.message });
    }
  }

  async #alone(steps: readonly PlanStep[], index: number): Promise<void> {
    await this.#execution.journal.append({ event: "part", part: index });
    for (const [number, step] of steps.entries())
      await this.#steps.run(step, index, number, { inTransaction: false });
  }

  /** At the beginning of a part, when all is as it should be. */
  async #before(how: { inTransaction: boolean }): Promise<void> {
    await this.#costs.begin();
    await this.#costs.comparing(() => this.#contents.before(how));
  }

  async #runner(part: PlanPart & { kind: "runner" }, index: number): Promise<void> {
    const { runner, migrations, statements } = part;
    const { journal, run } = this.#execution;
    if (run === undefined) throw new RangeError("the plan has a part for a runner, and there is none");
    await journal.append({ event: "runner", part: index, migrations });
    const outcome = await this.#costs.watch({ part: index, step: 0, place: runner }, "others", run);
    await journal.append({ event: "runner-ended", part: index, outcome: outcome.outcome });
    if (statements.some(({ untraced }) => untraced)) this.#contents.mayWrite();
    if (outcome.outcome !== "done") throw new Stop({ kind: "runner", outcome });
    for (const { sql } of statements) this.#contents.executed(sql);
  }

  async #verify(index: number, how: { inTransaction: boolean }): Promise<void> {
    const { writer, verify, journal, measure } = this.#execution;
    const snapshot = await writer.snapshot(how);
    const problems = [
      ...(await verify(index, { snapshot, writer })),
      ...(await this.#costs.comparing(() => this.#contents.after(snapshot, how))),
    ];
    if (problems.length > 0) throw new Stop({ kind: "verification", problems });
    // The runner's sessions are its own, and may have been told not to wait for the disk.
    if (!how.inTransaction && !measure) await writer.bringToDisk();
    await journal.append({ event: "verified", part: index });
  }

  #failed(part: number, reason: Failed["reason"], left: Failed["left"]): Failed {
    return { outcome: "failed", reason, part, committed: this.#committed, left };
  }
}

/** While rows or the schema are read, a lock that cannot be had is thrown. */
function reasonOf(error: Error): Failed["reason"] {
  if (error instanceof KnownError && error.code === "STATE_DIRECTORY_UNUSABLE")
    return { kind: "journal", problem: error.message };
  const cannotRead = "code" in error && error.code === "55P03";
  return cannotRead
    ? { kind: "locked", what: "a lock on a table that is to be read" }
    : { kind: "lost", problem: error.message };
}

function isForLock(reason: Failed["reason"]): boolean {
  return reason.kind === "locked" || ("code" in reason && reason.code === "55P03");
}
