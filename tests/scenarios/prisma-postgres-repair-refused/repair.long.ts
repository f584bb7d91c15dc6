import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AppMigration, drawApplication } from "../application.ts";
import { newDirectory } from "../godwit.ts";
import { urlFor } from "../hosted.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { ask, refused, repaired } from "../repair.ts";
import { scenario, type World } from "../scenario.ts";

async function halfWay({ random, database }: World) {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, -1));
  await history.recordFailure(failed, { code: "57014", message: "canceling statement due to user request" });
  await db.script(failed.statements.slice(0, 3).join(";\n"));
  return { migrations, failed, db };
}

scenario("a step breaks in the rehearsal", async (world) => {
  const { migrations, db } = await halfWay(world);
  for (const statement of [1, 3]) {
    const environment = { GODWIT_FAULT: `rehearsal/statement:${statement}` };
    await refused(migrations, db, "rehearsal-failed", { exit: 2, environment, words: /on purpose/ });
  }
});

scenario("there is no terminal, and no --yes", async (world) => {
  const { migrations, db } = await halfWay(world);
  const { certificate } = await refused(migrations, db, "declined", { args: ["--no-yes"] });
  assert.ok(certificate !== undefined);
});

scenario("--rehearse-only proves, and changes nothing", async (world) => {
  const { migrations, db } = await halfWay(world);
  const { certificate, recordDirectory } = await refused(migrations, db, "rehearsed", {
    exit: 0,
    args: ["--rehearse-only"],
  });
  assert.equal(certificate?.level, "full");
  const { checksum: _, ...kept } = JSON.parse(await readFile(recordDirectory ?? "", "utf8"));
  assert.deepEqual(kept, certificate);
});

scenario("the state directory cannot be written", async (world) => {
  const { migrations, db } = await halfWay(world);
  const file = join(await newDirectory("file"), "file");
  await writeFile(file, "");
  const before = await db.dump();
  const { exit, stdout, stderr } = await ask(migrations, db, { stateDirectory: join(file, "below") });
  assert.match(stdout + stderr, /STATE_DIRECTORY_UNUSABLE|a part of its path is a file/);
  assert.notEqual(exit, 0);
  assert.equal(await db.dump(), before);
});

scenario("the role does not own the tables", async (world) => {
  const { migrations, db } = await halfWay(world);
  const role = `app_${db.name}`;
  await db.script(
    `CREATE ROLE ${role} LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role}`,
  );
  const url = urlFor(db.url, role);
  await refused(migrations, db, "rehearsal-failed", { exit: 2, url, words: /42501/ });
});

scenario("the server is read-only", async (world) => {
  const { migrations, db } = await halfWay(world);
  await db.script(`ALTER DATABASE ${db.name} SET default_transaction_read_only = on`);
  await refused(migrations, db, "refused", { words: /default_transaction_read_only is on/ });
});

scenario("another session holds a table which the plan alters, before it is made", async (world) => {
  const { migrations, db } = await halfWay(world);
  const [{ makes }] = migrations as readonly [AppMigration, ...AppMigration[]];
  for (const lock of [
    `LOCK TABLE "${makes}" IN ACCESS EXCLUSIVE MODE`,
    "LOCK TABLE _prisma_migrations IN ACCESS EXCLUSIVE MODE",
    "SELECT pg_advisory_lock(72707369)",
  ]) {
    const before = await db.dump();
    await db.connected(async (holder) => {
      await holder.query("BEGIN");
      await holder.query(lock);
      const began = performance.now();
      const { exit, stdout } = await ask(migrations, db, { args: ["--wait", "1"] });
      assert.ok(performance.now() - began < 60_000);
      assert.deepEqual([JSON.parse(stdout).outcome, exit], ["refused", 3], stdout);
      await holder.query("ROLLBACK");
    });
    assert.equal(await db.dump(), before, lock);
  }
});

scenario("--without-rehearsal is a choice, and is recorded", async (world) => {
  const { migrations, failed, db } = await halfWay(world);
  const { certificate, recordDirectory } = await repaired(migrations, db, {
    args: ["--without-rehearsal"],
    marked: [failed.name],
    executed: [],
    withoutPrisma: true,
  });
  assert.equal(certificate, undefined);
  const journal = await readFile(join(recordDirectory ?? "", "journal.jsonl"), "utf8");
  assert.match(journal, /"event":"began".*"rehearsed":false/);
});
