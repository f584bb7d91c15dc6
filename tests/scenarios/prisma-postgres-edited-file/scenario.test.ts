import assert from "node:assert/strict";
import { type AppMigration, drawApplication } from "../application.ts";
import type { Database } from "../database.ts";
import { doctor, finding, found, said, told } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import type { Random } from "../random.ts";
import { scenario } from "../scenario.ts";

/** All migrations are applied; afterwards one of the files is written anew. */
async function editing(
  { random, database }: { random: Random; database(): Promise<Database> },
  edit: (migration: AppMigration) => string,
) {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  const which = random.integer(0, migrations.length - 1);
  const files = migrations.map((file, i) => (i === which ? { ...file, sql: edit(file) } : file));
  return { which, files, answer: await doctor(files, db), edited: files[which]?.name };
}

scenario("only a comment was changed: it is said, and a person may sign it", async (world) => {
  const { which, files, answer, edited } = await editing(world, ({ sql }) => `-- Ticket 4711\n${sql}`);
  assert.deepEqual(found(answer), ["warning edited-migration"]);
  const { facts, remedies } = finding<{ migration: string; actual: string }>(answer, "edited-migration");
  assert.deepEqual([facts.migration, facts.actual], [edited, "present"]);
  // Without its original only a person can know.
  assert.deepEqual(
    remedies.map(({ id, recommended }) => [id, recommended]),
    [["re-sign", false]],
  );
  assert.deepEqual(
    said(answer),
    files.map((_, i) => (i === which ? "edited present" : "applied present")),
  );
  assert.deepEqual([answer.position?.distance, answer.exit], [0, 1]);
});

scenario("a statement was added: the database does not have what the file makes now", async (world) => {
  const { which, files, answer, edited } = await editing(
    world,
    ({ sql, makes }) => `${sql}\nALTER TABLE "${makes}" ADD COLUMN "afterthought" text;\n`,
  );
  const { facts, remedies } = finding<{ migration: string; actual: string }>(answer, "edited-migration");
  assert.deepEqual([facts.migration, facts.actual], [edited, "partial"]);
  assert.deepEqual(
    remedies.map(({ id }) => id),
    ["restore-file"],
  );
  assert.deepEqual(
    said(answer).map((one) => one.replace(/ partial .*/, " partial")),
    files.map((_, i) => (i === which ? "edited partial" : "applied present")),
  );
  assert.ok(!found(answer).includes("error foreign-history"));
  assert.deepEqual(
    told(answer).filter((step) => JSON.parse(step).kind !== "person"),
    [],
  );
  assert.equal(answer.exit, 1);
});

scenario("a column's default was changed in the file", async (world) => {
  const { which, answer } = await editing(world, ({ sql }) =>
    sql.replace(/DEFAULT 'draft'/, "DEFAULT 'open'"),
  );
  assert.equal(answer.migrations[which]?.state, "edited");
  const { facts } = finding<{ different: { object: string; differences: unknown[] }[] }>(answer, "drift");
  assert.match(facts.different[0]?.object ?? "", /^column .*\.status$/);
  assert.equal(facts.different.length, 1);
  assert.equal(answer.exit, 1);
});

scenario("line endings alone are no edit", async (world) => {
  const { files, answer } = await editing(world, ({ sql }) => sql.replaceAll("\n", "\r\n"));
  assert.deepEqual(found(answer), []);
  assert.deepEqual(
    said(answer),
    files.map(() => "applied present"),
  );
  assert.deepEqual([answer.outcome, answer.position?.exact, answer.exit], ["healthy", true, 0]);
});
