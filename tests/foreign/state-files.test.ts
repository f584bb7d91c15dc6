// Files that Godwit itself wrote, and that are not what they were: it says so, or goes on without them; it concludes nothing
// from them that is not so, and no stack is shown (the helper that runs Godwit looks for one).
import assert from "node:assert/strict";
import { cp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnosis } from "../../src/workflows/result.ts";
import type { UndoResult } from "../../src/workflows/undo-result.ts";
import { fileOf } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { found, said } from "../scenarios/doctor.ts";
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

scenario("a repair is taken back from what was written, or not at all", async ({ database, random }) => {
  const db = await database();
  await pending(db);
  const original = await db.dump();
  const kept = await newDirectory("state");
  const project = ["--project", await writeProject(files), "--database", db.url];
  const args = ["--yes", "--json", "--native", "--without-rehearsal", ...project, "--state-dir", kept];
  assert.equal((await godwit(["migrate", ...args])).exit, 0);
  const repaired = await db.dump();
  const all = (await filesIn(kept)).map((file) => file.slice(kept.length + 1));
  assert.ok(all.length >= 4, all.join());
  const end = performance.now() + seconds * 1000;
  const cases = random.shuffle(all.flatMap((file) => drawWays(random).map((way) => ({ file, way }))));
  for (const [i, { file, way }] of cases.entries()) {
    if (i >= 8 && performance.now() > end) break;
    const state = await newDirectory("state");
    await cp(kept, state, { recursive: true });
    const copy = await db.clone();
    const place = join(state, await directoryFor(copy, state, project), file.split("/").slice(1).join("/"));
    await damage(place, way, random);
    const where = ["--project", project[1] ?? "", "--database", copy.url, "--state-dir", state];
    const told = `${way}: ${file}`;
    const diagnosis = documentOf<Diagnosis>(await godwit(["doctor", "--json", ...where]));
    assert.deepEqual(said(diagnosis), ["applied present", "applied present"], told);
    for (const one of diagnosis.findings) {
      assert.equal(one.check, "interrupted-repair", told);
      assert.doesNotMatch(one.title + one.explanation, /undid its transaction|before it changed anything/, told);
    }
    const undone = documentOf<UndoResult & { error?: unknown }>(await godwit(["undo", "--yes", "--json", "--without-rehearsal", ...where]));
    const now = await copy.dump();
    if (undone.outcome === "done") {
      assert.deepEqual(undone.notBack, [], told);
      assert.equal(withoutHistory(now), withoutHistory(original), told);
    } else assert.equal(now, repaired, `${told}: ${JSON.stringify(undone)}`);
    await copy.drop();
  }
});
