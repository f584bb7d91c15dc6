import type { Engine, ScratchSession, Target } from "../engines/engine.ts";
import { KnownError } from "../errors.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { cleanOnSignals } from "./cleaning-on-signals.ts";
import { contentsOf, dropsSince } from "./contents.ts";
import { closingWith } from "./session.ts";

/** The one database which the user gave, where no other can be created. It is left as empty as it was. */
export class NamedDatabase {
  readonly #place: NamedDatabasePlace;
  #inUse = false;
  #session: ScratchSession | undefined;
  #unwatch: (() => void) | undefined;

  constructor(place: NamedDatabasePlace) {
    this.#place = place;
  }

  /** @throws KnownError SHADOW_FAILED while it is in use, SHADOW_NOT_EMPTY where it could not be emptied */
  async fresh(): Promise<ScratchSession> {
    const { engine, target, schema } = this.#place;
    if (this.#inUse) {
      const problem = `"${target.database}" is in use, and the role "${target.user}" may not create another database`;
      throw new KnownError("SHADOW_FAILED", { problem });
    }
    this.#inUse = true;
    try {
      this.#unwatch ??= cleanOnSignals(() => this.close());
      await this.#mustBeEmpty();
      const session = closingWith(await engine.scratch.connect(target, { schema }), async () => {
        await this.#empty();
        this.#session = undefined;
        this.#inUse = false;
      });
      this.#session = session;
      return session;
    } catch (error) {
      this.#inUse = false;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#session?.close().catch((error: unknown) => this.#tell(error));
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  /** It was empty when it was opened, but the last use may have left something, and others may use it too. */
  async #mustBeEmpty(): Promise<void> {
    const { engine, target } = this.#place;
    const session = await engine.connect(target);
    try {
      const objects = contentsOf(await session.snapshot());
      if (objects.length > 0)
        throw new KnownError("SHADOW_NOT_EMPTY", { database: target.database, objects });
    } finally {
      await session.close();
    }
  }

  async #empty(): Promise<void> {
    const { engine, target, before } = this.#place;
    try {
      // A new session: the last one may be in a failed transaction, or under another role.
      const session = await engine.scratch.connect(target, {});
      try {
        for (const drop of dropsSince(before, await session.snapshot({ inTransaction: false }))) {
          await session.script(drop);
        }
        const { objects } = await session.snapshot({ inTransaction: false });
        const left = [...objects.keys()].filter((key) => !before.objects.has(key));
        const lost = [...before.objects.keys()].filter((key) => !objects.has(key));
        if (left.length > 0) this.#tell(`it still holds ${left.join(", ")}`);
        if (lost.length > 0) this.#tell(`a migration dropped ${lost.join(", ")}`);
      } finally {
        await session.close();
      }
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(problem: unknown): void {
    const { target, onProgress } = this.#place;
    const why = problem instanceof Error ? problem.message : String(problem);
    onProgress?.(`The shadow database "${target.database}" at ${target.address} is not as it was: ${why}`);
  }
}

interface NamedDatabasePlace {
  readonly engine: Engine;
  readonly target: Target;
  readonly schema: string;
  /** What it held when it was found to be empty. */
  readonly before: Snapshot;
  readonly onProgress?: (text: string) => void;
}
