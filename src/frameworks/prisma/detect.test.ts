import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { isKnownError } from "../../errors.ts";
import { detectPrisma } from "./detect.ts";

const root = mkdtempSync(path.join(tmpdir(), "godwit-detect-"));
after(() => rmSync(root, { recursive: true }));

type Files = Readonly<Record<string, string>>;
const schema = (...lines: string[]) => `datasource db { provider = "postgresql"\n ${lines.join("\n ")} }\n`;
const usual = { "package.json": "{}", "prisma/schema.prisma": schema('url = env("DATABASE_URL")') };

function directoryWith(files: Files): string {
  const directory = mkdtempSync(path.join(root, "project-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), content);
  }
  return directory;
}

/** What is found, with the directory's own path left out. */
async function detect(files: Files, options: { migrations?: string; environment?: Files; in?: string } = {}) {
  const directory = path.join(directoryWith(files), options.in ?? "");
  const { environment = {}, migrations } = options;
  const found = await detectPrisma(directory, { environment, ...(migrations && { migrations }) });
  return found && { ...found, migrations: path.relative(directory, found.migrations) };
}

describe("what is a project", () => {
  const projects: Readonly<Record<string, readonly [Files, string]>> = {
    "the default schema": [{ "prisma/schema.prisma": "" }, "prisma/migrations"],
    "a schema at the top": [{ "schema.prisma": "" }, "migrations"],
    "migrations alone": [{ "prisma/migrations/migration_lock.toml": "" }, "prisma/migrations"],
    "a schema that package.json names": [
      { "package.json": '{"prisma":{"schema":"db/main.prisma"}}', "db/main.prisma": "" },
      "db/migrations",
    ],
    "a schema folder that package.json names": [
      {
        "package.json": '{"prisma":{"schema":"./db"}}',
        "db/a.prisma": "",
        "db/models/schema.prisma": schema(),
      },
      "db/models/migrations",
    ],
    "the schema folder of 5.15": [
      { "prisma/schema/main.prisma": schema(), "prisma/migrations/a/migration.sql": "" },
      "prisma/migrations",
    ],
    "a schema folder with migrations inside": [
      { "prisma/schema/main.prisma": schema(), "prisma/schema/migrations/a/migration.sql": "" },
      "prisma/schema/migrations",
    ],
    "a configuration file alone": [{ "prisma.config.ts": "export default {}" }, "prisma/migrations"],
    "a configuration file with the place": [
      { "prisma.config.mjs": 'export default { migrations: { path: "db/history" } }' },
      "db/history",
    ],
    "a configuration file with the schema": [
      {
        "prisma.config.cts": 'module.exports = { schema: path.join("db", "schema") }',
        "db/schema/x.prisma": schema(),
      },
      "db/schema/migrations",
    ],
    "a configuration file in .config": [
      { ".config/prisma.ts": 'export default { migrations: { path: "../db/m" } }' },
      "db/m",
    ],
  };
  for (const [title, [files, migrations]] of Object.entries(projects)) {
    test(title, async () => assert.equal((await detect(files))?.migrations, migrations));
  }

  test("nothing, another tool's files, and a missing directory are none", async () => {
    assert.equal(await detect({}), undefined);
    assert.equal(
      await detect({ "package.json": "{}", "migrations/001.sql": "", ".env": "DATABASE_URL=x" }),
      undefined,
    );
    assert.equal(await detect({}, { in: "missing" }), undefined);
  });

  test("migrations copied out of an image, when they are named", async () => {
    const files = { "m/20240101000000_a/migration.sql": "", "other/a.sql": "" };
    assert.equal((await detect(files, { migrations: "m" }))?.migrations, "m");
    assert.equal(await detect(files, { migrations: "other" }), undefined);
  });

  test("named migrations replace the project's", async () => {
    assert.equal((await detect(usual, { migrations: "elsewhere" }))?.migrations, "elsewhere");
  });
});

describe("where the database is", () => {
  const source = async (files: Files, environment: Files = {}) =>
    (await detect(files, { environment }))?.database;

  test("the variable which the schema names, from .env", async () => {
    assert.deepEqual(await source({ ...usual, ".env": 'DATABASE_URL="postgres://file"' }), {
      url: "postgres://file",
      source: ".env (DATABASE_URL)",
    });
  });
  test("the environment wins over .env", async () => {
    assert.deepEqual(
      await source({ ...usual, ".env": "DATABASE_URL=x" }, { DATABASE_URL: "postgres://own" }),
      {
        url: "postgres://own",
        source: "the environment (DATABASE_URL)",
      },
    );
  });
  test("the root's .env wins over the one beside the schema", async () => {
    const files = { ...usual, ".env": "DATABASE_URL=root", "prisma/.env": "DATABASE_URL=beside\nOTHER=1" };
    assert.equal((await source(files))?.url, "root");
    assert.deepEqual(await source({ ...usual, "prisma/.env": "DATABASE_URL=beside" }), {
      url: "beside",
      source: "prisma/.env (DATABASE_URL)",
    });
  });
  test("variables in it are replaced", async () => {
    const files = { ...usual, ".env": `PW=secret\nDATABASE_URL=postgres://u:$\{PW}@h/d` };
    assert.equal((await source(files))?.url, "postgres://u:secret@h/d");
  });
  test("the .env of the package above", async () => {
    const files = {
      "package.json": "{}",
      ".env": "DATABASE_URL=above",
      "db/prisma/schema.prisma": usual["prisma/schema.prisma"],
    };
    assert.deepEqual((await detect(files, { in: "db" }))?.database, {
      url: "above",
      source: "../.env (DATABASE_URL)",
    });
  });
  test("directUrl goes before url, as in Prisma Migrate", async () => {
    const prisma = schema('url = env("POOL")', 'directUrl = env("DIRECT")');
    const files = { "prisma/schema.prisma": prisma, "package.json": "{}" };
    assert.equal((await source(files, { POOL: "pool", DIRECT: "direct" }))?.url, "direct");
    assert.equal((await source(files, { POOL: "pool" }))?.url, "pool");
  });
  test("a URL in the schema itself", async () => {
    assert.deepEqual(await source({ "prisma/schema.prisma": schema('url = "postgres://literal"') }), {
      url: "postgres://literal",
      source: "prisma/schema.prisma (url)",
    });
  });
  test("the configuration file goes before the schema", async () => {
    const config =
      'import "dotenv/config"; export default defineConfig({ datasource: { url: env("CONFIG_URL") } })';
    const files = { ...usual, "prisma.config.ts": config, ".env": "DATABASE_URL=schema\nCONFIG_URL=config" };
    assert.deepEqual(await source(files), { url: "config", source: ".env (CONFIG_URL)" });
    const literal = 'export default { datasource: { url: process.env.NONE ?? "postgres://literal" } }';
    assert.deepEqual(await source({ ...files, "prisma.config.ts": literal }), {
      url: "postgres://literal",
      source: "prisma.config.ts (datasource.url)",
    });
  });
  test("a .env file which the configuration names", async () => {
    const config =
      'config({ path: "conf/.env.local" }); export default { datasource: { url: env("DATABASE_URL") } }';
    const files = {
      "package.json": "{}",
      "prisma.config.ts": config,
      ".env": "DATABASE_URL=x",
      "conf/.env.local": "DATABASE_URL=local",
    };
    assert.deepEqual(await source(files), { url: "local", source: "conf/.env.local (DATABASE_URL)" });
  });
  test("DATABASE_URL where nothing is said", async () => {
    const files = { "package.json": "{}", "prisma/migrations/a/migration.sql": "", ".env": "DATABASE_URL=x" };
    assert.deepEqual(await source(files), { url: "x", source: ".env (DATABASE_URL)" });
  });
  test("a URL that is computed is not guessed", async () => {
    const config = "export default {\n datasource: {\n url: resolveUrl() } }";
    const found = await detect({ ...usual, "prisma.config.ts": config, ".env": "DATABASE_URL=x" });
    assert.equal(found?.database, undefined);
    assert.deepEqual(found?.looked, [
      "prisma.config.ts (datasource.url): line 3 cannot be read without running the file",
    ]);
  });
  test("where it looked, without a value", async () => {
    const found = await detect({ ...usual, ".env": "OTHER=postgres://u:c4nary@h/d" });
    assert.equal(found?.database, undefined);
    assert.deepEqual(found?.looked, ["prisma/schema.prisma (url): DATABASE_URL not set", ".env"]);
    assert.deepEqual((await detect(usual))?.looked, [
      "prisma/schema.prisma (url): DATABASE_URL not set",
      ".env (not found or not readable)",
    ]);
  });
});

test("migrations whose place is computed are refused, unless they are named", async () => {
  const refused = (key: string, line: number) => (error: unknown) =>
    isKnownError(error, "CONFIG_INVALID") &&
    error.details.file === "prisma.config.ts" &&
    error.message.includes(`${key} (line ${line}) cannot be read`);
  const place = { "prisma.config.ts": "export default {\n migrations: {\n path: where() } }" };
  await assert.rejects(detect(place), refused("migrations.path", 3));
  await assert.rejects(
    detect({ "prisma.config.ts": "export default make()" }),
    refused("migrations.path", 1),
  );
  await assert.rejects(
    detect({ "prisma.config.ts": "export default {\n schema: where() }" }),
    refused("schema", 2),
  );
  await assert.rejects(detect({ "prisma.config.ts": 'export default {\n "' }), refused("migrations.path", 2));
  assert.equal((await detect(place, { migrations: "m" }))?.migrations, "m");
});

test("a configuration file without permission is refused", async () => {
  const directory = directoryWith({ ...usual, "prisma.config.ts": "export default {}" });
  for (const place of [root, directory]) chmodSync(place, 0o755);
  chmodSync(path.join(directory, "prisma.config.ts"), 0);
  // Root may read everything, and so becomes somebody else for a while.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await assert.rejects(detectPrisma(directory, { environment: {} }), (error) =>
      isKnownError(error, "CONFIG_INVALID"),
    );
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});
