import { scenario } from "../scenarios/scenario.ts";
import { killedAndRecovered } from "./killing.ts";
import { moreBrokenStates } from "./more-broken-states.ts";

for (const [name, build] of Object.entries(moreBrokenStates)) {
  scenario(`killed while it repairs: ${name}`, async ({ random, database }) =>
    killedAndRecovered(build, random, await database(), { askPrisma: true }),
  );
}
