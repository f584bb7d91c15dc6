import assert from "node:assert/strict";
import { after, test } from "node:test";
import { engineOf } from "../../src/engines/registry.ts";
import { create, type Database } from "../scenarios/database.ts";
import { newDirectory } from "../scenarios/godwit.ts";
import { Random, seed } from "../scenarios/random.ts";
import { brokenStates } from "./broken-states.ts";
import { type CrashingServer, startCrashing } from "./crashing-server.ts";
import { begin, claimOf } from "./disturbed.ts";
import { faultyProxy } from "./faulty-proxy.ts";
import { moreBrokenStates } from "./more-broken-states.ts";
import { drawnOf, isSoak, pointsOf } from "./points.ts";
import { recovers, truthOfState } from "./recovery.ts";

let starting: Promise<CrashingServer> | undefined;
after(async () => (await starting)?.stop());

/** All servers of the tests answer COMMIT before it is on the disk: what Godwit calls done must be there all the same. */
async function ownServer(): Promise<CrashingServer> {
  starting ??= startCrashing({ settings: { autovacuum: "off", wal_writer_delay: "10s" } });
  return starting;
}

async function connected<T>(
  database: Database,
  use: (writer: Awaited<ReturnType<Awaited<ReturnType<typeof engineOf>>["openWriter"]>>) => Promise<T>,
): Promise<T> {
  const engine = await engineOf(database.url);
  const target = engine.parse(database.url);
  const writer = await engine.openWriter(target, { schema: "public" });
  try {
    return await use(writer);
  } finally {
    await writer.close().catch(() => undefined);
  }
}

test("an identity of which the server has no record any more is not taken for another's", async () => {
  const server = await ownServer();
  const database = await create(server);
  await database.script("CREATE TABLE t (n int); CHECKPOINT");
  let id = "";
  await connected(database, async (writer) => {
    await writer.script("BEGIN");
    id = await writer.durableTransactionId();
    await server.crash();
    await server.start();
  });
  for (let n = 0; n < 20; n++) await database.script(`INSERT INTO t VALUES (${n})`);
  await connected(database, async (writer) => assert.equal(await writer.fateOf(id), "aborted"));
});

/** Messages of a repair, or some more. */
const usual = 40;

for (const [name, build] of drawnOf("kinds of plan", { ...brokenStates, ...moreBrokenStates }, 1)) {
  test(`the server crashes while it repairs: ${name}`, async () => {
    const server = await ownServer();
    const random = new Random(name);
    const original = await create(server);
    const state = await build(random, original);
    const truth = await truthOfState(state, original);
    const proxy = await faultyProxy(server.port);
    const crashAt = async (message: number, answered: boolean): Promise<void> => {
      const copy = await original.clone();
      await copy.script("CHECKPOINT");
      let back = Promise.resolve();
      const act = () => {
        back = server.crash().then(() => server.start());
      };
      await recovers({
        state,
        truth,
        database: copy,
        stateDirectory: await newDirectory("state"),
        async interrupt(args, environment) {
          const claim = await claimOf(args, environment, {
            proxy,
            of: copy,
            message,
            since: begin,
            answered,
            how: act,
          });
          await back;
          return claim;
        },
      });
      await copy.drop();
    };
    try {
      if (isSoak) await crashAt(Number.POSITIVE_INFINITY, true);
      const last = isSoak ? proxy.messages : usual;
      for (const message of pointsOf(random, last, [random.integer(2, last)]))
        await crashAt(message, random.chance(0.5));
    } catch (error) {
      throw new Error(`GODWIT_SEED=${seed} repeats this.`, { cause: error });
    } finally {
      await proxy.close();
    }
  });
}
