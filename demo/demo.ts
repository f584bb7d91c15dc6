// `npm run demo`: a database that is really broken, what Godwit says of it and does about it, and whether that was right.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import pg from "pg";
import { startLocalServer } from "../src/engines/postgres/local-server/start.ts";
import { describeHistory, describeTables, hashTables } from "./afterwards.ts";
import { type Application, inventApplication } from "./application.ts";
import { breakDatabase, type Failure, hashContents } from "./database.ts";
import { godwit, type Surroundings } from "./godwit.ts";
import { judge } from "./judge.ts";
import { composeLog } from "./log.ts";

const root = join(import.meta.dirname, "..");

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => interrupted.abort(new Error(`stopped by ${signal}`)));

try {
  const seed = seedOf(process.argv.slice(2));
  process.exitCode = (await demonstrate(seed)) ? 0 : 1;
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
  console.error("\nStopped; nothing is left behind.");
  process.exitCode = 130;
}

function seedOf(args: string[]): number {
  try {
    const { seed } = parseArgs({ args, options: { seed: { type: "string" } } }).values;
    if (seed === undefined) return Math.floor(Math.random() * 10_000);
    if (/^\d{1,9}$/.test(seed)) return Number(seed);
    throw new Error("--seed wants a whole number");
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: npm run demo [-- --seed N]`);
    process.exit(64);
  }
}

/** @returns whether Godwit was right */
async function demonstrate(seed: number): Promise<boolean> {
  console.log(`Seed ${seed} (the same once more: npm run demo -- --seed ${seed})\n`);
  const directory = await mkdtemp(join(tmpdir(), "godwit-demo-"));
  try {
    const server = await startLocalServer({
      major: 15,
      encoding: "UTF8",
      packageRoots: [root],
      cacheDirectory: join(directory, "cache"),
      environment: process.env,
      // None: an installed server is not what a fresh machine has.
      directories: [],
    });
    if ("reason" in server)
      throw new Error(`The demonstration's own server did not start: ${server.reason}.`);
    try {
      return await inside(directory, seed, { host: server.target.address, software: server.description });
    } finally {
      await server.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Server {
  /** The directory of its socket. */
  readonly host: string;
  readonly software: string;
}

async function inside(directory: string, seed: number, { host, software }: Server): Promise<boolean> {
  const application = inventApplication(seed);
  const { service } = application;
  await withClient(host, "postgres", (client) => client.query(`CREATE DATABASE "${service}"`));
  return withClient(host, service, async (client) => {
    const failure = await breakDatabase(client, application);
    const url = `postgresql://godwit@localhost/${service}?host=${encodeURIComponent(host)}`;
    const project = await writeProject(join(directory, service), application, url);
    tell(application, failure, software);
    const before = await hashContents(client);
    const surroundings: Surroundings = {
      project,
      cache: join(directory, "cache"),
      signal: interrupted.signal,
    };

    console.log("\nIts directory, its .env, its database. What does Godwit say?\n\n$ godwit doctor\n");
    const shown = await godwit(["doctor"], surroundings);
    const answer = await godwit(["doctor", "--json", "--quiet"], surroundings, { capture: true });
    console.log(
      `\nAnd with nothing but the log, on another machine?\n\n$ docker compose logs | godwit explain\n`,
    );
    const log = composeLog(application, failure);
    const explained = await godwit(["explain"], surroundings, { input: log });
    const explanation = await godwit(["explain", "--json"], surroundings, { input: log, capture: true });

    console.log("\nWhat would it do about it? Nothing is changed yet:\n\n$ godwit repair --rehearse-only\n");
    const state = ["--state-dir", join(directory, "state")];
    const rehearsed = await godwit(["repair", "--rehearse-only", ...state], surroundings);
    const after = await hashContents(client);
    const shop = await hashTables(client, application);

    console.log(
      "\nIt is to be done. (On a terminal it asks; here nobody can answer, hence --yes.)\n\n$ godwit repair --yes\n",
    );
    const repaired = await godwit(["repair", "--yes", ...state], surroundings);
    console.log("\n$ godwit doctor\n");
    const healthy = await godwit(["doctor", ...state], surroundings);
    const reference = await referenceOf(host, application);

    return judge(application, {
      exits: {
        doctor: shown.exit,
        explain: explained.exit,
        rehearsal: rehearsed.exit,
        repair: repaired.exit,
        doctorAfterwards: healthy.exit,
      },
      doctor: answer.output,
      explain: explanation.output,
      unchanged: before === after,
      afterwards: {
        schema: isDeepStrictEqual(await describeTables(client, application), reference),
        history: await describeHistory(client),
        shop: shop === (await hashTables(client, application)),
      },
    });
  });
}

/** What the migrations make where nothing went wrong. */
async function referenceOf(host: string, application: Application): Promise<unknown[]> {
  await withClient(host, "postgres", (client) => client.query('CREATE DATABASE "reference"'));
  return withClient(host, "reference", async (client) => {
    for (const { sql } of application.migrations) await client.query(sql);
    return describeTables(client, application);
  });
}

async function withClient<T>(
  host: string,
  database: string,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  interrupted.signal.throwIfAborted();
  const client = new pg.Client({ host, user: "godwit", database });
  // The server ends before the client when the person stops it all.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** What a developer has on disk. */
async function writeProject(project: string, { migrations }: Application, url: string): Promise<string> {
  for (const { name, sql } of migrations) {
    const place = join(project, "prisma", "migrations", name);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "migration.sql"), sql);
  }
  await writeFile(join(project, "prisma", "migrations", "migration_lock.toml"), 'provider = "postgresql"\n');
  await writeFile(
    join(project, "prisma", "schema.prisma"),
    'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n',
  );
  await writeFile(join(project, ".env"), `DATABASE_URL="${url}"\n`);
  return project;
}

function tell(
  { service, migrations, asserted, failed, missing, shop }: Application,
  failure: Failure,
  software: string,
): void {
  const names = migrations.map(({ name }) => name);
  const tables = shop.map(({ name, rows }) => `${name} (${rows} rows)`).join(", ");
  const marked = names.slice(0, asserted);
  const waiting = names.slice(names.indexOf(failed.name) + 1);
  console.log(`What happened to this database (${software}, in a temporary directory):

  1. A shop kept its tables in it: ${tables}.
  2. The application "${service}" was given the same database. It starts with \`prisma migrate deploy\`, which refused:
     P3005, the schema is not empty. The manual says what to do then, and somebody did it:
     ${marked.map((name) => `prisma migrate resolve --applied ${name}`).join("\n     ")}
     So the history says "applied". But not one of the statements was ever executed.
  3. At the next start ${failed.name} failed: ${failure.code}, ${failure.message}.
     "${missing}" would have been made before it. Since then every start ends with P3009, and
     ${waiting.join(", ")} ${waiting.length === 1 ? "waits" : "wait"}.`);
}
