import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { prisma } from "../../src/frameworks/prisma/framework.ts";
import type { HistoryRecord, Migration } from "../../src/migration/migration.ts";
import type { Write } from "../../src/plan/write.ts";
import type { Database } from "../scenarios/database.ts";
import type { MigrationFile } from "../scenarios/prisma-history.ts";
import { type Migrations, prismaDeploy, prismaResolve } from "./cli.ts";

/** Writes a history: Prisma's own command line, or Godwit. */
export interface Recorder {
  deploy(files: readonly MigrationFile[]): Promise<void>;
  resolveApplied(name: string, files: readonly MigrationFile[]): Promise<void>;
  resolveRolledBack(name: string, files: readonly MigrationFile[]): Promise<void>;
}

/** Prisma's own. */
export function prismaRecorder(database: Database, schema: string): Recorder {
  const url = urlOf(database, schema);
  return {
    deploy: async (files) => {
      const { exit, output } = await prismaDeploy(files, url);
      // A refused migration is what some histories are about; it is seen in the rows.
      assert.ok(exit === 0 || output.includes("P3018"), output);
    },
    resolveApplied: (name, files) => resolved({ applied: name }, files, url),
    resolveRolledBack: (name, files) => resolved({ rolledBack: name }, files, url),
  };
}

async function resolved(how: Parameters<typeof prismaResolve>[0], files: Migrations, url: string) {
  const { exit, output } = await prismaResolve(how, files, url);
  assert.equal(exit, 0, output);
}

/** Godwit's `writing`, by a session which does what a repair does. */
export function nativeRecorder(database: Database, schema: string): Recorder {
  const { writing } = prisma;
  const inSession = (use: (session: pg.Client) => Promise<void>) =>
    database.connected(async (session) => {
      await session.query(`SET search_path TO ${pg.escapeIdentifier(schema)}`);
      const { rows } = await session.query("SELECT to_regclass('_prisma_migrations') AS found");
      if (rows[0].found === null) await session.query(writing.createTable(schema));
      await use(session);
    });
  return {
    deploy: (files) =>
      inSession(async (session) => {
        const known = (await recordsOf(session, schema)).filter(({ state }) => state !== "rolled-back");
        const pending = (await migrationsOf(files)).filter(
          ({ name }) => !known.some(({ migration }) => migration === name),
        );
        for (const migration of pending) {
          const row = { id: randomUUID(), migration };
          await write(session, writing.begin(schema, row));
          try {
            await session.query(migration.sql ?? "");
          } catch (error) {
            if (!(error instanceof pg.DatabaseError)) throw error;
            const { code = "", message } = error;
            return write(session, writing.fail(schema, row, { code, message }));
          }
          await write(session, writing.finish(schema, row));
        }
      }),
    resolveApplied: (name, files) =>
      inSession(async (session) => {
        const row = { id: randomUUID(), migration: await migrationOf(name, files) };
        await write(session, writing.markApplied(schema, row, await recordsOf(session, schema)));
      }),
    resolveRolledBack: (name) =>
      inSession(async (session) => {
        const records = await recordsOf(session, schema);
        const failed = records.filter(({ migration, state }) => migration === name && state === "failed");
        await write(session, writing.markRolledBack(schema, failed));
      }),
  };
}

export function urlOf({ url }: Database, schema: string): string {
  return `${url}?schema=${encodeURIComponent(schema)}`;
}

export async function recordsOf(session: pg.Client, schema: string): Promise<HistoryRecord[]> {
  const { rows } = await session.query(prisma.historyQuery(schema));
  return [...prisma.readHistory(rows, schema).records];
}

export async function write(session: pg.Client, writes: readonly Write[]): Promise<void> {
  for (const { sql, values } of writes) {
    const { rowCount } = await session.query(sql, [...values]);
    assert.equal(rowCount, 1, sql);
  }
}

/** As Godwit reads them, with their checksums. */
async function migrationsOf(files: readonly MigrationFile[]): Promise<Migration[]> {
  const directory = await mkdtemp(join(tmpdir(), "godwit-migrations-"));
  try {
    for (const { name, sql } of files) {
      await mkdir(join(directory, name));
      await writeFile(join(directory, name, "migration.sql"), sql);
    }
    return await prisma.readMigrations(directory, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export async function migrationOf(name: string, files: readonly MigrationFile[]): Promise<Migration> {
  const found = (await migrationsOf(files)).find((migration) => migration.name === name);
  assert.ok(found !== undefined, name);
  return found;
}
