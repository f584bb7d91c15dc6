import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after } from "node:test";
import { run } from "../../src/cli/run.ts";
import type { ProjectSurroundings } from "../../src/project/open.ts";
import { leakingNothing } from "./canary-watch.ts";
import { mustBeHarmless } from "./harmless.ts";
import type { MigrationFile } from "./prisma-history.ts";

const base = prepare();
let directories = 0;

after(async () => rm(await base, { recursive: true, force: true }));

/**
 * Everything is new in each file of tests, but for the empty data directories that servers start from: making them costs
 * more than all else.
 */
async function prepare(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "godwit-scenarios-"));
  const templates = join(tmpdir(), `godwit-test-templates-${process.geteuid?.() ?? "user"}`);
  await mkdir(templates, { recursive: true, mode: 0o700 });
  await mkdir(join(directory, "cache/godwit"), { recursive: true, mode: 0o700 });
  await symlink(templates, join(directory, "cache/godwit/postgres-templates"));
  return directory;
}

/** What a command left to see. */
export interface Said {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command line in this process, with nothing of the tests' own environment but PATH. No terminal is there. The test
 * fails where a password is left behind, where a terminal would do what a name says, and at every bug.
 */
export async function godwit(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input?: string,
): Promise<Said> {
  const [stdout, stderr] = [reader(), reader()];
  const stdin = new PassThrough();
  if (input !== undefined) stdin.end(input);
  const world = { ...(await surroundings(environment)), stdin, stdout: stdout.stream, stderr: stderr.stream };
  const said = await leakingNothing(args, await ownPlaces(), async () => {
    const exit = await run(args, world);
    return { exit, stdout: await stdout.text(), stderr: await stderr.text() };
  });
  mustBeHarmless(said);
  return said;
}

/** Where Godwit writes unless it is told otherwise. */
export async function ownPlaces(): Promise<string[]> {
  const home = await base;
  return [join(home, "cache"), join(home, ".local")];
}

/** Reads while the command writes: one that waits for its reader would wait for ever. */
function reader() {
  const stream = new PassThrough({ encoding: "utf8" });
  let text = "";
  stream.on("data", (chunk: string) => {
    text += chunk;
  });
  const ended = once(stream, "end");
  return {
    stream,
    text: async () => {
      stream.end();
      await ended;
      return text;
    },
  };
}

export async function surroundings(
  environment: Readonly<Record<string, string>> = {},
): Promise<ProjectSurroundings> {
  const home = await base;
  const cache = join(home, "cache");
  return {
    cwd: home,
    home,
    environment: {
      PATH: process.env["PATH"],
      HOME: home,
      XDG_CACHE_HOME: cache,
      // With it the whole suite is run once as on a machine without pg_dump.
      GODWIT_PG_BINARIES: process.env["GODWIT_PG_BINARIES"],
      ...environment,
    },
  };
}

/** A new directory, for a project or for what Godwit keeps. */
export async function newDirectory(what: string): Promise<string> {
  directories += 1;
  const name = `${what}-${directories}`;
  const directory = join(await base, name);
  await mkdir(directory);
  return directory;
}

/** Writes a project of Prisma's. */
export async function writeProject(migrations: readonly MigrationFile[]): Promise<string> {
  const directory = await newDirectory("project");
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

/** The one document of `--json`. */
export function documentOf<Document>({ stdout, stderr }: Said): Document {
  assert.ok(stdout.startsWith("{"), `no document: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Document;
}
