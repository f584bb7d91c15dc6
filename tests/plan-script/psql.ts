import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { promisify } from "node:util";
import type { Database } from "../scenarios/database.ts";
import { godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import type { MigrationFile } from "../scenarios/prisma-history.ts";
import { withoutPassword } from "../servers/canary.ts";

const execute = promisify(execFile);
const base = mkdtemp(join(tmpdir(), "godwit-plan-script-"));
let files = 0;

after(async () => rm(await base, { recursive: true, force: true }));

/** A script that `--plan-out` wrote. */
export interface Script {
  readonly file: string;
  readonly text: string;
}

export interface Wishes {
  readonly migrations: readonly MigrationFile[];
  readonly database: Database;
  /** Of the URL: `?schema=other`. */
  readonly query?: string;
  /** More of the command line: `--choose`, ... */
  readonly options?: readonly string[];
}

/** What `godwit repair --plan-out` writes for a database, which it leaves as it is. */
export async function scriptFor(wishes: Wishes): Promise<Script> {
  files += 1;
  const file = join(await base, `repair-${files}.sql`);
  const said = await repair(wishes, ["--plan-out", file]);
  assert.equal(said.exit, 3, `${said.stdout}${said.stderr}`);
  return { file, text: await readFile(file, "utf8") };
}

/** Lets Godwit itself do it, without the framework's runner. */
async function repairNatively(wishes: Wishes): Promise<void> {
  const said = await repair(wishes, ["--yes", "--native"]);
  assert.equal(said.exit, 0, `${said.stdout}${said.stderr}`);
}

async function repair({ migrations, database, query = "", options = [] }: Wishes, more: readonly string[]) {
  const project = await writeProject(migrations);
  const state = await newDirectory("state");
  const where = ["--project", project, "--database", database.url + query, "--state-dir", state];
  return godwit(["repair", "--without-rehearsal", ...where, ...options, ...more]);
}

export interface PsqlAnswer {
  readonly exit: number;
  readonly stderr: string;
}

/** Runs a script as its header says, with psql alone. */
export async function runScript(
  { file }: Script,
  { url }: Database,
  variables: Readonly<Record<string, string>> = {},
): Promise<PsqlAnswer> {
  const set = Object.entries(variables).flatMap(([name, value]) => ["-v", `${name}=${value}`]);
  const args = [withoutPassword(url), "-X", "-v", "ON_ERROR_STOP=1", ...set, "-o", "/dev/null", "-f", file];
  try {
    const { stderr } = await execute("/usr/lib/postgresql/15/bin/psql", args);
    return { exit: 0, stderr };
  } catch (error) {
    const { code, stderr } = error as { code?: number; stderr?: string };
    return { exit: code ?? -1, stderr: stderr ?? "" };
  }
}

/** Schema and rows, but for what is another one each time: the keys and times of the history's rows. */
async function comparable(database: Database): Promise<string> {
  const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g;
  const time = /\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00\b/g;
  return (await database.dump()).replace(/^COPY [^\n]*_prisma_migrations .*?^\\\.$/gms, (rows) =>
    rows.replace(uuid, "ID").replace(time, "TIME").split("\n").toSorted().join("\n"),
  );
}

/**
 * Runs the script in one clone of a database, and Godwit in another one: both lead to the same. A second run is refused
 * and changes nothing.
 */
export async function expectSame(wishes: Wishes): Promise<Script> {
  const script = await scriptFor(wishes);
  const byPsql = await wishes.database.clone();
  const byGodwit = await wishes.database.clone();
  const { exit, stderr } = await runScript(script, byPsql);
  assert.equal(exit, 0, `${stderr}\n${script.text}`);
  await repairNatively({ ...wishes, database: byGodwit });
  assert.equal(await comparable(byPsql), await comparable(byGodwit));
  await expectRefused(script, byPsql, /Godwit: /);
  await Promise.all([byPsql.drop(), byGodwit.drop()]);
  return script;
}

export async function expectRefused(script: Script, database: Database, why: RegExp): Promise<void> {
  const before = await database.dump();
  const { exit, stderr } = await runScript(script, database);
  assert.notEqual(exit, 0, script.text);
  assert.match(stderr, why);
  assert.equal(await database.dump(), before, "a refused script changed the database");
}
