import { setTimeout as sleep } from "node:timers/promises";
import type { Using } from "../engines/engine.ts";
import type { Execution } from "./execution.ts";

/** Milliseconds between two looks: a statement waits for a lock no longer than some of these. */
const pause = 10;

/** Looks from another connection for whom this one waits, while it waits: afterwards nobody can tell. */
export class Blockers {
  readonly #execution: Execution;
  #looking: Promise<void> | undefined;
  #isOver = false;
  #seen: Using | undefined;

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  /** Begins to look, where it has not begun. */
  watch(): void {
    if (this.#execution.waitsFor !== undefined) this.#looking ??= this.#look();
  }

  /** Ends looking. @returns for whom it was waited last, as far as that was seen */
  async stop(): Promise<Using | undefined> {
    this.#isOver = true;
    await this.#looking;
    this.#looking = undefined;
    this.#isOver = false;
    return this.#seen;
  }

  async #look(): Promise<void> {
    const { waitsFor, writer } = this.#execution;
    while (!this.#isOver) {
      // Whoever cannot look does not see: the plan's own connection is what counts.
      const now = await waitsFor?.(writer.processId).catch(() => undefined);
      if (now !== undefined && now.holders.length + now.prepared.length > 0) this.#seen = now;
      await sleep(pause);
    }
  }
}
