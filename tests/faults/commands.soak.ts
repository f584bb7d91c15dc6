import assert from "node:assert/strict";
import type { QuarantineResult } from "../../src/workflows/quarantine.ts";
import type { UndoResult } from "../../src/workflows/undo-result.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, godwit, newDirectory } from "../scenarios/godwit.ts";
import { scenario } from "../scenarios/scenario.ts";
import { comparable } from "../undo/undone.ts";
import type { BrokenState } from "./broken-states.ts";
import { begin, disturbed } from "./disturbed.ts";
import { faultyProxy } from "./faulty-proxy.ts";
import { moreBrokenStates } from "./more-broken-states.ts";
import { pointsOf } from "./points.ts";
import { projectOf, untilAlone, wishesOf } from "./recovery.ts";

/** A command that is disturbed: it, and the message from which it is counted. */
interface Disturbed {
  readonly database: Database;
  readonly command: readonly string[];
  readonly since: string;
}

/** What a command that came to an end says of itself. */
interface Claim {
  readonly outcome?: string;
  readonly failure?: UndoResult["failure"];
  readonly error?: unknown;
}

/** Every message of a command is a point at which it is disturbed, on a clone each time. */
async function atEveryPoint(
  random: Parameters<Parameters<typeof scenario>[1]>[0]["random"],
  original: Database,
  of: (database: Database) => Promise<Disturbed & { after(claim: Claim | undefined): Promise<void> }>,
): Promise<void> {
  const proxy = await faultyProxy(original.server.port);
  const at = async (message: number, how: "killed" | "cut") => {
    const copy = await original.clone();
    const one = await of(copy);
    const { command, since } = one;
    const said = await disturbed(
      command,
      {},
      { proxy, of: copy, message, since, answered: message % 2 === 0, how },
    );
    await untilAlone(copy);
    await one.after(said && documentOf<Claim>(said));
    await copy.drop();
  };
  try {
    await at(Number.POSITIVE_INFINITY, "cut");
    const last = proxy.messages;
    assert.ok(last > 5, `only ${last} messages`);
    for (const message of pointsOf(random, last, [random.integer(2, last)]))
      await at(message, random.pick(["killed", "cut"]));
  } finally {
    await proxy.close();
  }
}

/** Migrates, undisturbed. */
async function migrated(state: BrokenState, database: Database) {
  const stateDirectory = await newDirectory("state");
  const project = await projectOf(state);
  const common = ["--json", "--project", project, "--database", database.url, "--state-dir", stateDirectory];
  const { exit, stderr } = await godwit([
    ...[state.command ?? "repair", ...common, ...wishesOf(state), "--without-rehearsal"],
  ]);
  assert.equal(exit, 0, stderr);
  return common;
}

/** Without the quarantine: that rows were once there stays written. */
async function contentOf(database: Database): Promise<string> {
  const entries = comparable(await database.dump()).split(/\n\n(?=-- )/);
  return entries.filter((entry) => !/godwit_quarantine/.test(entry.split("\n", 1)[0] ?? "")).join("\n\n");
}

for (const name of [
  "only pending, migrated by Godwit",
  "rows in the way, mended and set aside",
  "drift, undone",
]) {
  scenario(`an undo is killed or cut: ${name}`, async ({ random, database }) => {
    const original = await database();
    const state = await (moreBrokenStates[name] as (typeof moreBrokenStates)[string])(random, original);
    await atEveryPoint(random, original, async (copy) => {
      const before = await contentOf(copy);
      const common = await migrated(state, copy);
      const repaired = await contentOf(copy);
      const command = ["undo", ...common, "--yes", "--without-rehearsal", "--choose", "undo=with-new-rows"];
      const undo = async () => documentOf<UndoResult>(await godwit(command));
      return {
        database: copy,
        command,
        since: begin,
        async after(claim) {
          const now = await contentOf(copy);
          if (claim?.outcome === "done") assert.equal(now, before, "it was said to be taken back");
          if (claim?.failure?.left === "nothing") assert.equal(now, repaired, "nothing was changed, it said");
          assert.ok(now === before || now === repaired, "an undo was left half-way");
          const again = await undo();
          assert.equal(again.outcome, now === before ? "nothing-to-do" : "done", JSON.stringify(again));
          assert.equal(await contentOf(copy), before);
        },
      };
    });
  });
}

scenario("a restore from the quarantine is killed or cut", async ({ random, database }) => {
  const original = await database();
  const name = "rows in the way, mended and set aside";
  const state = await (moreBrokenStates[name] as (typeof moreBrokenStates)[string])(random, original);
  await atEveryPoint(random, original, async (copy) => {
    const common = (await migrated(state, copy)).slice(0, 5);
    await copy.script('ALTER TABLE "people" DROP CONSTRAINT "fk"; DROP INDEX "one"');
    const rows = async () =>
      JSON.stringify(await copy.rows('SELECT "id", "email" FROM "people" ORDER BY 1, 2'));
    const listed = documentOf<QuarantineResult>(await godwit(["quarantine", ...common]));
    const batch = listed.batches.find(({ rows: number }) => number === 1)?.id ?? "";
    const before = await rows();
    const command = ["quarantine", "restore", batch, ...common];
    return {
      database: copy,
      command,
      since: "row_security = off",
      async after(claim) {
        const now = await rows();
        if (claim?.outcome === "restored") assert.notEqual(now, before, "it was said to be put back");
        if (claim?.outcome === "failed" && claim.error === undefined)
          assert.equal(now, before, "nothing was put back, it said");
        const again = documentOf<QuarantineResult>(await godwit(command));
        assert.equal(again.outcome, now === before ? "restored" : "refused", JSON.stringify(again));
        const ids = (JSON.parse(await rows()) as { id: number }[]).map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length, "a row came back twice");
        assert.equal(ids.length, 3);
      },
    };
  });
});
