import { scenario } from "../scenarios/scenario.ts";
import { killedAndRecovered } from "./killing.ts";
import { moreBrokenStates } from "./more-broken-states.ts";
import { drawnOf } from "./points.ts";

for (const [name, build] of drawnOf("kinds of plan", moreBrokenStates, 1)) {
  scenario(`killed while it repairs: ${name}`, async ({ random, database }) =>
    killedAndRecovered(build, random, await database(), { askPrisma: true }),
  );
}
