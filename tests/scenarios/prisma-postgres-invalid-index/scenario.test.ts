import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { type Answer, doctor, finding, found } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario, type World } from "../scenario.ts";

const people = fileOf("0001_people", 'CREATE TABLE "people" ("id" int PRIMARY KEY, "email" text);\n');
const duplicates = `INSERT INTO "people" VALUES (1, 'a@example.org'), (2, 'a@example.org')`;

/** The index could not be built over duplicates: the server left it behind, INVALID. */
async function failedToBuild({ random, database }: World, unique: AppMigration) {
  const { migrations } = drawApplication(random);
  const files = [{ ...people, name: "0000_people", rows: [duplicates] }, ...migrations, unique];
  const db = await database();
  const history = new PrismaHistory(db);
  const error = await history.deploy(files);
  assert.equal(error?.code, "23505");
  const [left] = await db.rows("SELECT indisvalid FROM pg_index WHERE indexrelid = 'one_email'::regclass");
  assert.deepEqual(left, { indisvalid: false });
  return { files, db, history };
}

scenario("CREATE UNIQUE INDEX CONCURRENTLY failed on duplicates", async (world) => {
  const unique = fileOf(
    "9000_unique",
    'CREATE UNIQUE INDEX CONCURRENTLY "one_email" ON "people" ("email");\n',
  );
  const { files, db } = await failedToBuild(world, unique);
  const answer = await doctor(files, db);
  assert.deepEqual(found(answer).toSorted(), [
    "error failed-migration",
    "error invalid-index",
    "warning rows-in-the-way",
  ]);
  assert.deepEqual(finding<{ indexes: string[] }>(answer, "invalid-index").facts.indexes, [
    "index one_email",
  ]);
  assert.equal(answer.migrations.at(-1)?.state, "failed");
  assert.notEqual(answer.migrations.at(-1)?.actual, "present");
  assert.notEqual(finding<{ extent: string }>(answer, "failed-migration").facts.extent, "all");
  expectDropBeforeRepair(answer);
  assert.deepEqual([answer.position?.exact ?? false, answer.exit], [false, 1]);
});

scenario("the failed file says IF NOT EXISTS: to execute it again would build nothing", async (world) => {
  const sql = 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "one_email" ON "people" ("email");\n';
  const { files, db } = await failedToBuild(world, fileOf("9000_unique", sql));
  const answer = await doctor(files, db);
  assert.deepEqual(found(answer).toSorted(), [
    "error failed-migration",
    "error invalid-index",
    "warning rows-in-the-way",
  ]);
  assert.notEqual(answer.migrations.at(-1)?.actual, "present");
  expectDropBeforeRepair(answer);
});

scenario("IF NOT EXISTS passed over it: recorded as applied, and still INVALID", async (world) => {
  const sql = 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "one_email" ON "people" ("email");\n';
  const unique = fileOf("9000_unique", sql);
  const { files, db, history } = await failedToBuild(world, unique);
  await history.resolveRolledBack(unique.name);
  assert.equal(await history.deploy([unique]), undefined);
  const answer = await doctor(files, db);
  assert.ok(found(answer).includes("error invalid-index"), `${found(answer)}`);
  assert.equal(answer.migrations.at(-1)?.state, "applied");
  assert.notEqual(answer.migrations.at(-1)?.actual, "present");
  assert.deepEqual([answer.outcome, answer.position?.exact ?? false, answer.exit], ["findings", false, 1]);
});

/** Executed over the broken index the file fails (42P07) or does nothing: it must go first. */
function expectDropBeforeRepair({ findings }: Answer): void {
  for (const { steps } of findings.flatMap(({ remedies }) => remedies)) {
    const [first] = steps;
    // Godwit's own repair drops it first: repair.long.ts.
    if (steps.every(({ kind }) => kind === "person" || kind === "repair")) continue;
    assert.match(first?.kind === "person" ? first.action : "", /DROP INDEX/i, JSON.stringify(steps));
  }
}
