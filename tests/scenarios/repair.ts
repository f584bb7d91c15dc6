import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import pg from "pg";
import type { RepairOutcome, RepairResult } from "../../src/workflows/repair-result.ts";
import { prismaDeploy, prismaStatus } from "../prisma/cli.ts";
import type { Database } from "./database.ts";
import { found, quickDoctor } from "./doctor.ts";
import { documentOf, godwit, newDirectory, type Said, writeProject } from "./godwit.ts";
import { dumpOf, type Executable, schemaText, type Truth, truthOf } from "./truth.ts";
import { type HistoryRow, mustBeUnchanged, testify } from "./witness.ts";

/** How a repair is asked for. */
export interface Asking {
  /** Of the tables, where it is not `public`. */
  readonly schema?: string;
  readonly choose?: readonly string[];
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: "repair" | "migrate";
  /** Of another role. */
  readonly url?: string;
  readonly stateDirectory?: string;
  /** A project that is there; otherwise one is written. */
  readonly project?: string;
}

/** What is known of a repair beforehand, and cannot be learnt from the migrations. */
export interface Expected extends Asking {
  /** SQL of another application, which the database has seen. */
  readonly beside?: string;
  /** SQL by which a hand changed what is ours, and which is to stay. */
  readonly byHand?: string;
  /** Tables, without their schema, whose rows the plan's own statements change. */
  readonly written?: readonly string[];
  /** Migrations which get a row as executed (by default, whatever is missing), and those which get one as marked. */
  readonly executed?: readonly string[];
  readonly marked?: readonly string[];
  /** What the doctor still finds, of things that no repair may change; the database was dumped and restored. */
  readonly remain?: readonly string[];
  readonly restored?: true;
  /** Leaves Prisma's own command line out: it takes seconds, and another scenario has asked it about this state. */
  readonly withoutPrisma?: true;
}

/** What `godwit repair --json` answered. */
export interface RepairAnswer extends RepairResult, Said {}

/**
 * Repairs a database to which a client is connected all the while, and proves it by witnesses of its own: the schema is
 * what the files make by plain SQL, every row and every foreign object is what it was, the history is true, `doctor`
 * and a second repair find nothing, and Prisma's own command line is content.
 */
export async function repaired(
  migrations: readonly Executable[],
  database: Database,
  expected: Expected = {},
  work: () => Promise<RepairAnswer> = () => repair(migrations, database, expected),
): Promise<RepairAnswer> {
  const schema = expected.schema ?? "public";
  const truth = await truthOf(migrations, database, { ...expected, schema });
  const before = await testify(database, schema);
  const beside = await dumpOf(database, truth.beside);
  const answer = await whileConnected(database, work);
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], explain(answer));

  await expectSchema(database, truth, expected);
  const after = await testify(database, schema);
  mustBeUnchanged(before, after, expected.written ?? []);
  assert.equal(await dumpOf(database, truth.beside), beside, "another application's tables were changed");
  expectHistory(migrations, before.history, after.history, expected);
  await expectContent(migrations, database, expected);
  await truth.database.drop();
  return answer;
}

/** Asks for a repair that is not carried out, and proves that nothing at all was changed. */
export async function refused(
  migrations: readonly Executable[],
  database: Database,
  outcome: RepairOutcome,
  expected: Asking & { readonly exit?: number; readonly words?: RegExp } = {},
): Promise<RepairAnswer> {
  const before = await database.dump();
  const answer = await whileConnected(database, () => repair(migrations, database, expected));
  assert.deepEqual([answer.outcome, answer.exit], [outcome, expected.exit ?? 3], explain(answer));
  assert.equal(await database.dump(), before, "the database was changed");
  if (expected.words !== undefined) assert.match(explain(answer), expected.words);
  assert.equal(answer.committed, 0);
  return answer;
}

/** `godwit repair --json --yes`. */
export async function repair(
  migrations: readonly Executable[],
  database: Database,
  asking: Asking = {},
): Promise<RepairAnswer> {
  const said = await ask(migrations, database, asking);
  return { ...documentOf<RepairResult>(said), ...said };
}

/** The same, without looking at the answer. */
export async function ask(
  migrations: readonly Executable[],
  database: Database,
  { schema, choose, args, environment, command, url, stateDirectory, project }: Asking = {},
): Promise<Said> {
  return godwit(
    [
      command ?? "repair",
      "--json",
      ...(args?.includes("--no-yes") ? [] : ["--yes"]),
      ...["--project", project ?? (await writeProject(migrations))],
      ...["--database", (url ?? database.url) + queryOf(schema)],
      ...["--state-dir", stateDirectory ?? (await newDirectory("state"))],
      ...(choose ?? []).flatMap((choice) => ["--choose", choice]),
      ...(args ?? []).filter((arg) => arg !== "--no-yes"),
    ],
    environment,
  );
}

