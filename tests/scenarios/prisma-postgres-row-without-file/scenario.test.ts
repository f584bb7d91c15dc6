import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { doctor, finding, found, said, told } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

interface MissingFile {
  migrations: string[];
  ahead: boolean;
}

scenario("older code on a newer database", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const here = random.integer(1, migrations.length - 1);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  const answer = await doctor(migrations.slice(0, here), db);
  assert.equal(found(answer)[0], "error missing-file");
  const { facts } = finding<MissingFile>(answer, "missing-file");
  assert.deepEqual([facts.ahead, facts.migrations], [true, migrations.slice(here).map(({ name }) => name)]);
  // What is not as the files have it, the newer migrations may have changed: nothing may be called absent.
  for (const { state, actual } of answer.migrations) {
    if (state === "missing") assert.equal(actual, "unknown");
    else
      assert.ok(
        ["present", "overwritten", "partial", "different", "unknown"].includes(actual),
        `${state} ${actual}`,
      );
  }
  assert.deepEqual(
    told(answer).filter((step) => JSON.parse(step).kind !== "person"),
    [],
  );
  assert.equal(answer.exit, 1);
});

scenario(
  "a newer migration dropped all that an older one made: it is not called absent",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const made = fileOf("9001_made", 'CREATE TABLE "for a while" (id int);');
    const dropped = fileOf("9002_dropped", 'DROP TABLE "for a while";');
    const db = await database();
    await new PrismaHistory(db).deploy([...migrations, made, dropped]);
    const answer = await doctor([...migrations, made], db);
    assert.deepEqual(said(answer), [
      ...migrations.map(() => "applied present"),
      "applied unknown",
      "missing unknown",
    ]);
    assert.deepEqual(
      told(answer).filter((step) => JSON.parse(step).kind !== "person"),
      [],
    );
  },
);

scenario(
  "a newer migration changed a table beyond recognition: it is not called another's",
  async ({ database }) => {
    const files = [
      fileOf("1_invite", 'CREATE TABLE "invite" ("id" text PRIMARY KEY, "role" text, "sender" text);'),
      fileOf(
        "2_org",
        'CREATE TABLE "org" ("id" text);\nALTER TABLE "invite" DROP COLUMN "role", DROP COLUMN "sender", ADD COLUMN "org" text, ADD COLUMN "by" text;',
      ),
    ];
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    const answer = await doctor(files.slice(0, 1), db);
    assert.equal(found(answer)[0], "error missing-file");
    const { title, explanation, remedies } = finding(answer, "foreign-objects");
    assert.equal(title, "Table public.invite is not as any file here makes it");
    assert.match(explanation, /cannot be told.* or the work of 2_org/);
    assert.deepEqual(remedies, []);
  },
);

scenario("a file was renamed and edited after it had been applied", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const last = migrations.at(-1) as AppMigration;
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  const renamed = { ...last, name: `${last.name}_renamed`, sql: `-- moved\n${last.sql}` };
  const answer = await doctor([...migrations.slice(0, -1), renamed], db);
  assert.deepEqual(found(answer).toSorted(), ["error already-present", "error missing-file"]);
  assert.deepEqual(said(answer), [
    ...migrations.slice(0, -1).map(() => "applied present"),
    "pending present",
    "missing unknown",
  ]);
  const { facts } = finding<{ migration: string; perhapsRenamedFrom: string[] }>(answer, "already-present");
  assert.deepEqual([facts.migration, facts.perhapsRenamedFrom], [renamed.name, [last.name]]);
  assert.equal(answer.position?.distance, 0);
  assert.equal(answer.exit, 1);
});

scenario(
  "a row was deleted by hand: its migration is there and not recorded",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const last = migrations.at(-1) as AppMigration;
    const db = await database();
    await new PrismaHistory(db).deploy(migrations);
    await db.script(`DELETE FROM _prisma_migrations WHERE migration_name = '${last.name}'`);
    const answer = await doctor(migrations, db);
    assert.deepEqual(found(answer), ["error already-present"]);
    assert.equal(said(answer).at(-1), "pending present");
    assert.deepEqual(answer.position, { migration: last.name, statement: null, distance: 0, exact: true });
    assert.equal(answer.exit, 1);
  },
);
