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
  scenario(`cut or killed between two messages: ${name}`, async ({ random, database }) => {
    const original = await database();
    const state = await build(random, original);
    const truth = await truthOfState(state, original);
    const proxy = await faultyProxy(original.server.port);
    const at = async (message: number, answered: boolean, how: "cut" | "killed"): Promise<void> => {
      const copy = await original.clone();
      await recovers({
        state,
        truth,
        database: copy,
        stateDirectory: await newDirectory("state"),
        interrupt: (args, environment) =>
          claimOf(args, environment, { proxy, of: copy, message, since: begin, answered, how }),
      });
      await copy.drop();
    };
    try {
      await at(Number.POSITIVE_INFINITY, true, "cut");
      const last = proxy.messages;
      assert.ok(last > 5, `only ${last} messages`);
      for (const message of pointsOf(random, last, [random.integer(2, last - 1), last]))
        await at(message, random.chance(0.5), random.pick(["cut", "killed"]));
    } finally {
      await proxy.close();
    }
  });
}
