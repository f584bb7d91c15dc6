import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { Runner } from "../../src/frameworks/framework.ts";
import { prisma } from "../../src/frameworks/prisma/framework.ts";
import type { MigrationFile } from "../scenarios/prisma-history.ts";

/** Of the tests of one file, removed after them. */
export const base = await mkdtemp(join(tmpdir(), "godwit-runner-"));
after(() => rm(base, { recursive: true, force: true }));

/** The real one. */
export const installed = join(import.meta.dirname, "../../node_modules/prisma");

export interface Project {
  readonly directory: string;
  readonly migrations: string;
}

let projects = 0;

/** A project whose every file of configuration leaves a trace when it is executed or believed. */
export async function project(files: readonly MigrationFile[], prismaPackage = installed): Promise<Project> {
  projects += 1;
  const directory = join(base, `it's "project" ${projects}`);
  const migrations = join(directory, "prisma/migrations");
  await mkdir(migrations, { recursive: true });
  await mkdir(join(directory, "node_modules"));
  await symlink(prismaPackage, join(directory, "node_modules/prisma"));
  const trap = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(join(directory, "executed"))}, "");\nthrow new Error("executed");\n`;
  for (const name of ["prisma.config.ts", "prisma.config.mjs"]) await writeFile(join(directory, name), trap);
  await writeFile(join(directory, "package.json"), '{ "prisma": { "schema": "elsewhere.prisma" } }');
  const elsewhere = "postgresql://nobody@127.0.0.1:1/elsewhere";
  const variables = ["DATABASE_URL", "GODWIT_DATABASE_URL"].map((name) => `${name}=${elsewhere}`);
  for (const place of [".env", "prisma/.env"]) {
    await writeFile(
      join(directory, place),
      [...variables, "PRISMA_SCHEMA_ENGINE_BINARY=/nowhere", "NODE_OPTIONS=--nonsense"].join("\n"),
    );
  }
  await writeFile(join(directory, "prisma/schema.prisma"), "this is not a schema");
  await writeFile(join(migrations, "migration_lock.toml"), 'provider = "postgresql"\n');
  for (const { name, sql } of files) {
    await mkdir(join(migrations, name));
    await writeFile(join(migrations, name, "migration.sql"), sql);
  }
  return { directory, migrations };
}

export async function runnerOf(wanted: Project): Promise<Runner> {
  const runner = await prisma.runner(wanted);
  assert.ok(!("reason" in runner), JSON.stringify(runner));
  return runner;
}
