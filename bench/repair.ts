import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { connected } from "./connected.ts";
import { median, milliseconds, seconds } from "./measure.ts";

const run = promisify(execFile);
const clients = "/usr/lib/postgresql/15/bin";

/** The program as it is installed, and where a bench may write. */
export interface Bench {
  readonly node: string;
  readonly program: string;
  readonly directory: string;
  /** The directory of the server's socket. */
  readonly host: string;
}

const history = `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,
  finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

/**
 * `repair --rehearse-only` of the demo's state, with a million rows in the tables of the other application, beside
 * copying that database with `pg_dump | psql`.
 */
export async function compareRehearsal(bench: Bench): Promise<void> {
  const { host, directory } = bench;
  const name = "rehearsal";
  const files = Array.from({ length: 4 }, (_, i) => fileOf(i + 1));
  await writeProject(join(directory, name), files);
  await connected(host, "postgres", (client) => client.query(`CREATE DATABASE ${name}`));
  await connected(host, name, async (client) => {
    for (const table of ["customers", "orders", "invoices", "shipments"]) {
      await client.query(`CREATE TABLE ${table} (id serial PRIMARY KEY, name text NOT NULL, city text, price numeric(10,2), paid boolean, at timestamptz);
        INSERT INTO ${table} (name, city, price, paid, at) SELECT 'name ' || n, md5(n::text), n / 7.0, n % 2 = 0, now() FROM generate_series(1, 250000) n;
        CREATE INDEX ON ${table} (city)`);
    }
    await client.query(history);
    await client.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, finished_at, applied_steps_count) VALUES ($1, $2, $3, '', now(), 0)",
      [randomUUID(), checksumOf(files[0]), files[0]?.name],
    );
    await client.query("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)", [
      randomUUID(),
      checksumOf(files[1]),
      files[1]?.name,
    ]);
  });
  const times = { rehearsal: [] as number[], copy: [] as number[] };
  for (let round = 0; round < 3; round++) {
    times.copy.push(await copyByHand(host, name, `copy_${round}`));
    times.rehearsal.push(await godwit(bench, name, ["repair", "--rehearse-only", "--quiet"]));
  }
  const [ours, floor] = [median(times.rehearsal), median(times.copy)];
  console.log(
    `repair --rehearse-only, 1,000,000 rows: ${milliseconds(ours)}; pg_dump | psql: ${milliseconds(floor)}; ratio ${(ours / floor).toFixed(2)} (wanted: 3)`,
  );
}

/** `migrate` of 200 small migrations, beside psql with a transaction and a history row for each. */
export async function compareMigrate(bench: Bench): Promise<void> {
  const { host, directory } = bench;
  const files = Array.from({ length: 200 }, (_, i) => fileOf(i + 1));
  await writeProject(join(directory, "migrate"), files);
  const script = files.map((file) => `BEGIN;\n${file.sql};\n${historyRow(file)};\nCOMMIT;\n`).join("");
  await writeFile(join(directory, "migrate.sql"), `${history};\n${script}`);
  const times = { migrate: [] as number[], psql: [] as number[] };
  for (let round = -1; round < 5; round++) {
    const [ours, theirs] = [`migrate_${round + 1}`, `psql_${round + 1}`];
    for (const database of [ours, theirs]) {
      await connected(host, "postgres", (client) => client.query(`CREATE DATABASE ${database}`));
    }
    const taken = await godwit(
      bench,
      ours,
      ["migrate", "--yes", "--quiet", "--without-rehearsal"],
      "migrate",
    );
    const psql = await seconds(
      join(clients, "psql"),
      [
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        host,
        "-U",
        "godwit",
        "-d",
        theirs,
        "-f",
        join(directory, "migrate.sql"),
      ],
      { cwd: directory, environment: process.env },
    );
    // The first fills the cache of the timeline, which `doctor` has filled before an upgrade.
    if (round >= 0) {
      times.migrate.push(taken);
      times.psql.push(psql);
    }
  }
  const [ours, floor] = [median(times.migrate), median(times.psql)];
  console.log(
    `migrate --without-rehearsal, 200 migrations, the whole process: ${milliseconds(ours)}; psql: ${milliseconds(floor)}; ratio ${(ours / floor).toFixed(2)} (wanted: 1.3)`,
  );
}

interface File {
  readonly name: string;
  readonly sql: string;
}

function fileOf(number: number): File {
  const name = `${String(number).padStart(4, "0")}_step`;
  const table = `thing_${number}`;
  return {
    name,
    sql: `CREATE TABLE "${table}" ("id" SERIAL PRIMARY KEY, "name" VARCHAR(100) NOT NULL, "owner_id" INTEGER);\nCREATE INDEX "${table}_name" ON "${table}"("name");\nALTER TABLE "${table}" ADD COLUMN "note" TEXT`,
  };
}

function historyRow(file: File): string {
  return `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('${randomUUID()}', '${checksumOf(file)}', '${file.name}', now(), 1)`;
}

function checksumOf(file: File | undefined): string {
  return createHash("sha256")
    .update(file?.sql ?? "")
    .digest("hex");
}

async function writeProject(place: string, files: readonly File[]): Promise<void> {
  for (const { name, sql } of files) {
    await mkdir(join(place, "prisma/migrations", name), { recursive: true });
    await writeFile(join(place, "prisma/migrations", name, "migration.sql"), sql);
  }
  await writeFile(
    join(place, "prisma/schema.prisma"),
    'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n',
  );
}

async function godwit(
  { node, program, directory, host }: Bench,
  database: string,
  args: readonly string[],
  project = database,
): Promise<number> {
  const state = await mkdtemp(join(directory, "state-"));
  const environment = {
    PATH: process.env["PATH"],
    HOME: directory,
    DATABASE_URL: `postgresql://godwit@localhost/${database}?host=${encodeURIComponent(host)}`,
  };
  const taken = await seconds(node, [program, ...args, "--state-dir", state], {
    cwd: join(directory, project),
    environment,
  });
  await rm(state, { recursive: true });
  return taken;
}

async function copyByHand(host: string, from: string, to: string): Promise<number> {
  await connected(host, "postgres", (client) => client.query(`CREATE DATABASE ${to}`));
  const start = performance.now();
  const reach = `-h ${host} -U godwit`;
  await run("/bin/sh", [
    "-c",
    `${clients}/pg_dump ${reach} -d ${from} | ${clients}/psql -X -q ${reach} -d ${to} -v ON_ERROR_STOP=1 >/dev/null`,
  ]);
  const taken = (performance.now() - start) / 1000;
  await connected(host, "postgres", (client) => client.query(`DROP DATABASE ${to}`));
  return taken;
}
