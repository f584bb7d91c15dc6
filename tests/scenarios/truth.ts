import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { withoutPassword } from "../servers/canary.ts";
import { create, type Database, quote } from "./database.ts";
import type { MigrationFile } from "./prisma-history.ts";

const run = promisify(execFile);
const pgDump = "/usr/lib/postgresql/15/bin/pg_dump";

/** A migration whose file the server takes only statement by statement. */
export interface Executable extends MigrationFile {
  readonly oneByOne?: readonly string[];
}

/** What else is in the database, besides what the migrations make. */
export interface Surroundings {
  readonly schema: string;
  /** Another application, which was there first. */
  readonly beside?: string;
  /** What a hand made of ours, and which stays. */
  readonly byHand?: string;
}

/** A database on which all files were executed by plain SQL: what a repaired one must equal. */
export interface Truth {
  readonly database: Database;
  /** Relations which another application has. */
  readonly beside: readonly string[];
}

export async function truthOf(
  migrations: readonly Executable[],
  like: Database,
  { schema, beside, byHand }: Surroundings,
): Promise<Truth> {
  const database = await create(like.server);
  if (beside !== undefined) await database.script(beside);
  const others = await database.rows(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'v', 'm', 'S') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`,
  );
  await database.script(`SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS ${quote(schema)}`);
  for (const { sql, oneByOne } of migrations) {
    for (const statement of oneByOne ?? [sql]) await database.script(statement, schema);
  }
  if (byHand !== undefined) await database.script(byHand, schema);
  return { database, beside: others.map(({ name }) => String(name)) };
}

/**
 * The schema as pg_dump writes it, without the history table. The order of columns is not compared: what is added later
 * stands behind.
 */
export async function schemaText({ url }: Database, more: readonly string[] = []): Promise<string> {
  const args = ["-s", ...more, "-T", "*._prisma_migrations", "-N", "godwit_quarantine", withoutPassword(url)];
  const { stdout } = await run(pgDump, args, { maxBuffer: 2 ** 28 });
  const entries = stdout
    .replace(/^(?:\\(?:un)?restrict|SET) .*$/gm, "")
    .split(/^--$/m)
    .filter((text) => text.trim() !== "" && !/^-- PostgreSQL database dump/m.test(text));
  // A comment names each entry, and its text follows.
  const named = entries.flatMap((text, i) =>
    /^-- Name: /m.test(text) ? [`${text.trim()}\n${sorted(entries[i + 1]?.trim() ?? "")}`] : [],
  );
  return named.toSorted().join("\n\n");
}

function sorted(text: string): string {
  if (!/^CREATE (?:UNLOGGED )?TABLE /.test(text)) return text;
  return text.replaceAll(/,$/gm, "").split("\n").toSorted().join("\n");
}

/** Definitions and rows of some tables. */
export async function dumpOf({ url }: Database, tables: readonly string[]): Promise<string> {
  if (tables.length === 0) return "";
  const chosen = tables.flatMap((table) => ["-t", table]);
  const { stdout } = await run(pgDump, [...chosen, withoutPassword(url)], { maxBuffer: 2 ** 28 });
  return stdout.replace(/^\\(un)?restrict .*$/gm, "");
}
