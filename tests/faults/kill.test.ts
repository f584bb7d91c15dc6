import { scenario } from "../scenarios/scenario.ts";
import { brokenStates } from "./broken-states.ts";
import { killedAndRecovered } from "./killing.ts";

for (const [name, build] of Object.entries(brokenStates)) {
  scenario(`killed while it repairs: ${name}`, async ({ random, database }) =>
    killedAndRecovered(build, random, await database()),
  );
}
