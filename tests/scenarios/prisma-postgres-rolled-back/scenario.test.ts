import assert from "node:assert/strict";
import { type AppMigration, drawApplication } from "../application.ts";
import { doctor, finding, found, said, told } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario, type World } from "../scenario.ts";

/** All but the last migration ran; the last one failed and was marked as rolled back. */
async function rolledBack({ random, database }: World) {
  const { migrations } = drawApplication(random);
  const last = migrations.at(-1) as AppMigration;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, -1));
  await history.recordFailure(last, { code: "55P03", message: "canceling statement due to lock timeout" });
  await history.resolveRolledBack(last.name);
  return { migrations, last, db, history };
}

scenario("it then succeeded: healthy", async (world) => {
  const { migrations, last, db, history } = await rolledBack(world);
  await history.deploy([last]);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), []);
  assert.deepEqual(
    said(answer),
    migrations.map(() => "applied present"),
  );
  assert.deepEqual([answer.outcome, answer.position?.exact, answer.exit], ["healthy", true, 0]);
});

scenario("nothing of it is there: it waits to be run again", async (world) => {
  const { migrations, db } = await rolledBack(world);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["info pending"]);
  assert.equal(said(answer).at(-1), "rolled-back absent");
  assert.deepEqual([answer.outcome, answer.position?.exact, answer.exit], ["healthy", true, 0]);
});

scenario("all of it is there: the next run would fail on it", async (world) => {
  const { migrations, last, db } = await rolledBack(world);
  await db.script(last.sql);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["error already-present"]);
  assert.equal(said(answer).at(-1), "rolled-back present");
  const { remedies } = finding(answer, "already-present");
  assert.deepEqual(
    remedies.map(({ id, recommended }) => [id, recommended]),
    [["mark-applied", true]],
  );
  assert.equal(answer.exit, 1);
});

scenario("a part of it is there: it may not be marked as applied", async (world) => {
  const { migrations, last, db } = await rolledBack(world);
  const present = world.random.integer(1, last.statements.length - 1);
  await db.script(last.statements.slice(0, present).join(";\n"));
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["error already-present"]);
  const numbers = Array.from({ length: present }, (_, i) => i + 1);
  assert.equal(said(answer).at(-1), `rolled-back partial ${numbers} of ${last.statements.length}`);
  assert.deepEqual(
    told(answer).filter((step) => JSON.parse(step).kind === "history"),
    [],
  );
  assert.equal(answer.exit, 1);
});

scenario(
  "it failed, somebody finished it and marked it as applied: healthy",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const last = migrations.at(-1) as AppMigration;
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy(migrations.slice(0, -1));
    await history.recordFailure(last, { code: "55P03", message: "canceling statement due to lock timeout" });
    await db.script(last.sql);
    await history.resolveApplied(last);
    const answer = await doctor(migrations, db);
    assert.deepEqual(found(answer), []);
    assert.equal(said(answer).at(-1), "asserted present");
    assert.equal(answer.exit, 0);
  },
);
