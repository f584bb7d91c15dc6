import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

/** A directory of migrations, or what is to be in one. */
export type Migrations = string | readonly { readonly name: string; readonly sql: string }[];

/** What Prisma's command line said: 0 and 1 are its exit codes. */
export interface Said {
  readonly exit: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** Answers for Prisma's native engine, which is not fetched. */
const schemaEngine = join(import.meta.dirname, "schema-engine.mjs");

/** Milliseconds: ten are Prisma's own patience with its lock. */
const limit = 60_000;
/** Its home is ours alone, so that nothing of the machine's decides; what Node has compiled is kept between calls. */
const home = mkdtemp(join(tmpdir(), "godwit-prisma-home-"));
after(async () => rm(await home, { recursive: true, force: true }));
const program = join(dirname(fileURLToPath(import.meta.resolve("prisma/package.json"))), "build/index.js");

/**
 * `prisma migrate deploy` of the real command line, in a project of its own.
 *
 * @param url of the database, with `?schema=` where it is not `public`
 * @throws Error where it could not run
 */
export async function prismaDeploy(migrations: Migrations, url: string): Promise<Said> {
  return prisma(["migrate", "deploy"], migrations, url);
}

/** `prisma migrate status`: 0 where Prisma is content, 1 where something is pending or failed. */
export async function prismaStatus(migrations: Migrations, url: string): Promise<Said> {
  return prisma(["migrate", "status"], migrations, url);
}

/** `prisma migrate resolve`. */
export async function prismaResolve(
  how: { readonly applied: string } | { readonly rolledBack: string },
  migrations: Migrations,
  url: string,
): Promise<Said> {
  const args = "applied" in how ? ["--applied", how.applied] : ["--rolled-back", how.rolledBack];
  return prisma(["migrate", "resolve", ...args], migrations, url);
}

async function prisma(args: readonly string[], migrations: Migrations, url: string): Promise<Said> {
  const project = await mkdtemp(join(tmpdir(), "godwit-real-prisma-"));
  try {
    const place = typeof migrations === "string" ? migrations : join(project, "prisma/migrations");
    if (typeof migrations !== "string") await writeMigrations(place, migrations);
    const config = { schema: "schema.prisma", migrations: { path: place }, datasource: { url } };
    await writeFile(join(project, "prisma.config.mjs"), `export default ${JSON.stringify(config)};\n`);
    await writeFile(join(project, "schema.prisma"), 'datasource db {\n  provider = "postgresql"\n}\n');
    const { exit, output } = await run(args, project);
    const refused = /^Error: P\d{4}\b/m.test(output);
    // Status says it in words: all of them come after this line.
    const reported = args[1] === "status" && /^(\d+ migrations?|No migration) found in /m.test(output);
    if (exit === 0 || (exit === 1 && (refused || reported))) return { exit, output };
    throw new Error(`prisma ${args.join(" ")} ended with ${exit}:\n${output}`);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

async function writeMigrations(place: string, migrations: Exclude<Migrations, string>): Promise<void> {
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "migration_lock.toml"), 'provider = "postgresql"\n');
  for (const { name, sql } of migrations) {
    await mkdir(join(place, name));
    await writeFile(join(place, name, "migration.sql"), sql);
  }
}

/** What the command line needs to run here: for Godwit's own runner too. */
export async function prismaEnvironment(): Promise<Record<string, string>> {
  return {
    PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
    HOME: await home,
    PRISMA_SCHEMA_ENGINE_BINARY: schemaEngine,
  };
}

async function run(args: readonly string[], cwd: string): Promise<{ exit: number | null; output: string }> {
  const compiled = join(await home, "compiled");
  const quiet = { NO_COLOR: "1", CHECKPOINT_DISABLE: "1", NODE_COMPILE_CACHE: compiled };
  const env = { ...(await prismaEnvironment()), ...quiet };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: "pipe", timeout: limit });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    child.stdin.end();
    child.on("error", reject);
    child.on("close", (exit) => resolve({ exit, output }));
  });
}
