// Files that others wrote. The helper that runs Godwit holds every run to this: a documented exit code, no stack, nothing
// that a terminal would obey, no password.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { printed } from "../../src/doctor/failures/samples/printed.test.ts";
import { fileOf } from "../scenarios/application.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { Random, seed } from "../scenarios/random.ts";
import { scenario } from "../scenarios/scenario.ts";
import { canaryInUrl, withoutPassword } from "../servers/canary.ts";
import { damage, drawWays } from "./damage.ts";
import { mutated } from "./mutate.ts";

/** Seconds for each test in the long run. */
const seconds = Number(process.env["GODWIT_SOAK"] ?? 4);

/** Nothing listens there: whoever reads it rightly cannot reach it. */
const url = `postgresql://app:${canaryInUrl}@127.0.0.1:1/shop`;

/** Where what a file says is repeated by design (a directory that is not there), nothing secret stands. */
const plainUrl = withoutPassword(url);

/** A project's files as they should be. The database cannot be reached, so whatever is read rightly ends there. */
const right: Readonly<Record<string, string>> = {
  "godwit.config.ts": `// the config\nexport default {\n  framework: "prisma",\n  migrations: \`prisma/migrations\`,\n  database: process.env.DATABASE_URL ?? "${plainUrl}",\n};\n`,
  "godwit.config.json": JSON.stringify({
    framework: "prisma",
    migrations: "prisma/migrations",
    database: plainUrl,
  }),
  ".env": `# the environment\nexport DATABASE_URL="${url}"\nOTHER='\${DATABASE_URL}'\n`,
  "prisma.config.ts": `import { defineConfig, env } from "prisma/config";\nexport default defineConfig({ schema: "prisma/schema.prisma", migrations: { path: "prisma/migrations" }, datasource: { url: env("DATABASE_URL") } });\n`,
  "prisma/schema.prisma": `generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider  = "postgresql"\n  url       = env("DATABASE_URL")\n  directUrl = "${url}"\n}\nmodel T {\n  id Int @id\n}\n`,
  "prisma/migrations/migration_lock.toml": '# do not edit\nprovider = "postgresql"\n',
  "prisma/migrations/1_init/migration.sql": 'CREATE TABLE "t" ("id" int);\nINSERT INTO "t" VALUES (1);\n',
  "package.json":
    '{ "name": "shop", "dependencies": { "prisma": "7.0.0" }, "prisma": { "schema": "prisma/schema.prisma" } }',
};

test("whatever is in a project's files, one sentence is said, and nothing is executed or written", async () => {
  const random = new Random("project files");
  const names = Object.keys(right);
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < 25 || performance.now() < end; round++) {
    const directory = await newDirectory("foreign");
    const victim = random.pick(names);
    const there = names.filter(
      (name) => name === victim || !/^(?:godwit|prisma)\.config/.test(name) || random.chance(0.3),
    );
    const text = mutated(right[victim] ?? "", random);
    for (const name of there) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), name === victim ? text : (right[name] ?? ""));
    }
    const before = await readdir(directory, { recursive: true });
    const said = await godwit(["status", "--project", directory]).catch((error: unknown) => {
      throw new Error(`GODWIT_SEED=${seed}: ${victim}: ${JSON.stringify(text.toString().slice(0, 1000))}`, {
        cause: error,
      });
    });
    const told = `${victim}: ${text.toString().slice(0, 1000)}\n${said.stderr}`;
    assert.ok(said.exit === 2 || said.exit === 64, told);
    assert.equal(said.stderr.trimEnd().split("\n").length, 2, told);
    assert.deepEqual(await readdir(directory, { recursive: true }), before, told);
    await rm(directory, { recursive: true });
  }
});

test("whatever is in a log, it is explained or not", async () => {
  const random = new Random("logs");
  const errors = [
    { engine: "postgres", code: "42P07", name: "duplicate_table", message: 'relation "t" already exists' },
    {
      engine: "postgres",
      code: "23505",
      name: "unique_violation",
      message: "duplicate key",
      detail: "Key (a)=(1) exists.",
    },
    {
      engine: "mysql",
      code: "1050",
      name: "ER_TABLE_EXISTS_ERROR",
      message: "Table 't' already exists",
      state: "42S01",
    },
    { engine: "sqlite", code: "1", name: "SQLITE_ERROR", message: "table t already exists" },
  ] as const;
  const logs = Object.values(printed).flatMap((print) => errors.map((error) => print(error)));
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < 100 || performance.now() < end; round++) {
    const parts = Array.from({ length: random.integer(1, 5) }, () =>
      mutated(random.pick(logs), random, logs).toString(),
    );
    parts.splice(random.integer(0, parts.length), 0, `dial ${url} failed, DATABASE_URL=${url}`);
    const log = parts.join("\n");
    const said = await godwit(["explain", ...(random.chance(0.5) ? ["--json"] : [])], {}, log).catch(
      (error: unknown) => {
        throw new Error(`GODWIT_SEED=${seed}: ${JSON.stringify(log.slice(0, 5000))}`, { cause: error });
      },
    );
    assert.ok(said.exit === 0 || said.exit === 1, said.stderr);
  }
});

scenario("a bundle, and a snapshot file, that were damaged", async ({ database, random }) => {
  const db = await database();
  const files = [fileOf("1_init", `CREATE TABLE "t" ("id" int, "x" text DEFAULT 'a 1')`)] as const;
  await new PrismaHistory(db).deploy(files);
  const project = ["--project", await writeProject(files), "--database", db.url];
  const directory = await newDirectory("files");
  const [bundle, packed, snapshot] = ["b.json", "b.json.gz", "s.json"].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  for (const file of [bundle, packed]) await godwit(["doctor", "--bundle", file, ...project]);
  await godwit(["snapshot", "--out", snapshot, ...project]);
  const was = documentOf<{ counts: unknown }>(await godwit(["diff", snapshot, db.url, "--json"])).counts;
  const end = performance.now() + seconds * 1000;
  const cases = random.shuffle(
    [bundle, packed, snapshot].flatMap((file) => drawWays(random).map((way) => ({ file, way }))),
  );
  for (const [i, { file, way }] of cases.entries()) {
    if (i >= 10 && performance.now() > end) break;
    const bytes = await readFile(file);
    await damage(file, way, random);
    const args = file === snapshot ? ["diff", file, db.url, "--json"] : ["doctor", "--from", file];
    const said = await godwit(args);
    const told = `${way}: ${file}: ${said.stdout}${said.stderr}`;
    // White space between the tokens is no damage.
    if (said.exit !== 2) {
      assert.ok(said.exit === 0, told);
      if (file === snapshot) assert.deepEqual(documentOf<{ counts: unknown }>(said).counts, was, told);
    } else assert.match(said.stderr, /^godwit: [^\n]+\n {8}[^\n]+\n$/, told);
    await rm(file, { recursive: true, force: true });
    await writeFile(file, bytes);
  }
});
