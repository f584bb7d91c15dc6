// `npm run bench`, or parts of it, `npm run bench -- snapshot replay`: how long the commands take, beside what no program could do without.
// Both sides of a ratio are measured in turns, in one run, on one server. Nothing is kept.
import { mkdtemp, rm } from "node:fs/promises";
import { arch, cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { engineOf } from "../src/engines/registry.ts";
import { type Installed, install } from "../tools/installed.ts";
import { node20 } from "../tools/node-20.ts";
import { run } from "../tools/program.ts";
import { median, milliseconds, seconds } from "./measure.ts";
import { makeProject, type Project } from "./project.ts";
import { compareMigrate, compareRehearsal } from "./repair.ts";
import { compareReplay, timeLocate } from "./replay.ts";
import { compareSnapshot } from "./snapshot.ts";

const root = join(import.meta.dirname, "..");
const rounds = 20;

const directory = await mkdtemp(join(tmpdir(), "godwit-bench-"));
const installed = await install();
try {
  console.log(`${cpus().length} x ${cpus()[0]?.model}, ${process.platform} ${release()} ${arch()}`);
  const engine = await engineOf("postgresql://");
  const server = await engine.scratch.localServer({
    major: 15,
    encoding: "UTF8",
    packageRoots: [root],
    cacheDirectory: join(directory, "server-cache"),
    environment: process.env,
  });
  if ("reason" in server) throw new Error(server.reason);
  try {
    console.log(`${server.description}\n`);
    const host = server.target.address;
    const long = await makeProject({ directory, host, name: "long", migrations: 200 });
    const short = await makeProject({ directory, host, name: "short", migrations: 20 });
    const bench = { node: process.execPath, program: installed.program, directory, host };
    const parts: Readonly<Record<string, () => Promise<void>>> = {
      snapshot: async () => {
        for (const tables of [1000, 5000]) await compareSnapshot(bench, tables);
      },
      replay: () => compareReplay(bench),
      locate: () => timeLocate(bench),
      migrate: () => compareMigrate(bench),
      rehearsal: () => compareRehearsal(bench),
      doctor: async () =>
        timeDoctor(process.execPath, installed, { project: long, migrations: 200, wanted: "500 ms" }),
      status: async () => {
        for (const node of [process.execPath, await node20()]) {
          await compareStatus(node, installed, long);
          await timeDoctor(node, installed, { project: short, migrations: 20, wanted: "3000 ms" });
        }
      },
    };
    const named = process.argv.slice(2);
    for (const [name, part] of Object.entries(parts)) {
      if (named.length === 0 || named.includes(name)) await part();
    }
  } finally {
    await server.stop();
  }
} finally {
  await installed.remove();
  await rm(directory, { recursive: true, force: true });
}

/** The whole process, beside one which connects with the same driver and runs one query. */
async function compareStatus(node: string, { program }: Installed, project: Project) {
  const bare = [
    "--input-type=module",
    "--eval",
    `import pg from "pg";
     const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
     await client.connect();
     await client.query("SELECT * FROM _prisma_migrations");
     await client.end();`,
  ];
  const environment = { PATH: process.env["PATH"], HOME: project.directory, DATABASE_URL: project.url };
  const sides = {
    status: () => seconds(node, [program, "status"], { cwd: project.directory, environment }),
    // The installed package has the driver inside: here it is found in the repository.
    bare: () => seconds(node, bare, { cwd: root, environment }),
  };
  const times = { status: [] as number[], bare: [] as number[] };
  // The first of each fills the caches.
  for (let round = -2; round < rounds; round++) {
    for (const side of ["status", "bare"] as const) {
      const taken = await sides[side]();
      if (round >= 0) times[side].push(taken);
    }
  }
  const [status, floor] = [median(times.status), median(times.bare)];
  console.log(
    `${await versionOf(node)} status, 200 migrations: ${milliseconds(status)}; bare pg and one SELECT: ${milliseconds(floor)}; ratio ${(status / floor).toFixed(2)} (wanted: 1.25)`,
  );
}

/** With nothing in the cache, with a warm data directory alone, and with everything in the cache. */
async function timeDoctor(
  node: string,
  { program }: Installed,
  {
    project,
    migrations,
    wanted,
  }: { readonly project: Project; readonly migrations: number; readonly wanted: string },
) {
  const times = { cold: [] as number[], warm: [] as number[], cached: [] as number[] };
  for (let round = 0; round < 5; round++) {
    const cache = await mkdtemp(join(directory, "cache-"));
    const environment = {
      PATH: process.env["PATH"],
      HOME: project.directory,
      XDG_CACHE_HOME: cache,
      DATABASE_URL: project.url,
    };
    const doctor = () =>
      seconds(node, [program, "doctor", "--quiet"], { cwd: project.directory, environment });
    times.cold.push(await doctor());
    times.cached.push(await doctor());
    await rm(join(cache, "godwit/timelines"), { recursive: true, force: true });
    times.warm.push(await doctor());
    await rm(cache, { recursive: true, force: true });
  }
  console.log(
    `${await versionOf(node)} doctor, ${migrations} migrations: all cold ${milliseconds(median(times.cold))}, timeline cold ${milliseconds(median(times.warm))}, cached ${milliseconds(median(times.cached))} (wanted: ${wanted})`,
  );
}

async function versionOf(node: string): Promise<string> {
  return `Node ${(await run(node, ["--version"], { cwd: root })).said.trim()}`;
}
