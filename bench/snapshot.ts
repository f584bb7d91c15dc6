import { join } from "node:path";
import { build } from "esbuild";
import { engineOf } from "../src/engines/registry.ts";
import { run } from "../tools/program.ts";
import { connected } from "./connected.ts";
import { median, milliseconds, ratio, seconds } from "./measure.ts";
import type { Bench } from "./repair.ts";
import { makeTables } from "./tables.ts";

const clients = "/usr/lib/postgresql/15/bin";
const rounds = 5;

/** Snapshot, incremental snapshot and diff of a database, beside `pg_dump -s` of it. */
export async function compareSnapshot(bench: Bench, tables: number): Promise<void> {
  const { host } = bench;
  const [one, other] = [`tables_${tables}`, `tables_${tables}_too`];
  await makeTables(host, one, tables);
  await connected(host, "postgres", (client) => client.query(`CREATE DATABASE ${other} TEMPLATE ${one}`));
  const times = {
    dump: [] as number[],
    snapshot: [] as number[],
    withDependencies: [] as number[],
    diff: [] as number[],
  };
  const once = await bundled(bench);
  let memory = 0;
  for (let round = -1; round < rounds; round++) {
    const dump = await dumped(bench, one);
    const snapshot = await snapshotOnce(bench, once, [urlOf(host, one)]);
    const withDependencies = await snapshotOnce(bench, once, [urlOf(host, one), "dependencies"]);
    const diff = await godwit(bench, ["diff", urlOf(host, one), urlOf(host, other), "--quiet"]);
    // The first of each fills the caches.
    if (round < 0) continue;
    times.dump.push(dump);
    times.snapshot.push(snapshot.seconds);
    times.withDependencies.push(withDependencies.seconds);
    times.diff.push(diff);
    memory = Math.max(memory, snapshot.megabytes);
  }
  const [dump, snapshot, diff] = [median(times.dump), median(times.snapshot), median(times.diff)];
  const withDependencies = median(times.withDependencies);
  const changes = await timeChanges(host, other);
  console.log(
    [
      `${tables} tables: pg_dump -s ${milliseconds(dump)}`,
      `  snapshot ${milliseconds(snapshot)}, ratio ${ratio(snapshot, dump)} (wanted: 0.6), at most ${memory} MB (wanted: 200)`,
      `  with what depends on what ${milliseconds(withDependencies)}, ratio ${ratio(withDependencies, dump)}`,
      `  what one statement changed ${milliseconds(changes)}, ratio ${ratio(changes, dump)} (wanted: 0.1)`,
      `  diff of two such databases, the whole process ${milliseconds(diff)}, ${ratio(diff, snapshot)} snapshots (wanted: 2.2)`,
    ].join("\n"),
  );
}

function dumped({ host, directory }: Bench, database: string): Promise<number> {
  const args = ["-s", "-h", host, "-U", "godwit", "-d", database];
  return seconds(join(clients, "pg_dump"), args, { cwd: directory, environment: process.env });
}

/** A process of its own, which knows nothing yet: from connecting to the fingerprint. */
async function snapshotOnce({ node, directory }: Bench, program: string, args: readonly string[]) {
  const { said } = await run(node, [program, ...args], { cwd: directory });
  return JSON.parse(said) as { readonly seconds: number; readonly megabytes: number };
}

/** In one file, as the package is: people do not run the sources. */
async function bundled({ directory }: Bench): Promise<string> {
  const outfile = join(directory, "snapshot-once.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "snapshot-once.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["pg-native", "pg-cloudflare"],
    banner: {
      js: `import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);`,
    },
    logLevel: "error",
  });
  return outfile;
}

function godwit({ node, program, directory }: Bench, args: readonly string[]): Promise<number> {
  return seconds(node, [program, ...args], { cwd: directory, environment: process.env });
}

/** Of a session that has looked before, as in a replay. */
async function timeChanges(host: string, database: string): Promise<number> {
  const engine = await engineOf("postgresql://");
  const session = await engine.scratch.connect(engine.parse(urlOf(host, database)), {});
  try {
    await session.changes({ inTransaction: false });
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const sql of [
        `CREATE TABLE fresh (id serial PRIMARY KEY, name text)`,
        `ALTER TABLE fresh ADD COLUMN note text`,
        `CREATE INDEX fresh_name ON fresh (name)`,
        `ALTER TABLE "Thing_7" RENAME COLUMN note TO remark`,
        `ALTER TABLE "Thing_7" RENAME COLUMN remark TO note`,
        `DROP TABLE fresh`,
      ]) {
        await session.script(sql);
        const start = performance.now();
        await session.changes({ inTransaction: false });
        times.push((performance.now() - start) / 1000);
      }
    }
    return median(times);
  } finally {
    await session.close();
  }
}

export function urlOf(host: string, database: string): string {
  return `postgresql://godwit@localhost/${database}?host=${encodeURIComponent(host)}`;
}
