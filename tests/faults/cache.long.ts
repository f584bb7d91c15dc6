import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnosis } from "../../src/workflows/result.ts";
import { drawApplication, fileOf } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { documentOf, godwit, newDirectory, surroundings, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import type { Executable } from "../scenarios/truth.ts";
import { drawnOf } from "./points.ts";

/** A cache of its own, but for the empty data directories that servers start from. */
async function newCache(): Promise<string> {
  const cache = await newDirectory("cache");
  const { environment } = await surroundings();
  await mkdir(join(cache, "godwit"), { mode: 0o700 });
  const templates = "godwit/postgres-templates";
  await symlink(join(environment["XDG_CACHE_HOME"] ?? "", templates), join(cache, templates));
  return cache;
}

async function look(db: Database, project: string, cache: string): Promise<Diagnosis> {
  const args = ["doctor", "--json", "--project", project, "--database", db.url];
  return documentOf<Diagnosis>(await godwit(args, { XDG_CACHE_HOME: cache }));
}

/** What is said of the database, however it was found out. */
function said({ findings, migrations, position, outcome }: Diagnosis): unknown {
  return JSON.parse(JSON.stringify({ findings, migrations, position, outcome }));
}

scenario("whatever is in the cache, doctor says the same", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init, failed] = migrations;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([init]);
  await history.recordFailure(failed, { code: "57014", message: "canceling statement due to user request" });
  const cache = await newCache();
  const project = await writeProject(migrations);
  const truth = await look(db, project, cache);
  assert.equal(truth.replay.outcome, "replayed");
  const place = join(cache, "godwit/timelines");
  const [name = ""] = await readdir(place);
  const file = join(place, name);
  const text = await readFile(file, "utf8");
  assert.equal((await look(db, project, cache)).replay.outcome, "cached");

  const damages: Record<string, () => Promise<string>> = {
    "half of it was written": async () => text.slice(0, random.integer(1, text.length - 1)),
    "nothing was written": async () => "",
    "another version wrote it": async () => JSON.stringify({ version: 99, timeline: [] }),
    "a letter is another one": async () => text.replace(init.makes, `${init.makes}x`),
    "it is of another project": () =>
      ofAnother(db, [fileOf("0001_init", 'CREATE TABLE "other" ("id" int);\n')]),
  };
  const drawn = drawnOf("damages", damages, 2);
  for (const [what, damage] of drawn) {
    const damaged = await damage();
    assert.notEqual(damaged, text);
    await writeFile(file, damaged);
    const found = await look(db, project, cache);
    assert.equal(found.replay.outcome, "replayed", what);
    assert.deepEqual(said(found), said(truth), what);
    assert.equal(await readFile(file, "utf8"), text, `${what}: it is not as it was`);
  }
  // A cache that cannot be used at all.
  await rm(place, { recursive: true });
  await writeFile(place, "a file");
  assert.deepEqual(said(await look(db, project, cache)), said(truth));
});

/** What the cache holds of another project. */
async function ofAnother(db: Database, files: readonly Executable[]): Promise<string> {
  const cache = await newCache();
  await look(db, await writeProject(files), cache);
  const place = join(cache, "godwit/timelines");
  const [name = ""] = await readdir(place);
  return readFile(join(place, name), "utf8");
}
