import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import type { Diagnosis } from "../../src/workflows/result.ts";
import { fileOf } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { repair } from "../scenarios/repair.ts";
import { scenario } from "../scenarios/scenario.ts";
import { comparable, tell, undo } from "../undo/undone.ts";
import { begin, claimOf } from "./disturbed.ts";
import { faultyProxy } from "./faulty-proxy.ts";
import { killedAfter } from "./killing.ts";
import { moreBrokenStates } from "./more-broken-states.ts";
import { isSoak, pointsOf } from "./points.ts";
import { recovers, truthOfState } from "./recovery.ts";

/** Messages of such a repair, or some more. */
const usual = 30;

const pending = moreBrokenStates["only pending, migrated by Godwit"] as (typeof moreBrokenStates)[string];

scenario("the state directory is removed in the middle of a repair", async ({ random, database }) => {
  const original = await database();
  const state = await pending(random, original);
  const truth = await truthOfState(state, original);
  const proxy = await faultyProxy(original.server.port);
  try {
    const removedAt = async (message: number) => {
      const copy = await original.clone();
      const stateDirectory = await newDirectory("state");
      // At once, whatever is written meanwhile.
      const act = () => renameSync(stateDirectory, `${stateDirectory}-gone`);
      await recovers({
        state,
        truth,
        database: copy,
        stateDirectory,
        async interrupt(args, environment) {
          const claim = await claimOf(args, environment, {
            proxy,
            of: copy,
            message,
            since: begin,
            answered: true,
            how: act,
          });
          if (!proxy.wasDisturbed) return claim;
          const { outcome, failure, unrecorded } = claim ?? {};
          // Of what it could not write down it says so, or it changes nothing.
          if (outcome === "done") assert.match(unrecorded ?? "", /cannot be used/);
          else assert.ok(["journal", "backup"].includes(failure?.reason.kind ?? ""), JSON.stringify(failure));
          return claim;
        },
      });
      await copy.drop();
    };
    if (isSoak) await removedAt(Number.POSITIVE_INFINITY);
    const last = isSoak ? proxy.messages : usual;
    for (const message of pointsOf(random, last, [random.integer(1, last)])) await removedAt(message);
  } finally {
    await proxy.close();
  }
});

scenario("the state directory is removed between a kill and the recovery", async ({ random, database }) => {
  const db = await database();
  const state = await pending(random, db);
  const stateDirectory = await newDirectory("state");
  const told = await recovers({
    state,
    truth: await truthOfState(state, db),
    database: db,
    stateDirectory,
    async interrupt(args, environment) {
      await killedAfter(random.integer(4, 12), args, environment);
      await rm(stateDirectory, { recursive: true });
      return undefined;
    },
  });
  assert.equal(told, false);
});

const files = [
  fileOf("0001_base", 'CREATE TABLE "people" ("id" int PRIMARY KEY, "name" text);\n'),
  fileOf("0002_drop", 'DROP TABLE "people";\n'),
] as const;

/** A repair that dropped a table: what it held is remembered alone. */
async function dropped(db: Database): Promise<{ stateDirectory: string; record: string; before: string }> {
  await new PrismaHistory(db).deploy([
    { ...files[0], rows: [`INSERT INTO "people" VALUES (1, 'Ada'), (2, 'Bob')`] },
  ]);
  const before = comparable(await db.dump());
  const stateDirectory = await newDirectory("state");
  const args = ["--native", "--without-rehearsal"];
  const answer = await repair(files, db, { command: "migrate", args, stateDirectory });
  assert.equal(answer.outcome, "done");
  const [place = ""] = await readdir(stateDirectory);
  const [id = ""] = (await readdir(join(stateDirectory, place))).filter((one) => /^\d{8}T/.test(one));
  return { stateDirectory, record: join(stateDirectory, place, id), before };
}

const damages: Record<string, (text: string) => string> = {
  "is half-written": (text) => text.slice(0, text.length / 2),
  "is empty": () => "",
  "is of another version": (text) => text.replace(/"(?:snapshotVersion|godwit)": ?\d+/, '"godwit": 99'),
  "has one other letter": (text) => text.replace(/people|Ada/, "peoplf"),
};

scenario(
  "what is remembered of a repair is damaged: undo says so, and changes nothing",
  async ({ random, database }) => {
    const db = await database();
    const { stateDirectory, record, before } = await dropped(db);
    const dump = await db.dump();
    for (const name of ["plan.json", "before.json", "backup/backup.json", "backup/2.copy"]) {
      const file = join(record, name);
      const text = await readFile(file, "utf8");
      const all = Object.entries(damages).filter(([, damage]) => damage(text) !== text);
      for (const [what, damage] of isSoak ? all : [random.pick(all)]) {
        await writeFile(file, damage(text));
        const answer = await undo(files, db, stateDirectory, { args: ["--without-rehearsal"] });
        assert.ok(["refused", "failed"].includes(answer.outcome), `${name} ${what}: ${tell(answer)}`);
        assert.equal(await db.dump(), dump, `${name} ${what}: it was changed`);
      }
      await writeFile(file, text);
    }
    const answer = await undo(files, db, stateDirectory, { args: ["--without-rehearsal"] });
    assert.equal(answer.outcome, "done", tell(answer));
    assert.equal(comparable(await db.dump()), before);
  },
);

scenario(
  "a journal is damaged: doctor says so, repair goes on, undo does not guess",
  async ({ database }) => {
    const db = await database();
    const { stateDirectory, record } = await dropped(db);
    const journal = join(record, "journal.jsonl");
    const text = await readFile(journal, "utf8");
    const lines = text.split("\n");
    // Killed after COMMIT, and a line before that cannot be read.
    const known = lines
      .slice(
        0,
        lines.findIndex((line) => line.includes('"committed"')),
      )
      .join("\n");
    await writeFile(journal, `${known.replace('"backed-up"', '"back\u0000d-up"')}\n`);
    const common = [
      "--json",
      "--project",
      await writeProject(files),
      "--database",
      db.url,
      "--state-dir",
      stateDirectory,
    ];
    const doctor = documentOf<Diagnosis>(await godwit(["doctor", ...common]));
    const finding = doctor.findings.find(({ check }) => check === "interrupted-repair");
    assert.equal(finding?.severity, "warning");
    assert.match(finding?.title ?? "", /cannot be read as a whole/);
    const again = documentOf<RepairResult>(await godwit(["repair", ...common]));
    assert.equal(again.outcome, "nothing-to-do");
    assert.match(again.interrupted ?? "", /cannot be told from it/);
    const afterwards = documentOf<Diagnosis>(await godwit(["doctor", ...common]));
    assert.ok(!afterwards.findings.some(({ check }) => check === "interrupted-repair"));
    const answer = await undo(files, db, stateDirectory, { args: ["--without-rehearsal"] });
    assert.deepEqual([answer.outcome, answer.exit], ["refused", 3], tell(answer));
    assert.match(answer.reasons.join(), /journal\.jsonl cannot be read/);
  },
);
