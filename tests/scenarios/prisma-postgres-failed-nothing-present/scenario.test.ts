import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { quote } from "../database.ts";
import { doctor, finding, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

interface Facts {
  extent: string;
  interrupted: boolean;
  error: { code: string; message: string };
  cause: { kind: string; name?: string };
}

scenario("the server refused the file and undid all of it", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const last = migrations.at(-1) as AppMigration;
  // On an empty database it passes; here the table has rows, which would have no value.
  const column = `ALTER TABLE ${quote(migrations[0].makes)} ADD COLUMN "must" int NOT NULL`;
  const refused = fileOf(last.name, `${last.sql}\n${column};\n`);
  const files = [...migrations.slice(0, -1), refused];
  const db = await database();
  const error = await new PrismaHistory(db).deploy(files);
  assert.equal(error?.code, "23502");
  const answer = await doctor(files, db);
  assert.deepEqual(found(answer), ["error failed-migration", "error rows-in-the-way"]);
  assert.deepEqual(
    said(answer),
    files.map((file) => (file === refused ? "failed absent" : "applied present")),
  );
  const { facts, remedies } = finding<Facts>(answer, "failed-migration");
  assert.deepEqual([facts.extent, facts.interrupted, facts.error.code], ["nothing", false, "23502"]);
  assert.deepEqual(
    remedies.flatMap(({ steps }) => steps.map((step) => (step.kind === "history" ? step.change : step.kind))),
    ["person", "mark-rolled-back", "framework"],
  );
  assert.deepEqual(answer.position, {
    migration: files.at(-2)?.name,
    statement: null,
    distance: 0,
    exact: true,
  });
  assert.equal(answer.exit, 1);
});

scenario("the runner was killed before the file was sent", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const ran = random.integer(0, migrations.length - 2);
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, ran));
  await history.recordKilled(migrations[ran] as AppMigration);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["error failed-migration", "info pending"]);
  assert.deepEqual(
    said(answer),
    migrations.map((_, i) => (i < ran ? "applied present" : i === ran ? "failed absent" : "pending absent")),
  );
  const { facts } = finding<Facts>(answer, "failed-migration");
  assert.deepEqual([facts.extent, facts.interrupted], ["nothing", true]);
  assert.equal(answer.exit, 1);
});

/** It cannot be replayed either: what its statements make is known up to the one that is refused. */
for (const left of [false, true]) {
  const what = left ? "a driver that commits each statement left one" : "nothing is left";
  scenario(`it needs a table that no migration makes: ${what}`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const missing = `gone_${random.integer(1, 999)}`;
    const fine = 'CREATE TABLE "fine" ("id" int)';
    const refused = fileOf("0002_broken", `${fine};\nALTER TABLE "${missing}" ADD COLUMN x int;\n`);
    const files = [migrations[0], refused, ...migrations.slice(2)];
    const db = await database();
    const error = await new PrismaHistory(db).deploy(files);
    assert.equal(error?.code, "42P01");
    if (left) await db.script(fine);
    const answer = await doctor(files, db);
    assert.deepEqual(found(answer), ["error failed-migration", "warning cannot-replay", "info pending"]);
    const later = migrations.slice(2).map(() => "pending unknown");
    assert.deepEqual(said(answer), [
      "applied present",
      left ? "failed partial 1 of 2" : "failed absent",
      ...later,
    ]);
    const { facts } = finding<Facts>(answer, "failed-migration");
    assert.equal(facts.extent, left ? "part" : "nothing");
    assert.deepEqual(facts.error, { code: "42P01", message: `relation "${missing}" does not exist` });
    assert.deepEqual(facts.cause, { kind: "never-made", name: missing });
    assert.equal(answer.position?.exact ?? false, false);
    assert.equal(answer.exit, 1);
  });
}
