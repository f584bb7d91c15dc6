import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { RepairResult } from "../../src/workflows/repair-result.ts";
import { fileOf } from "../scenarios/application.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";

const run = promisify(execFile);

/** Only root may mount a small disk: elsewhere its part is played by a file system that is full already. */
const isRoot = process.getuid?.() === 0;

scenario("the disk is full while the rows are saved: nothing is changed", async ({ database }) => {
  const files = [
    fileOf("1_init", 'CREATE TABLE "t" ("id" int PRIMARY KEY, "old" text)'),
    fileOf("2_drop", 'ALTER TABLE "t" DROP COLUMN "old"'),
  ] as const;
  const db = await database();
  const rows = [`INSERT INTO "t" SELECT n, repeat(md5(n::text), 30) FROM generate_series(1, 3000) n`];
  await new PrismaHistory(db).deploy([{ ...files[0], rows }]);
  const before = await db.dump();
  const state = isRoot ? await newDirectory("small") : "/dev/full";
  if (isRoot) await run("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", state]);
  try {
    const said = await godwit([
      ...["repair", "--json", "--yes", "--without-rehearsal", "--state-dir", state],
      ...["--project", await writeProject(files), "--database", db.url],
    ]);
    assert.equal(said.exit, 2, said.stdout);
    if (isRoot) {
      const { outcome, failure, committed } = documentOf<RepairResult>(said);
      assert.deepEqual(
        [outcome, failure?.reason.kind, failure?.left, committed],
        ["failed", "backup", "nothing", 0],
      );
    }
    assert.doesNotMatch(said.stdout + said.stderr, /BUG|bug in Godwit/);
  } finally {
    if (isRoot) await run("umount", [state]);
  }
  assert.equal(await db.dump(), before);
});
