// Files that Godwit itself wrote, and that are not what they were: it says so, or goes on without them; it concludes nothing
// from them that is not so, and no stack is shown (the helper that runs Godwit looks for one).
import assert from "node:assert/strict";
import { cp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnosis } from "../../src/workflows/result.ts";
import type { UndoResult } from "../../src/workflows/undo-result.ts";
import { fileOf } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { said } from "../scenarios/doctor.ts";
import { documentOf, godwit, newDirectory, ownPlaces, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import { damage, drawWays } from "./damage.ts";

/** Seconds for each scenario in the long run. */
const seconds = Number(process.env["GODWIT_SOAK"] ?? 4);

const files = [
  fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY, "old" text)'),
  fileOf("2_more", `ALTER TABLE "t" ADD COLUMN "new" text DEFAULT 'seven 7'; UPDATE "t" SET "old" = 'x'`),
] as const;

async function pending(db: Database): Promise<void> {
  const rows = [`INSERT INTO "t" SELECT n, 'row ' || n FROM generate_series(1, 20) n`];
  await new PrismaHistory(db).deploy([{ ...files[0], rows }]);
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Applies what is pending; the state is kept in a new directory. */
async function migrated(project: readonly string[]): Promise<{ kept: string; all: string[] }> {
  const kept = await newDirectory("kept");
  const args = ["--yes", "--json", "--native", "--without-rehearsal", "--state-dir", kept];
  const { exit, stdout } = await godwit(["migrate", ...args, ...project]);
  assert.equal(exit, 0, stdout);
  const all = (await filesIn(kept)).map((file) => file.slice(kept.length + 1));
  return { kept, all };
}

scenario("a repair is taken back from what was written, or not at all", async ({ database, random }) => {
  const db = await database();
  await pending(db);
  const original = withoutHistory(await db.dump());
  const project = ["--project", await writeProject(files), "--database", db.url];
  let { kept, all } = await migrated(project);
  assert.ok(all.length >= 4, all.join());
  const end = performance.now() + seconds * 1000;
  const cases = random.shuffle(all.flatMap((_, i) => drawWays(random).map((way) => ({ i, way }))));
  for (const [number, { i, way }] of cases.entries()) {
    if (number >= 6 && performance.now() > end) break;
    const state = await newDirectory("state");
    await cp(kept, state, { recursive: true });
    const file = all[i] ?? "";
    await damage(join(state, file), way, random);
    const repaired = await db.dump();
    const where = [...project, "--state-dir", state];
    const told = `${way}: ${file}`;
    const diagnosis = documentOf<Diagnosis>(await godwit(["doctor", "--json", ...where]));
    assert.deepEqual(said(diagnosis), ["applied present", "applied present"], told);
    for (const { check, title, explanation } of diagnosis.findings) {
      assert.equal(check, "interrupted-repair", told);
      assert.doesNotMatch(title + explanation, /undid its transaction|before it changed anything/, told);
    }
    const args = ["--yes", "--json", "--without-rehearsal"];
    const undone = documentOf<UndoResult>(await godwit(["undo", ...args, ...where]));
    const now = await db.dump();
    if (undone.outcome === "done") {
      if (undone.notBack.length === 0) assert.equal(withoutHistory(now), original, told);
      ({ kept, all } = await migrated(project));
    } else assert.equal(now, repaired, `${told}: ${JSON.stringify(undone)}`);
  }
});

scenario("a cache that was damaged makes no other diagnosis", async ({ database, random }) => {
  const db = await database();
  await pending(db);
  await new PrismaHistory(db).recordApplied(files[1]);
  const project = ["--project", await writeProject(files), "--database", db.url];
  const ask = async () => documentOf<Diagnosis>(await godwit(["doctor", "--json", ...project]));
  const first = await ask();
  const [cache = ""] = await ownPlaces();
  const timelines = (await filesIn(join(cache, "godwit/timelines"))).filter((file) => file.endsWith(".json"));
  assert.ok(timelines.length > 0);
  const saved = await newDirectory("timelines");
  await cp(join(cache, "godwit/timelines"), saved, { recursive: true });
  const end = performance.now() + seconds * 1000;
  for (const [number, way] of drawWays(random).entries()) {
    if (number >= 3 && performance.now() > end) break;
    await rm(join(cache, "godwit/timelines"), { recursive: true });
    await cp(saved, join(cache, "godwit/timelines"), { recursive: true });
    for (const file of timelines) await damage(file, way, random);
    const { findings, migrations, position } = await ask();
    assert.deepEqual(
      { findings, migrations, position },
      { findings: first.findings, migrations: first.migrations, position: first.position },
      way,
    );
  }
});

function withoutHistory(dump: string): string {
  return dump.replace(/^COPY public\._prisma_migrations [\s\S]*?^\\\.$/m, "");
}
