import { scenario } from "../scenarios/scenario.ts";
import { brokenStates } from "./broken-states.ts";
import { killedAndRecovered } from "./killing.ts";
import { drawnOf } from "./points.ts";

for (const [name, build] of drawnOf("plain kinds of plan", brokenStates, 2)) {
  scenario(`killed while it repairs: ${name}`, async ({ random, database }) =>
    killedAndRecovered(build, random, await database()),
  );
}
