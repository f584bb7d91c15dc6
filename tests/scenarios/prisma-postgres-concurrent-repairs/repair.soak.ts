import assert from "node:assert/strict";
import { type AppMigration, drawApplication } from "../application.ts";
import { answerOf, repairWith } from "../conversation.ts";
import { quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
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

scenario("two repairs at once: one carries its plan out, the other sees that", async (world) => {
  const { migrations, failed, db } = await halfWay(world);
  await repaired(migrations, db, { marked: [failed.name], executed: [] }, async () => {
    const waiting: (() => void)[] = [];
    const together = async () => {
      const both = new Promise<void>((resolve) => waiting.push(resolve));
      if (waiting.length === 2) for (const go of waiting) go();
      await both;
      return true;
    };
    const results = await Promise.all([
      repairWith(together, migrations, db, { wait: 20 }),
      repairWith(together, migrations, db, { wait: 20 }),
    ]);
    const done = results.find(({ outcome }) => outcome === "done");
    const other = results.find((one) => one !== done);
    assert.ok(
      done !== undefined && other !== undefined,
      JSON.stringify(results.map(({ outcome }) => outcome)),
    );
    assert.deepEqual([other.outcome, other.failure?.reason.kind, other.committed], ["failed", "changed", 0]);
    assert.equal(other.failure?.left, "nothing");
    return answerOf(done);
  });
});

const changes: Record<string, (migrations: readonly AppMigration[]) => string> = {
  "a column": ([init]) => `ALTER TABLE ${quote(init?.makes ?? "")} ADD COLUMN "meanwhile" int`,
  "another application's table": () => 'CREATE TABLE "meanwhile" (id int)',
  "a row of the history": () =>
    `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL`,
};

for (const [what, write] of Object.entries(changes)) {
  scenario(`between rehearsal and confirmation ${what} changes: nothing is applied`, async (world) => {
    const { migrations, db } = await halfWay(world);
    let before = "";
    const result = await repairWith(
      async () => {
        await db.script(write(migrations));
        before = await db.dump();
        return true;
      },
      migrations,
      db,
    );
    assert.deepEqual(
      [result.outcome, result.failure?.reason.kind, result.failure?.left, result.committed],
      ["failed", "changed", "nothing", 0],
    );
    assert.equal(await db.dump(), before);
  });
}

scenario("a deployment takes Prisma's lock meanwhile: waited for, and not for ever", async (world) => {
  const { migrations, db } = await halfWay(world);
  await db.connected(async (deployment) => {
    const before = await db.dump();
    let began = 0;
    const result = await repairWith(
      async () => {
        await deployment.query("SELECT pg_advisory_lock(72707369)");
        began = performance.now();
        return true;
      },
      migrations,
      db,
      { wait: 2 },
    );
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds >= 2 && seconds < 15, `it took ${seconds} s`);
    assert.deepEqual(
      [result.outcome, result.failure?.reason.kind, result.committed],
      ["failed", "locked", 0],
    );
    assert.equal(await db.dump(), before);
  });
});

scenario("somebody writes to a table that is altered: nobody queues behind for long", async (world) => {
  const { migrations, failed, db } = await halfWay(world);
  const [{ makes }] = migrations as readonly [AppMigration, ...AppMigration[]];
  const late = { ...failed, name: "9999_late", sql: `ALTER TABLE ${quote(makes)} ADD COLUMN "late" int;\n` };
  const files = [...migrations, late];
  const before = await db.dump();
  await db.connected(async (writer) => {
    let longest = 0;
    let stop = false;
    let reading: Promise<void> = Promise.resolve();
    const read = () =>
      db.connected(async (reader) => {
        while (!stop) {
          const began = performance.now();
          await reader.query(`SELECT count(*) FROM ${quote(makes)}`);
          longest = Math.max(longest, performance.now() - began);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      });
    const result = await repairWith(
      async () => {
        await writer.query(`BEGIN; LOCK TABLE ${quote(makes)} IN ROW EXCLUSIVE MODE`);
        reading = read();
        return true;
      },
      files,
      db,
      { wait: 3 },
    );
    stop = true;
    await reading;
    const reason = result.failure?.reason;
    assert.deepEqual([result.outcome, result.committed, result.failure?.left], ["failed", 0, "nothing"]);
    assert.equal(reason !== undefined && "code" in reason && reason.code, "55P03", JSON.stringify(reason));
    // 50 ms are its patience in a queue; the rest is this machine's.
    assert.ok(longest < 1500, `a reader waited ${longest} ms`);
    await writer.query("ROLLBACK");
  });
  assert.equal(await db.dump(), before);
  await repaired(files, db, { marked: [failed.name], executed: [late.name], withoutPrisma: true });
});