/** An application's connection, idle, as every live one has. */
async function whileConnected<T>({ url }: Database, work: () => Promise<T>): Promise<T> {
  const application = new pg.Client({ connectionString: url, application_name: "the application" });
  await application.connect();
  try {
    const answer = await work();
    assert.equal(
      (await application.query("SELECT 1 AS one")).rowCount,
      1,
      "the application was disconnected",
    );
    return answer;
  } finally {
    await application.end();
  }
}

async function expectSchema(database: Database, truth: Truth, { restored }: Expected): Promise<void> {
  // What was printed and read again, the server prints otherwise: both are compared as it prints them the next time.
  const [actual, wanted] = restored
    ? [await database.restored(), await truth.database.restored()]
    : [database, truth.database];
  assert.equal(await schemaText(actual), await schemaText(wanted), "the schema is not what the files make");
}

/** No row was deleted or falsified, and each migration has one that says truly how it was applied. */
function expectHistory(
  migrations: readonly Executable[],
  before: readonly HistoryRow[],
  after: readonly HistoryRow[],
  { executed, marked = [] }: Expected,
): void {
  const now = new Map(after.map((row) => [row.id, row]));
  for (const row of before) {
    const { rolled_back_at: rolledBack, ...rest } =
      now.get(row.id) ?? assert.fail(`a row of ${row.migration_name} is gone`);
    const { rolled_back_at: was, ...then } = row;
    assert.deepEqual(rest, then);
    if (was !== null) assert.equal(rolledBack, was);
  }
  const known = new Set(before.map(({ id }) => id));
  const added = after.filter(({ id }) => !known.has(id));
  for (const { name } of migrations) {
    const counting = after.filter((row) => row.migration_name === name && row.rolled_back_at === null);
    assert.deepEqual(
      counting.map((row) => row.finished_at !== null),
      [true],
      `${name} has one row that counts`,
    );
  }
  for (const row of added) {
    const { sql } =
      migrations.find(({ name }) => name === row.migration_name) ?? assert.fail(row.migration_name);
    assert.equal(row.checksum, createHash("sha256").update(sql).digest("hex"));
    // An empty text is what Prisma writes for a row that was only marked.
    assert.equal(row.logs, row.applied_steps_count === 0 ? "" : null);
  }
  const names = (steps: number) =>
    added.filter((row) => row.applied_steps_count === steps).map((row) => row.migration_name);
  assert.deepEqual(names(0).toSorted(), [...marked].toSorted(), "recorded as applied");
  if (executed !== undefined) assert.deepEqual(names(1).toSorted(), [...executed].toSorted(), "executed");
}

async function expectContent(
  migrations: readonly Executable[],
  database: Database,
  { schema, remain, environment, withoutPrisma }: Expected,
): Promise<void> {
  const diagnosis = await quickDoctor(migrations, database, queryOf(schema));
  const harmless = /^info (?:foreign-objects)$/;
  assert.deepEqual(
    found(diagnosis).filter((one) => !harmless.test(one)),
    remain ?? [],
    JSON.stringify(diagnosis.findings.map(({ title, evidence }) => [title, evidence])),
  );
  if (remain === undefined)
    assert.deepEqual([diagnosis.outcome, diagnosis.position?.exact], ["healthy", true]);
  const before = await database.dump();
  const again = await repair(migrations, database, {
    ...(schema !== undefined && { schema }),
    ...(environment && { environment }),
  });
  assert.deepEqual([again.outcome, again.exit], ["nothing-to-do", 0], explain(again));
  if (withoutPrisma) return;
  const url = database.url + queryOf(schema ?? "public");
  const status = await prismaStatus(migrations, url);
  assert.equal(status.exit, 0, status.output);
  assert.match(status.output, /^Database schema is up to date!$/m);
  const deployed = await prismaDeploy(migrations, url);
  assert.equal(deployed.exit, 0, deployed.output);
  assert.match(deployed.output, /^No pending migrations to apply\.$/m);
  assert.equal(await database.dump(), before, "Prisma or a second repair changed something");
}

function queryOf(schema: string | undefined): string {
  return schema === undefined ? "" : `?schema=${encodeURIComponent(schema)}`;
}

/** Why it ended as it did, for the message of a failed test. */
export function explain({ outcome, reasons, questions, failure, stderr, plan }: RepairAnswer): string {
  return JSON.stringify({ outcome, reasons, questions, failure, stderr, parts: plan?.parts }, undefined, 1);
}
