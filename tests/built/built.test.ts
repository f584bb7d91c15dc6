import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import pg from "pg";
import { type Installed, install } from "../../tools/installed.ts";
import { node20 } from "../../tools/node-20.ts";
import { startPostgres, type TestServer } from "../servers/postgres.ts";

let installed: Installed;
let server: TestServer;

before(async () => {
  [installed, server] = await Promise.all([install(), startPostgres({ auth: "scram" })]);
  const migrations = {
    "01_init": "CREATE TABLE account (id integer PRIMARY KEY);",
    "02_note": "ALTER TABLE account ADD COLUMN note text;",
  };
  for (const [name, sql] of Object.entries(migrations)) {
    const place = join(installed.directory, "prisma/migrations", name);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "migration.sql"), sql);
  }
  await writeFile(
    join(installed.directory, "prisma/schema.prisma"),
    'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
  );
  // The history says that 01_init was applied; no statement was executed.
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query(`CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,
    finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
    INSERT INTO _prisma_migrations VALUES ('1', encode(sha256('${migrations["01_init"]}'), 'hex'), now(), '01_init', '', NULL, now(), 0)`);
  await client.end();
});

after(async () => {
  await server?.stop();
  await installed?.remove();
});

test("the package depends on nothing, and carries the licenses of what is inside", async () => {
  assert.deepEqual(await readdir(join(installed.directory, "node_modules")), [".bin", "godwit"]);
  const place = join(installed.directory, "node_modules/godwit");
  assert.equal(JSON.parse(await readFile(join(place, "package.json"), "utf8")).dependencies, undefined);
  const licenses = await readFile(join(place, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  for (const name of ["pg", "pg-types", "pgpass", "split2", "zod"])
    assert.match(licenses, new RegExp(`^${name} \\d[^\\n]*\\n\\n[^-]*Copyright`, "m"));
});

const nodes = { "Node 20": node20, "Node 24": async () => process.execPath };

for (const [title, find] of Object.entries(nodes)) {
  describe(`the package as it is published, on ${title}`, () => {
    let node = "";
    before(async () => {
      node = await find();
    });
    const godwit = (args: readonly string[], input = "") => start(node, [installed.program, ...args], input);

    test("--version and --help", async () => {
      const manifest = await readFile(join(installed.directory, "node_modules/godwit/package.json"), "utf8");
      assert.deepEqual(await godwit(["--version"]), said(0, `${JSON.parse(manifest).version}\n`));
      const help = await godwit(["--help"]);
      assert.equal(help.exit, 0);
      assert.match(help.stdout, /doctor[\s\S]+status[\s\S]+explain/);
    });

    test("status", async () => {
      const { exit, stdout, stderr } = await godwit(["status", "--json"]);
      assert.equal(exit, 1, stderr);
      assert.deepEqual(JSON.parse(stdout).migrations, [
        { name: "01_init", state: "asserted" },
        { name: "02_note", state: "pending" },
      ]);
    });

    test("doctor", async () => {
      const { exit, stdout, stderr } = await godwit(["doctor", "--json"]);
      assert.equal(exit, 1, stderr);
      const { findings, migrations } = JSON.parse(stdout);
      assert.equal(findings[0].check, "asserted-never-executed");
      assert.deepEqual(
        migrations.map(({ actual }: { actual: string }) => actual),
        ["absent", "absent"],
      );
      assert.ok(!`${stdout}${stderr}`.includes("secret"));
      const words = await godwit(["doctor", "--no-color"]);
      assert.equal(words.exit, 1);
      assert.match(words.stdout, /01_init is recorded as applied, but was never executed/);
    });

    test("explain", async () => {
      const log =
        'Error: P3018\n\nMigration name: 02_note\n\nDatabase error code: 42P01\n\nDatabase error:\nERROR: relation "account" does not exist\n';
      const { exit, stdout } = await godwit(["explain", "--json"], log);
      assert.equal(exit, 1);
      const ids = JSON.parse(stdout).failures.map(({ id }: { id: string }) => id);
      assert.ok(ids.includes("failed-migration") && ids.includes("missing-object"), `${ids}`);
      const page = await godwit(["explain", "asserted-never-executed"]);
      assert.equal(page.exit, 0);
      assert.match(page.stdout, /^# /);
    });

    test("the library", async () => {
      const program = `
        import { diagnose, explainLog, isKnownError, status } from "godwit";
        const surroundings = { cwd: process.cwd(), environment: process.env, home: process.env.HOME };
        const { outcome } = await diagnose({}, surroundings);
        const { migrations } = await status({}, surroundings);
        const { failures } = await explainLog("nothing of interest");
        const refusal = await status({ project: "nowhere" }, surroundings).catch((error) => error);
        console.log(JSON.stringify([outcome, migrations.length, failures, isKnownError(refusal, "USAGE")]));`;
      const { exit, stdout, stderr } = await start(node, ["--input-type=module", "--eval", program], "");
      assert.equal(exit, 0, stderr);
      assert.deepEqual(JSON.parse(stdout), ["findings", 2, [], true]);
    });
  });
}

function said(exit: number, stdout: string): Said {
  return { exit, stdout, stderr: "" };
}

interface Said {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function start(node: string, args: readonly string[], input: string): Promise<Said> {
  const { directory } = installed;
  const child = spawn(node, args, {
    cwd: directory,
    env: {
      PATH: process.env["PATH"],
      HOME: directory,
      XDG_CACHE_HOME: join(directory, "cache"),
      DATABASE_URL: server.url,
    },
  });
  child.stdin.end(input);
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [exit, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { exit, stdout, stderr };
}
