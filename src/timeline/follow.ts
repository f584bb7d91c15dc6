import type { ScratchSession } from "../engines/engine.ts";
import type { SchemaObject } from "../schema/object.ts";
import { applyChanges, type Change, changesBetween, changesOf, type Facts, factsOf } from "./facts.ts";

/**
 * Follows the facts of a scratch database from step to step.
 *
 * By default only what was written is read after a step. That this saw everything is proven by {@link Follower.agrees}
 * when all is done; where it did not, the same steps are followed once more by snapshots alone.
 */
export class Follower {
  readonly #session: ScratchSession;
  readonly #leaveOut: (object: SchemaObject) => boolean;
  readonly #bySnapshots: boolean;
  #facts = new Map<string, string>();

  constructor(
    session: ScratchSession,
    leaveOut: (object: SchemaObject) => boolean,
    { bySnapshots = false }: { readonly bySnapshots?: boolean } = {},
  ) {
    this.#session = session;
    this.#leaveOut = leaveOut;
    this.#bySnapshots = bySnapshots;
  }

  /** What holds, as far as it was looked at. */
  get facts(): Facts {
    return this.#facts;
  }

  /** @returns what became different since the last look; at the first, all facts */
  async look(options: { readonly inTransaction: boolean }): Promise<Change[]> {
    const changes = this.#bySnapshots
      ? changesBetween(this.#facts, factsOf(await this.#session.snapshot(options), this.#leaveOut))
      : changesOf(await this.#session.changes(options), this.#leaveOut);
    applyChanges(changes, this.#facts);
    return changes;
  }

  /** Whether what was followed is what a snapshot shows now. */
  async agrees(): Promise<boolean> {
    if (this.#bySnapshots) return true;
    await this.look({ inTransaction: false });
    const shown = factsOf(await this.#session.snapshot({ inTransaction: false }), this.#leaveOut);
    return changesBetween(this.#facts, shown).length === 0;
  }
}
