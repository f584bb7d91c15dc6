import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after } from "node:test";
import { run } from "../../src/cli/run.ts";
import type { Finding } from "../../src/doctor/check.ts";
import type { Diagnosis, MigrationDiagnosis } from "../../src/workflows/result.ts";
import type { Database } from "./database.ts";
import type { MigrationFile } from "./prisma-history.ts";

const base = mkdtemp(join(tmpdir(), "godwit-scenarios-"));
let projects = 0;

after(async () => rm(await base, { recursive: true, force: true }));

/** What `godwit doctor --json` answered. */
export interface Answer extends Diagnosis {
  readonly exit: number;
  readonly stdout: string;
}

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
  const before = await database.dump();
  const answer = await quickDoctor(migrations, database, query);
  assert.equal(await database.dump(), before, "doctor changed the database");
  return answer;
}

/** The same without the proof that nothing was changed: for many databases, or one that cannot be dumped. */
export async function quickDoctor(
  migrations: readonly MigrationFile[],
  database: Database,
  query = "",
): Promise<Answer> {
  const { exit, stdout } = await godwit(migrations, ["doctor", "--json", "--database", database.url + query]);
  assert.ok(stdout.startsWith("{"), stdout);
  return { ...(JSON.parse(stdout) as Diagnosis), exit, stdout };
}

/** `godwit doctor` for people. */
export async function doctorInWords(
  migrations: readonly MigrationFile[],
  database: Database,
): Promise<string> {
  return (await godwit(migrations, ["doctor", "--database", database.url])).stdout;
}

async function godwit(migrations: readonly MigrationFile[], args: readonly string[]) {
  const cache = join(await base, "cache");
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const exit = await run([...args, "--project", await writeProject(migrations)], {
    cwd: await base,
    environment: { PATH: process.env["PATH"], HOME: await base, XDG_CACHE_HOME: cache },
    stdin: new PassThrough(),
    stdout,
    stderr,
  });
  const said = String(stdout.read() ?? "");
  assert.notEqual(exit, 2, `doctor failed: ${said}${String(stderr.read() ?? "")}`);
  return { exit, stdout: said };
}

async function writeProject(migrations: readonly MigrationFile[]): Promise<string> {
  projects += 1;
  const directory = join(await base, `project-${projects}`);
  await mkdir(join(directory, "prisma/migrations"), { recursive: true });
  await writeFile(
    join(directory, "prisma/schema.prisma"),
    'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n',
  );
  await writeFile(join(directory, "prisma/migrations/migration_lock.toml"), 'provider = "postgresql"\n');
  for (const { name, sql } of migrations) {
    await mkdir(join(directory, "prisma/migrations", name));
    await writeFile(join(directory, "prisma/migrations", name, "migration.sql"), sql);
  }
  return directory;
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
