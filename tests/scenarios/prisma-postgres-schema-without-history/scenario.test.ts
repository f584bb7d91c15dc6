import assert from "node:assert/strict";
import { type AppMigration, drawApplication } from "../application.ts";
import { type Database, quote } from "../database.ts";
import { type Answer, doctor, finding, found, said } from "../doctor.ts";
import { scenario } from "../scenario.ts";

interface Facts {
  proven: string[];
  unproven: string[];
  notThere: string[];
  exact: boolean;
}

scenario(
  "the schema is at one of the migrations, and nothing is recorded (P3005)",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    for (let ran = 1; ran <= migrations.length; ran++) {
      const db = await database();
      await make(db, migrations.slice(0, ran));
      const answer = await doctor(migrations, db);
      assert.deepEqual(found(answer), ["error unmanaged-schema"]);
      assert.deepEqual(
        said(answer),
        migrations.map((_, i) => (i < ran ? "pending present" : "pending absent")),
      );
      expectBaseline(answer, migrations, ran);
      assert.equal(finding<Facts>(answer, "unmanaged-schema").facts.exact, true);
      assert.deepEqual(answer.position, {
        migration: migrations[ran - 1]?.name,
        statement: null,
        distance: 0,
        exact: true,
      });
      assert.equal(answer.exit, 1);
    }
  },
);

scenario("the schema is between two migrations", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const last = migrations.at(-1) as AppMigration;
  const executed = random.integer(1, last.statements.length - 1);
  const db = await database();
  await make(db, migrations.slice(0, -1));
  await db.script(last.statements.slice(0, executed).join(";\n"));
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["error unmanaged-schema"]);
  const numbers = Array.from({ length: executed }, (_, i) => i + 1);
  assert.equal(said(answer).at(-1), `pending partial ${numbers} of ${last.statements.length}`);
  expectBaseline(answer, migrations, migrations.length - 1);
  assert.deepEqual(answer.position, { migration: last.name, statement: executed, distance: 0, exact: true });
});

scenario("beside the schema there is an object made by hand", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await make(db, migrations);
  await db.script(`CREATE VIEW "by hand" AS SELECT "id" FROM ${quote(migrations[0].makes)}`);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["error unmanaged-schema", "warning drift"]);
  expectBaseline(answer, migrations, migrations.length);
  const { facts } = finding<{ extra: { object: string }[]; missing: []; different: [] }>(answer, "drift");
  assert.deepEqual(
    facts.extra.map(({ object }) => object),
    ['view public."by hand"'],
  );
  assert.deepEqual([facts.missing, facts.different], [[], []]);
  assert.deepEqual([answer.position?.distance, answer.position?.exact], [1, false]);
});

scenario("the history table is there and empty", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await make(db, migrations);
  await db.script(`CREATE TABLE _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
  const answer = await doctor(migrations, db);
  assert.deepEqual(found(answer), ["error unmanaged-schema"]);
  expectBaseline(answer, migrations, migrations.length);
});

scenario("a migration with an UPDATE is never proven", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init, ...later] = migrations;
  const withData = { ...init, sql: `${init.sql}\nUPDATE ${quote(init.makes)} SET "status" = 'open';\n` };
  const files = [withData, ...later];
  const db = await database();
  await make(db, files);
  const answer = await doctor(files, db);
  const { facts, remedies } = finding<Facts>(answer, "unmanaged-schema");
  assert.deepEqual([facts.unproven, facts.proven], [[init.name], later.map(({ name }) => name)]);
  const recorded = remedies.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === "history" ? [step.migration] : [])),
  );
  assert.ok(!recorded.includes(init.name), `${recorded}`);
});

async function make(db: Database, migrations: readonly AppMigration[]): Promise<void> {
  for (const { sql, rows } of migrations) await db.script([sql, ...rows].join(";\n"));
}

/** Exactly the migrations which are there as a whole are to be recorded. */
function expectBaseline(answer: Answer, migrations: readonly AppMigration[], ran: number): void {
  const names = migrations.map(({ name }) => name);
  const { facts, remedies } = finding<Facts>(answer, "unmanaged-schema");
  assert.deepEqual(
    [facts.proven, facts.unproven, facts.notThere],
    [names.slice(0, ran), [], names.slice(ran)],
  );
  const steps = remedies.flatMap((remedy) => remedy.steps);
  assert.deepEqual(
    steps.map((step) => (step.kind === "history" ? `${step.change} ${step.migration}` : step.kind)),
    names.slice(0, ran).map((name) => `mark-applied ${name}`),
  );
}
