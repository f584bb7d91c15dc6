import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { type Database, quote } from "../database.ts";
import { type Answer, doctor, finding, found, quickDoctor, sayMigration } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import type { Random } from "../random.ts";
import { scenario } from "../scenario.ts";

const refusal = { code: "57014", message: "canceling statement due to user request" };

scenario("statements 1-3 of 7 are there", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  const db = await withFailure(await database(), migrations, failed);
  await execute(db, failed, [1, 2, 3]);
  expectPart(await doctor(migrations, db), failed, [1, 2, 3]);
});

scenario("what is missing only changes a column that is there", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const [init] = migrations;
  const table = quote(init.makes);
  const sql = `CREATE TABLE "new" ("id" int);\nALTER TABLE ${table} ALTER COLUMN "status" SET DEFAULT 'open';\n`;
  const failed = { ...fileOf("0002_status", sql), statements: sql.split(";\n").slice(0, 2) };
  const files = [init, failed];
  const db = await withFailure(await database(), files, failed);
  await execute(db, failed, [1]);
  expectPart(await doctor(files, db), failed, [1]);
});

scenario("any 24 of the 128 subsets of seven statements are there", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  const subsets = Array.from({ length: 24 }, () => [1, 2, 3, 4, 5, 6, 7].filter(() => random.chance(0.5)));
  await expectEach(subsets, await withFailure(await database(), migrations, failed), migrations, failed);
});

scenario(
  "a part of the first migration is there, whose statements need each other",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const [failed] = migrations;
    const subsets = Array.from({ length: 12 }, () => drawPossible(random, failed));
    await expectEach(subsets, await withFailure(await database(), [], failed), migrations, failed);
  },
);

/** Diagnoses one subset after the other, and tells of all that were judged wrongly. */
async function expectEach(
  subsets: readonly (readonly number[])[],
  db: Database,
  migrations: readonly AppMigration[],
  failed: AppMigration,
): Promise<void> {
  const before = migrations.slice(0, migrations.indexOf(failed));
  const wrong: string[] = [];
  for (const present of subsets) {
    await makeAnew(db, before);
    await execute(db, failed, present);
    const answer = await quickDoctor(migrations, db);
    try {
      if (present.length === 0) expectWhole(answer, failed, "nothing");
      else if (present.length === failed.statements.length) expectWhole(answer, failed, "all");
      else expectPart(answer, failed, present);
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
      wrong.push(`statements ${present}: ${inspect(error.actual)} instead of ${inspect(error.expected)}`);
    }
  }
  const file = failed.statements.map((statement, i) => `${i + 1}. ${statement}`).join("\n");
  assert.equal(
    wrong.length,
    0,
    `${wrong.length} of ${subsets.length} are wrong:\n${wrong.join("\n")}\n${file}`,
  );
}

/** The state before the failed migration, with the history as it is: much faster than another database. */
async function makeAnew(db: Database, before: readonly AppMigration[]): Promise<void> {
  await db.script(`
    CREATE SCHEMA kept; ALTER TABLE _prisma_migrations SET SCHEMA kept;
    DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    ALTER TABLE kept._prisma_migrations SET SCHEMA public; DROP SCHEMA kept;
    ${before.map(({ sql, rows }) => `${sql};${rows.join(";\n")};`).join("\n")}`);
}

/** All before it ran, and its own row says that it failed. */
async function withFailure(
  db: Database,
  migrations: readonly AppMigration[],
  failed: AppMigration,
): Promise<Database> {
  const history = new PrismaHistory(db);
  await history.deploy(migrations.filter((one) => one !== failed));
  await history.recordFailure(failed, refusal);
  return db;
}

async function execute(
  db: Database,
  { statements }: AppMigration,
  numbers: readonly number[],
): Promise<void> {
  await db.script(numbers.map((number) => statements[number - 1]).join(";\n"));
}

/** A subset which holds with every statement all that it needs. */
function drawPossible(random: Random, { needs }: AppMigration): number[] {
  const share = random.next();
  const taken = new Set<number>();
  const take = (statement: number) => {
    taken.add(statement);
    for (const needed of needs[statement] ?? []) take(needed);
  };
  for (const statement of needs.keys()) if (random.chance(share)) take(statement);
  return [...taken].sort((a, b) => a - b).map((statement) => statement + 1);
}

interface Facts {
  extent: string;
  statementsPresent: number[];
  statementsMissing: number[];
  error: { code: string; message: string };
}

function expectPart(answer: Answer, failed: AppMigration, present: readonly number[]): void {
  const all = failed.statements.map((_, i) => i + 1);
  const missing = all.filter((number) => !present.includes(number));
  const one = answer.migrations.find(({ name }) => name === failed.name);
  assert.equal(one && sayMigration(one), `failed partial ${present} of ${all.length}`);
  const { facts, severity, remedies } = finding<Facts>(answer, "failed-migration");
  assert.equal(severity, "error");
  assert.deepEqual([facts.extent, facts.error], ["part", refusal]);
  assert.deepEqual([facts.statementsPresent, facts.statementsMissing], [present, missing]);
  const [finish] = remedies;
  assert.equal(finish?.id, "finish");
  assert.deepEqual(
    finish?.steps.map((step) => (step.kind === "statements" ? step.statements : step.kind)),
    [missing, "history", "framework"],
  );
  assert.deepEqual(withoutPending(answer), ["error failed-migration"]);
  const isPrefix = present.length === 0 || present.length === present.at(-1);
  const expected = { migration: failed.name, statement: present.length, distance: 0, exact: true };
  assert.deepEqual(answer.position, isPrefix ? expected : null);
  assert.equal(answer.exit, 1);
}

function expectWhole(answer: Answer, failed: AppMigration, extent: "nothing" | "all"): void {
  const one = answer.migrations.find(({ name }) => name === failed.name);
  assert.equal(one && sayMigration(one), extent === "all" ? "failed present" : "failed absent");
  const { facts, remedies } = finding<Facts>(answer, "failed-migration");
  assert.equal(facts.extent, extent);
  assert.deepEqual(
    remedies.map(({ id }) => id),
    [extent === "all" ? "mark-applied" : "run-again"],
  );
  assert.deepEqual(withoutPending(answer), ["error failed-migration"]);
  assert.deepEqual([answer.position?.statement, answer.position?.exact, answer.exit], [null, true, 1]);
}

function withoutPending(answer: Answer): string[] {
  return found(answer).filter((one) => one !== "info pending");
}
