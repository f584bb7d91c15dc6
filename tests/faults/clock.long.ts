import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { UndoResult } from "../../src/workflows/undo-result.ts";
import { documentOf, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { scenario } from "../scenarios/scenario.ts";
import { comparable } from "../undo/undone.ts";
import { killedAfter, start } from "./killing.ts";
import { moreBrokenStates } from "./more-broken-states.ts";
import { recovers, truthOfState } from "./recovery.ts";

const jumping = {
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, "jumping-clock.mjs")).href}`,
};
const pending = moreBrokenStates["only pending, migrated by Godwit"] as (typeof moreBrokenStates)[string];

scenario("the clock jumps by years, back and forth, between any two steps", async ({ random, database }) => {
  const db = await database();
  const state = await pending(random, db);
  // Rows of the history which are from the future, and in another order than they were written.
  await db.script(
    "UPDATE _prisma_migrations SET started_at = now() + '10 years', finished_at = now() + '9 years'",
  );
  const truth = await truthOfState(state, db);
  const stateDirectory = await newDirectory("state");
  const before = comparable(await db.dump());
  const told = await recovers({
    state,
    truth,
    database: db,
    stateDirectory,
    askPrisma: true,
    interrupt: (args) => killedAfter(random.integer(3, 12), args, jumping),
  });
  assert.equal(told, true, "doctor does not tell of the repair that was killed");
  // The last one is what was done last, whatever its date.
  const more = [
    "--json",
    "--yes",
    "--without-rehearsal",
    "--state-dir",
    stateDirectory,
    "--database",
    db.url,
  ];
  const project = await writeProject(state.files);
  const undone = await run(["undo", ...more, "--project", project]);
  assert.equal(documentOf<UndoResult>(undone).outcome, "done", undone.stdout);
  assert.equal(comparable(await db.dump()), before);
  const again = await run(["undo", ...more, "--project", project]);
  assert.equal(documentOf<UndoResult>(again).outcome, "nothing-to-do", again.stdout);
});

async function run(args: readonly string[]) {
  const { exit, stdout, said } = await (await start(args, jumping)).ended;
  return { exit: exit ?? -1, stdout, stderr: said };
}
