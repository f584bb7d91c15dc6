import assert from "node:assert/strict";
import { newDirectory } from "../scenarios/godwit.ts";
import { scenario } from "../scenarios/scenario.ts";
import { brokenStates } from "./broken-states.ts";
import { begin, claimOf } from "./disturbed.ts";
import { faultyProxy } from "./faulty-proxy.ts";
import { moreBrokenStates } from "./more-broken-states.ts";
import { pointsOf } from "./points.ts";
import { recovers, truthOfState } from "./recovery.ts";

for (const [name, build] of Object.entries({ ...brokenStates, ...moreBrokenStates })) {
  scenario(`the connection is cut while it repairs: ${name}`, async ({ random, database }) => {
    const original = await database();
    const state = await build(random, original);
    const truth = await truthOfState(state, original);
    const proxy = await faultyProxy(original.server.port);
    const cutAt = async (message: number, answered: boolean): Promise<void> => {
      const copy = await original.clone();
      proxy.disturb({ message, since: begin, answered });
      await recovers({
        state,
        truth,
        database: copy,
        stateDirectory: await newDirectory("state"),
        interrupt: (args, environment) => claimOf(args, environment, { through: proxy, of: copy }),
      });
      await copy.drop();
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
