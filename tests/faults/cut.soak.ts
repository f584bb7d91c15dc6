import assert from "node:assert/strict";
import { godwit, newDirectory } from "../scenarios/godwit.ts";
import { scenario } from "../scenarios/scenario.ts";
import { brokenStates } from "./broken-states.ts";
import { faultyProxy } from "./faulty-proxy.ts";
import { pointsOf } from "./points.ts";
import { recovers, truthOfState } from "./recovery.ts";

/** With it the executor begins. */
const begin = "idle_in_transaction_session_timeout";

for (const [name, build] of Object.entries(brokenStates)) {
  scenario(`the connection is cut while it repairs: ${name}`, async ({ random, database }) => {
    const original = await database();
    const state = await build(random, original);
    const truth = await truthOfState(state, original);
    const proxy = await faultyProxy(original.server.port);
    /** @returns whether it was cut: there may be fewer messages */
    const cutAt = async (message: number, answered: boolean): Promise<boolean> => {
      const copy = await original.clone();
      proxy.cutAfter(message, begin, answered);
      await recovers({
        state,
        truth,
        database: copy,
        stateDirectory: await newDirectory("state"),
        interrupt: async (args) => {
          const throughProxy = args.map((arg) => (arg === copy.url ? proxy.url(copy.url) : arg));
          const { exit, stdout } = await godwit([...throughProxy, "--without-rehearsal"]);
          // Where the answer to COMMIT was lost, the server was asked, and it may be done.
          assert.ok(exit === 2 || exit === 0, stdout);
        },
      });
      await copy.drop();
      return proxy.wasCut;
    };
    try {
      await cutAt(Number.POSITIVE_INFINITY, true);
      const last = proxy.messages;
      assert.ok(last > 5, `only ${last} messages`);
      for (const message of pointsOf(random, last, [random.integer(2, last - 1), last]))
        await cutAt(message, random.chance(0.5));
    } finally {
      await proxy.close();
    }
  });
}
