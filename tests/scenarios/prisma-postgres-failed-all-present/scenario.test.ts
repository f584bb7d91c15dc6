import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { quote } from "../database.ts";
import { doctor, finding, found, sayMigration } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

interface Facts {
  extent: string;
  interrupted: boolean;
  untraced: number[];
}

scenario(
  "somebody finished it by hand: every effect is there, and it may be recorded",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const failed = migrations.at(-1) as AppMigration;
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy(migrations.slice(0, -1));
    await history.recordFailure(failed, {
      code: "55P03",
      message: "canceling statement due to lock timeout",
    });
    await db.script(failed.sql);
    const answer = await doctor(migrations, db);
    assert.deepEqual(found(answer), ["error failed-migration"]);
    const { facts, remedies } = finding<Facts>(answer, "failed-migration");
    assert.deepEqual([facts.extent, facts.interrupted], ["all", false]);
    assert.deepEqual(
      remedies.map(({ id, recommended }) => [id, recommended]),
      [["mark-applied", true]],
    );
    assert.equal(sayMigration(answer.migrations.at(-1) as never), "failed present");
    assert.deepEqual(answer.position, { migration: failed.name, statement: null, distance: 0, exact: true });
    assert.equal(answer.exit, 1);
  },
);

scenario("the runner was killed while the server went on and committed", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const killed = migrations.at(-1) as AppMigration;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, -1));
  await history.recordKilled(killed);
  await db.script(killed.sql);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["error failed-migration"]);
  const { facts, remedies } = finding<Facts>(answer, "failed-migration");
  assert.deepEqual([facts.extent, facts.interrupted], ["all", true]);
  assert.deepEqual(
    remedies.map(({ id }) => id),
    ["mark-applied"],
  );
});

/** What the schema cannot prove, and what of it holds in the end. */
const dataStatements = {
  "an UPDATE": (table: string) => `UPDATE ${table} SET "status" = 'done'`,
  "an INSERT": (table: string) => `INSERT INTO ${table} ("status") SELECT "status" FROM ${table} LIMIT 0`,
  "a DELETE": (table: string) => `DELETE FROM ${table} WHERE "status" = 'closed'`,
  "a DO block": (table: string) => `DO $$ BEGIN UPDATE ${table} SET "status" = 'done'; END $$`,
  "a function": () => "SELECT setseed(0.5)",
  "a WITH that writes": (table: string) =>
    `WITH gone AS (DELETE FROM ${table} WHERE "status" = 'closed' RETURNING 1) SELECT count(*) FROM gone`,
};

for (const [what, write] of Object.entries(dataStatements)) {
  scenario(`the file also has ${what}: nothing proves that it ran`, async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const failed = migrations.at(-1) as AppMigration;
    const at = random.integer(0, failed.statements.length);
    const statement = write(quote(migrations[0].makes));
    const statements = failed.statements.toSpliced(at, 0, statement);
    const files = [...migrations.slice(0, -1), { ...fileOf(failed.name, `${statements.join(";\n")};\n`) }];
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy(files.slice(0, -1));
    await history.recordKilled(files.at(-1) as AppMigration);
    // Everything but the data.
    await db.script(failed.sql);
    const answer = await doctor(files, db);
    assert.deepEqual(found(answer), ["error failed-migration"], statement);
    const { facts, remedies, explanation } = finding<Facts>(answer, "failed-migration");
    assert.deepEqual([facts.extent, facts.untraced], ["unknown", [at + 1]], statement);
    assert.match(explanation, new RegExp(`statement ${at + 1} `));
    assert.deepEqual(
      remedies.filter(({ recommended }) => recommended),
      [],
    );
    for (const { id, steps } of remedies) assert.equal(steps[0]?.kind, "person", `${id} has to ask first`);
    assert.equal(answer.exit, 1);
  });
}
