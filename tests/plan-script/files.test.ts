import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../src/plan/plan.ts";
import { drawApplication } from "../scenarios/application.ts";
import { godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario("files of both kinds, for nobody else to read", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const { url } = await database();
  const directory = await newDirectory("plans");
  const [json, sql] = [join(directory, "repair.json"), join(directory, "repair.sql")];
  await writeFile(sql, "an older one", { mode: 0o644 });
  const said = await repair(migrations, url, ["--plan-out", json, "--plan-out", sql]);
  assert.equal(said.exit, 3, said.stderr);
  const plan = JSON.parse(await readFile(json, "utf8")) as Plan;
  assert.deepEqual([plan.godwit, plan.purpose], [1, "repair"]);
  assert.match(await readFile(sql, "utf8"), /^-- -+\n-- Godwit .* wrote this script/);
  assert.deepEqual((await readdir(directory)).toSorted(), ["repair.json", "repair.sql"]);
  for (const file of [json, sql]) assert.equal((await stat(file)).mode & 0o777, 0o600);
});

scenario("a file that cannot be written is told before anything is done", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const { url } = await database();
  const directory = await newDirectory("plans");
  await mkdir(join(directory, "directory.sql"));
  await writeFile(join(directory, "file"), "");
  const refused = async (name: string, exit: number, why: RegExp) => {
    const said = await repair(migrations, url, ["--plan-out", join(directory, name)]);
    assert.equal(said.exit, exit, said.stdout);
    assert.match(said.stderr, why);
    assert.doesNotMatch(said.stderr, /replay|rehears/i);
    assert.equal(said.stdout, "");
  };
  await refused("repair.txt", 64, /ends neither with \.json nor with \.sql/);
  await refused("repair.SQL", 64, /ends neither/);
  await refused("missing/repair.sql", 2, /cannot be written to .*: its directory does not exist\./);
  await refused("file/repair.json", 2, /: its directory is a file\./);
  await refused("directory.sql", 2, /: it is a directory\./);
});

async function repair(
  migrations: Parameters<typeof writeProject>[0],
  url: string,
  options: readonly string[],
) {
  const project = await writeProject(migrations);
  const state = await newDirectory("state");
  const where = ["--project", project, "--database", url, "--state-dir", state];
  return godwit(["repair", "--without-rehearsal", ...where, ...options]);
}
