import assert from "node:assert/strict";
import { drawApplication } from "../application.ts";
import { doctor, doctorInWords, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

scenario("all migrations ran: healthy, and exactly at the last one", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  assert.equal(await new PrismaHistory(db).deploy(migrations), undefined);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), []);
  assert.deepEqual(
    said(answer),
    migrations.map(() => "applied present"),
  );
  assert.deepEqual(answer.position, {
    migration: migrations.at(-1)?.name,
    statement: null,
    distance: 0,
    exact: true,
  });
  assert.deepEqual([answer.outcome, answer.exit], ["healthy", 0]);
  assert.match(await doctorInWords(migrations, db), /Healthy/);
});

scenario("some have not run yet: healthy, with a note of what waits", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  for (let ran = 1; ran < migrations.length; ran++) {
    const db = await database();
    await new PrismaHistory(db).deploy(migrations.slice(0, ran));
    const answer = await doctor(migrations, db);
    assert.deepEqual(found(answer), ["info pending"]);
    assert.deepEqual(
      said(answer),
      migrations.map((_, i) => (i < ran ? "applied present" : "pending absent")),
    );
    assert.deepEqual(answer.position, {
      migration: migrations[ran - 1]?.name,
      statement: null,
      distance: 0,
      exact: true,
    });
    assert.deepEqual([answer.outcome, answer.exit], ["healthy", 0]);
  }
});

scenario("an empty database: nothing is found", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const answer = await doctor(migrations, await database());
  assert.deepEqual(found(answer), []);
  assert.deepEqual(
    said(answer),
    migrations.map(() => "pending absent"),
  );
  assert.deepEqual([answer.outcome, answer.exit, answer.empty], ["healthy", 0, true]);
  assert.equal(answer.position?.migration, null);
});
