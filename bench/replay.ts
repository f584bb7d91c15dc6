import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { engineOf } from "../src/engines/registry.ts";
import type { Migration } from "../src/migration/migration.ts";
import { isBookkeeping, locate } from "../src/timeline/locate/locate.ts";
import { lookCloser, type ReplayWishes, replay } from "../src/timeline/replay.ts";
import type { Timeline } from "../src/timeline/timeline.ts";
import { connected } from "./connected.ts";
import { median, milliseconds, ratio, seconds } from "./measure.ts";
import { statementsOf } from "./project.ts";
import type { Bench } from "./repair.ts";
import { urlOf } from "./snapshot.ts";

const clients = "/usr/lib/postgresql/15/bin";

/** A replay of 200 migrations that looks after each statement, beside the same statements through one psql. */
export async function compareReplay({ host, directory }: Bench): Promise<void> {
  const migrations = migrationsOf(200);
  const script = join(directory, "replay.sql");
  await writeFile(script, migrations.map(({ sql }) => `BEGIN;\n${sql};\nCOMMIT;\n`).join(""));
  const times = { files: [] as number[], statements: [] as number[], psql: [] as number[] };
  for (let round = -1; round < 3; round++) {
    const wishes = await wishesOf(host, `replay_${round + 1}`, migrations);
    const files = await timed(() => replay(wishes));
    const refine = new Set(migrations.map(({ name }) => name));
    const statements = await timed(() => lookCloser(files.result, { refine, reprint: new Map() }, wishes));
    const psql = `replay_psql_${round + 1}`;
    await connected(host, "postgres", (client) => client.query(`CREATE DATABASE ${psql}`));
    const args = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", host, "-U", "godwit", "-d", psql, "-f", script];
    const floor = await seconds(join(clients, "psql"), args, { cwd: directory, environment: process.env });
    if (round < 0) continue;
    times.files.push(files.seconds);
    times.statements.push(statements.seconds);
    times.psql.push(floor);
  }
  const [files, statements, psql] = [median(times.files), median(times.statements), median(times.psql)];
  console.log(
    `replay of 200 migrations, 1,200 statements: psql ${milliseconds(psql)}; looked at after each file ${milliseconds(files)}, ratio ${ratio(files, psql)}; after each statement ${milliseconds(statements)}, ratio ${ratio(statements, psql)} (wanted: 3)`,
  );
}

/** Locate alone: 1,000 migrations, 20,000 objects, of which one is missing. */
export async function timeLocate({ host }: Bench): Promise<void> {
  const migrations = migrationsOf(1000, 4);
  const wishes = await wishesOf(host, "locate", migrations);
  const timeline = await replay(wishes);
  const session = await wishes.fresh();
  try {
    for (const { sql } of migrations) await session.script(sql ?? "");
    await session.script(`DROP INDEX "thing_500_name_idx"`);
    const snapshot = await session.snapshot({ inTransaction: false });
    const { seconds: taken } = await timed(async () => locate(timeline, locateWishes(timeline, snapshot)));
    console.log(
      `locate, ${migrations.length} migrations, ${snapshot.objects.size} objects: ${milliseconds(taken)} (wanted: 1000 ms)`,
    );
  } finally {
    await session.close();
  }
}

function locateWishes(timeline: Timeline, snapshot: Parameters<typeof locate>[1]["snapshot"]) {
  const testimony = timeline.migrations.map(() => "ran" as const);
  return { snapshot, testimony, perhapsUndone: new Set<string>(), strangers: false, leaveOut: () => false };
}

function migrationsOf(count: number, columns = 0): Migration[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `${String(i + 1).padStart(4, "0")}_step`;
    const more = Array.from(
      { length: columns * 3 },
      (_, n) => `ALTER TABLE "thing_${i + 1}" ADD COLUMN "c${n}" INTEGER;\n`,
    );
    return { name, file: name, sql: statementsOf(i + 1) + more.join("") } as Migration;
  });
}

async function wishesOf(
  host: string,
  prefix: string,
  migrations: readonly Migration[],
): Promise<ReplayWishes> {
  const engine = await engineOf("postgresql://");
  let made = 0;
  return {
    fresh: async () => {
      const name = `${prefix}_${++made}`;
      await connected(host, "postgres", (client) => client.query(`CREATE DATABASE ${name}`));
      return engine.scratch.connect(engine.parse(urlOf(host, name)), { schema: "public" });
    },
    migrations,
    split: engine.split,
    leaveOut: isBookkeeping({ schema: "public", name: "_prisma_migrations" }),
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}
