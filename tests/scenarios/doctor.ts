import assert from "node:assert/strict";
import type { Finding } from "../../src/doctor/check.ts";
import type { Diagnosis, MigrationDiagnosis } from "../../src/workflows/result.ts";
import type { Database } from "./database.ts";
import { documentOf, godwit, type Said, writeProject } from "./godwit.ts";
import type { MigrationFile } from "./prisma-history.ts";

/** What `godwit doctor --json` answered. */
export interface Answer extends Diagnosis {
  readonly exit: number;
  readonly stdout: string;
}

/** Two dumps cost more than the answer: of three calls in a file one is held to its word, in the soak each. */
const calls = { all: 0, held: process.env["GODWIT_SOAK"] === undefined ? 3 : 1 };

/**
 * Runs `godwit doctor --json` and holds it to its word: the database is afterwards what it was, rows included.
 *
 * @param query of the URL: `?schema=other`
 */
export async function doctor(
  migrations: readonly MigrationFile[],
  database: Database,
  query = "",
): Promise<Answer> {
  const isHeld = calls.all++ % calls.held === 0;
  const before = isHeld ? await database.dump() : "";
  const answer = await quickDoctor(migrations, database, query);
  if (isHeld) assert.equal(await database.dump(), before, "doctor changed the database");
  return answer;
}

/** The same without the proof that nothing was changed: for many databases, or one that cannot be dumped. */
export async function quickDoctor(
  migrations: readonly MigrationFile[],
  database: Database,
  query = "",
  options: readonly string[] = [],
): Promise<Answer> {
  const said = await askDoctor(migrations, ["--json", "--database", database.url + query, ...options]);
  return { ...documentOf<Diagnosis>(said), exit: said.exit, stdout: said.stdout };
}

/** `godwit doctor` for people. */
export async function doctorInWords(
  migrations: readonly MigrationFile[],
  database: Database,
): Promise<string> {
  return (await askDoctor(migrations, ["--database", database.url])).stdout;
}

async function askDoctor(migrations: readonly MigrationFile[], args: readonly string[]): Promise<Said> {
  const said = await godwit(["doctor", ...args, "--project", await writeProject(migrations)]);
  assert.notEqual(said.exit, 2, `doctor failed: ${said.stdout}${said.stderr}`);
  return said;
}

/** `error failed-migration`, in the order of the report: asserting all of them shows what is missing and what is too much. */
export function found({ findings }: Diagnosis): string[] {
  return findings.map(({ severity, check }) => `${severity} ${check}`);
}

/** The only finding of a check. */
export function finding<Facts>(
  { findings }: Diagnosis,
  check: string,
): Omit<Finding, "facts"> & { facts: Facts } {
  const [one, ...others] = findings.filter((candidate) => candidate.check === check);
  assert.ok(
    one !== undefined && others.length === 0,
    `one finding of ${check}: ${findings.map(({ title }) => title)}`,
  );
  return one as Omit<Finding, "facts"> & { facts: Facts };
}

/** `applied present`, `failed partial 1,3 of 7`: what is said of each migration. */
export function said({ migrations }: Diagnosis): string[] {
  return migrations.map(sayMigration);
}

export function sayMigration({ state, actual, statements, statementsPresent }: MigrationDiagnosis): string {
  return `${state} ${actual}${actual === "partial" ? ` ${statementsPresent.join(",")} of ${statements}` : ""}`;
}

/** Everything that a report tells people to type, in all of its remedies. */
export function told({ findings }: Diagnosis): string[] {
  return findings.flatMap(({ remedies }) =>
    remedies.flatMap(({ steps }) => steps.map((step) => JSON.stringify(step))),
  );
}
