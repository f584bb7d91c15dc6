import { after, test } from "node:test";
import type { TestServer } from "../servers/postgres.ts";
import { create, type Database, startServer } from "./database.ts";
import { Random, seed } from "./random.ts";

let starting: Promise<TestServer> | undefined;

after(async () => (await starting)?.stop());

/** What a scenario is made of. */
export interface World {
  readonly random: Random;
  /** A new, empty database on the server that the scenarios of one file share. */
  database(): Promise<Database>;
}

/** A test whose world is drawn by lot. When it fails it says how to repeat it. */
export function scenario(title: string, tell: (world: World) => Promise<void>): void {
  test(title, async () => {
    starting ??= startServer();
    const server = await starting;
    try {
      await tell({ random: new Random(title), database: () => create(server) });
    } catch (error) {
      throw new Error(`GODWIT_SEED=${seed} repeats this.`, { cause: error });
    }
  });
}
