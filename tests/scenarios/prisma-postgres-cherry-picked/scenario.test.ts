import assert from "node:assert/strict";
import { type AppMigration, drawApplication } from "../application.ts";
import { doctor, finding, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

/** The last migration changes tables of the one that is passed over only by luck of the draw: then another is drawn. */
async function passOver(
  random: Parameters<typeof drawApplication>[0],
  execute: (app: readonly AppMigration[], skipped: number) => Promise<boolean>,
) {
  for (let tries = 0; tries < 50; tries++) {
    const { migrations } = drawApplication(random);
    if (await execute(migrations, random.integer(1, migrations.length - 2))) return;
  }
  assert.fail("no application was drawn whose later migrations can do without an earlier one");
}

scenario("a later migration was applied, an earlier one was not", async ({ random, database }) => {
  await passOver(random, async (migrations, skipped) => {
    const db = await database();
    const error = await new PrismaHistory(db).deploy(migrations.filter((_, i) => i !== skipped));
    if (error !== undefined) return false;
    const answer = await doctor(migrations, db);
    assert.deepEqual(found(answer), ["warning pending"]);
    assert.deepEqual(
      said(answer),
      migrations.map((_, i) => (i === skipped ? "out-of-order absent" : "applied present")),
    );
    const { facts } = finding<{ outOfOrder: string[] }>(answer, "pending");
    assert.deepEqual(facts.outOfOrder, [migrations[skipped]?.name]);
    assert.equal(answer.position, null);
    assert.deepEqual([answer.outcome, answer.exit], ["findings", 1]);
    return true;
  });
});

scenario(
  "an earlier migration was executed by hand after the later ones, and is not recorded",
  async ({ random, database }) => {
    await passOver(random, async (migrations, skipped) => {
      const db = await database();
      const error = await new PrismaHistory(db).deploy(migrations.filter((_, i) => i !== skipped));
      if (error !== undefined) return false;
      const late = migrations[skipped] as AppMigration;
      const run = await db.script(late.sql).then(
        () => true,
        () => false,
      );
      if (!run) return false;
      const answer = await doctor(migrations, db);
      assert.deepEqual(found(answer), ["error already-present"]);
      assert.equal(said(answer)[skipped], "out-of-order present");
      const { remedies } = finding(answer, "already-present");
      assert.deepEqual(
        remedies.map(({ id, recommended }) => [id, recommended]),
        [["mark-applied", true]],
      );
      assert.equal(answer.exit, 1);
      return true;
    });
  },
);
