import type { Engine, ScratchSession, Target } from "../engines/engine.ts";
import { cleanOnSignals } from "./cleaning-on-signals.ts";
import { shadowName } from "./leftovers.ts";
import { closingWith } from "./session.ts";

/** Databases of our own on somebody's server. Each is dropped when its session is closed. */
export class CreatedDatabases {
  readonly #place: CreatedDatabasesPlace;
  readonly #names = new Set<string>();
  #unwatch: (() => void) | undefined;

  constructor(place: CreatedDatabasesPlace) {
    this.#place = place;
  }

  /** @throws KnownError as `Engine.scratch` does */
  async fresh(): Promise<ScratchSession> {
    const { engine, target, encoding, schema } = this.#place;
    const name = shadowName();
    this.#unwatch ??= cleanOnSignals(() => this.close());
    // Before it is made: an answer that is lost on its way leaves a database too.
    this.#names.add(name);
    try {
      const database = await engine.scratch.createDatabase(target, name, { encoding });
      const session = await engine.scratch.connect(database, { schema });
      return closingWith(session, () => this.#drop(name));
    } catch (error) {
      await this.#drop(name);
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const name of [...this.#names]) await this.#drop(name);
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  async #drop(name: string): Promise<void> {
    const { engine, target, onProgress } = this.#place;
    if (!this.#names.delete(name)) return;
    try {
      await engine.scratch.dropDatabase(target, name);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      onProgress?.(
        `The database ${name} at ${target.address} could not be dropped; drop it yourself. ${why}`,
      );
    }
  }
}

interface CreatedDatabasesPlace {
  readonly engine: Engine;
  /** A database of the server, to give the orders from. */
  readonly target: Target;
  readonly encoding: string;
  readonly schema: string;
  readonly onProgress?: (text: string) => void;
}
