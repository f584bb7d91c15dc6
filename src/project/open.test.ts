import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { type Code, isKnownError, KnownError } from "../errors.ts";
import { openProject, type ProjectFlags } from "./open.ts";

const root = mkdtempSync(path.join(tmpdir(), "godwit-project-"));
after(() => rmSync(root, { recursive: true }));

type Files = Readonly<Record<string, string>>;
const prisma = {
  "package.json": "{}",
  "prisma/schema.prisma": 'datasource db { provider = "postgresql"\n url = env("DATABASE_URL") }',
  "prisma/migrations/20240101000000_a/migration.sql": "select 1;",
};

function directoryWith(files: Files): string {
  const directory = mkdtempSync(path.join(root, "project-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), content);
  }
  return directory;
}

function open(directory: string, flags: ProjectFlags = {}, environment: Files = {}) {
  return openProject(flags, { cwd: directory, environment, home: root });
}

function refused<C extends Code>(code: C, ...words: (string | RegExp)[]) {
  return (error: unknown) => {
    assert.ok(isKnownError(error, code), String(error));
    const said = `${error.message} ${error.hint}`;
    for (const word of words)
      assert.ok(typeof word === "string" ? said.includes(word) : word.test(said), said);
    return true;
  };
}

test("a Prisma project is opened as it is", async () => {
  const directory = directoryWith({ ...prisma, ".env": "DATABASE_URL=postgres://h/d" });
  const project = await open(directory);
  assert.equal(project.framework.name, "prisma");
  assert.equal(project.directory, directory);
  assert.equal(project.migrationsDirectory, path.join(directory, "prisma/migrations"));
  assert.equal(project.databaseUrl, "postgres://h/d");
  assert.equal(project.databaseSource, ".env (DATABASE_URL)");
  assert.equal(project.shadow, undefined);
  assert.ok(path.isAbsolute(project.stateDirectory) && path.basename(project.stateDirectory) === "godwit");
  assert.ok(
    path.isAbsolute(project.cacheDirectory) && path.basename(project.cacheDirectory).startsWith("godwit"),
  );
  assert.equal(project.packageRoots[0], directory);
  assert.ok(project.packageRoots.includes(path.resolve(import.meta.dirname, "../..")));
});

describe("precedence", () => {
  const config = `export default {
    framework: "prisma", migrations: "db", database: "postgres://config", shadow: "postgres://shadow", stateDir: "state",
  }`;
  const files = {
    ...prisma,
    "godwit.config.ts": config,
    ".env": "DATABASE_URL=postgres://dotenv",
    "db/a/migration.sql": "",
    "flag/a/migration.sql": "",
  };

  test("the command line goes before the file", async () => {
    const directory = directoryWith(files);
    const flags = {
      database: "postgres://flag",
      migrations: "../flag",
      shadow: "s",
      stateDir: "../s",
      project: "..",
    };
    const project = await open(path.join(directory, "db"), flags, { DATABASE_URL: "x" });
    assert.equal(project.directory, directory);
    assert.equal(project.databaseUrl, "postgres://flag");
    assert.equal(project.databaseSource, "--database");
    assert.equal(project.migrationsDirectory, path.join(directory, "flag"));
    assert.equal(project.shadow, "s");
    assert.equal(project.stateDirectory, path.join(directory, "s"));
  });
  test("the file goes before the project, and its paths are relative to it", async () => {
    const directory = directoryWith(files);
    const project = await open(root, { project: directory }, { DATABASE_URL: "x" });
    assert.equal(project.databaseUrl, "postgres://config");
    assert.equal(project.databaseSource, "godwit.config.ts (database)");
    assert.equal(project.migrationsDirectory, path.join(directory, "db"));
    assert.equal(project.shadow, "postgres://shadow");
    assert.equal(project.stateDirectory, path.join(directory, "state"));
  });
  test("a file without the key leaves it to the project", async () => {
    const project = await open(directoryWith({ ...files, "godwit.config.ts": "export default {}" }));
    assert.equal(project.databaseUrl, "postgres://dotenv");
  });
  test("the environment's DATABASE_URL is the last resort", async () => {
    const { ".env": _, "godwit.config.ts": __, ...rest } = files;
    const schema = { "prisma/schema.prisma": 'datasource db { url = env("OTHER") }' };
    const project = await open(directoryWith({ ...rest, ...schema }), {}, { DATABASE_URL: "postgres://own" });
    assert.equal(project.databaseSource, "the environment (DATABASE_URL)");
  });

  const forms: Files = {
    "godwit.config.js": "module.exports = { database: process.env.DB }",
    "godwit.config.mjs": "export default defineConfig({ database: env('DB') })",
    "godwit.config.json": '{ "database": "postgres://db" }',
  };
  for (const [name, content] of Object.entries(forms)) {
    test(name, async () => {
      const project = await open(directoryWith({ ...prisma, [name]: content }), {}, { DB: "postgres://db" });
      assert.equal(project.databaseUrl, "postgres://db");
      assert.equal(project.databaseSource, `${name} (database)`);
    });
  }
});

describe("without a project", () => {
  test("a framework, migrations and a database are enough", async () => {
    const directory = directoryWith({ "m/a/migration.sql": "", "empty/x": "" });
    const flags = { framework: "prisma", migrations: "m", database: "postgres://h/d" };
    assert.equal((await open(directory, flags)).migrationsDirectory, path.join(directory, "m"));
    assert.equal((await open(directory, { ...flags, migrations: "empty" })).directory, directory);
    const { framework: _, ...detected } = flags;
    assert.equal((await open(directory, detected)).framework.name, "prisma");
  });
  test("nothing is NO_PROJECT", async () => {
    await assert.rejects(open(directoryWith({})), refused("NO_PROJECT", "--project DIR"));
    await assert.rejects(open(directoryWith({}), { framework: "prisma" }), refused("NO_PROJECT"));
  });
  test("a project close by is named", async () => {
    const inside = (prefix: string) =>
      Object.fromEntries(Object.entries(prisma).map(([name, content]) => [`${prefix}/${name}`, content]));
    const workspace = directoryWith({ ...inside("packages/db"), ...inside("backend"), "docs/x": "" });
    await assert.rejects(
      open(workspace),
      refused("NO_PROJECT", "--project backend", "--project packages/db"),
    );
    const above = directoryWith({ ...prisma, "src/deep/x": "" });
    await assert.rejects(open(path.join(above, "src", "deep")), refused("NO_PROJECT", "--project ../.."));
  });
});

describe("what is refused", () => {
  const withConfig = (config: string, name = "godwit.config.ts") =>
    directoryWith({ ...prisma, [name]: config });

  test("no URL, with the places that were looked at", async () => {
    await assert.rejects(
      open(directoryWith(prisma)),
      refused(
        "NO_DATABASE_URL",
        "--database;",
        "prisma/schema.prisma (url): DATABASE_URL not set",
        ".env",
        "environment",
      ),
    );
  });
  test("a database of its own whose variable is not set", async () => {
    const directory = withConfig("export default { database: process.env.PROD }");
    await assert.rejects(
      open(directory, {}, { DATABASE_URL: "postgres://development" }),
      refused("NO_DATABASE_URL", "godwit.config.ts (database: PROD not set)"),
    );
  });
  test("an unknown framework", async () => {
    await assert.rejects(open(root, { framework: "toString" }), refused("FRAMEWORK_UNSUPPORTED", "prisma"));
    await assert.rejects(
      open(withConfig("export default { framework: 'prism' }")),
      refused("FRAMEWORK_UNSUPPORTED"),
    );
  });
  test("options which name nothing", async () => {
    const directory = directoryWith(prisma);
    await assert.rejects(open(directory, { migrations: "none" }), refused("USAGE", "--migrations none"));
    await assert.rejects(
      open(directory, { migrations: "package.json" }),
      refused("USAGE", "not a directory"),
    );
    await assert.rejects(open(directory, { project: "none" }), refused("USAGE", "--project none"));
    await assert.rejects(open(directory, { database: "" }), refused("USAGE", "--database"));
    await assert.rejects(open(directory, { stateDir: "" }), refused("USAGE", "--state-dir"));
  });

  const invalid: Readonly<Record<string, readonly string[]>> = {
    "export default { databse: 'x' }": ['no key "databse"', '"database"'],
    "export default { statedir: 'x' }": ['"stateDir"'],
    "export default { colour: 'x' }": ["framework, migrations, database"],
    "export default { database: 5 }": ["database must be a text"],
    "export default { database: '' }": ["database must be a text"],
    "export default []": ["must be an object"],
    "export default 'x'": ["must be an object"],
    "export default {\n\n database: secretOf('x') }": ["database (line 3)", "--database"],
    "export default {\n stateDir: where() }": ["stateDir (line 2)", "--state-dir"],
    "export default load()": ["line 1", "object literal"],
    "console.log(1)": ["object literal"],
    "export default {\n a: 'x": ["line 2", "does not end"],
    "export default { migrations: 'none' }": ["migrations is not a directory"],
  };
  for (const [source, words] of Object.entries(invalid)) {
    test(source, () =>
      assert.rejects(open(withConfig(source)), refused("CONFIG_INVALID", "godwit.config.ts", ...words)),
    );
  }
  test("JSON that is none", () =>
    assert.rejects(open(withConfig('{ "database": ', "godwit.config.json")), refused("CONFIG_INVALID")));
  test("what the command line gives need not be readable", async () => {
    const directory = withConfig("export default { database: secretOf('x') }");
    assert.equal((await open(directory, { database: "postgres://flag" })).databaseUrl, "postgres://flag");
  });
});

test("no error repeats a secret, wherever it stands", async () => {
  const url = "postgres://u:c4nary@h/d";
  const files: Files[] = [
    { "godwit.config.json": `{ "database": "${url}" "x" }` },
    { "godwit.config.json": `{ "database": ["${url}"] }` },
    { "godwit.config.json": `{ "database": "${url}` },
    { "godwit.config.ts": `export default { database: f("${url}") }` },
    { "godwit.config.ts": `export default { database: "${url}", databas: "${url}" }` },
    { "godwit.config.ts": `export default { database: { url: "${url}" } }` },
    { "godwit.config.ts": `export default \`${url}` },
    { "godwit.config.ts": `export default { migrations: "${url}" }` },
    { "prisma.config.ts": `export default { datasource: { url: f("${url}") } }` },
    { "prisma.config.ts": `export default { migrations: { path: f("${url}") } }` },
    { "prisma.config.ts": `export default { datasource: { url: "${url}` },
    { "prisma/schema.prisma": `datasource db { url = f("${url}") }`, ".env": `DATABASE_UR=${url}\n${url}` },
    { "package.json": `{ "prisma": "${url}`, "prisma/.env": `OTHER="${url}` },
  ];
  for (const one of files) {
    const error = await open(directoryWith({ ...prisma, ".env": `OTHER=${url}`, ...one })).then(
      () => assert.fail(`${JSON.stringify(one)} is not refused`),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof KnownError, String(error));
    const said = [
      error.message,
      error.hint,
      JSON.stringify(error.details),
      String(error.stack),
      String(error.cause),
    ];
    assert.ok(!said.join().includes("c4nary"), said.join());
  }
});

test("what reads a godwit.config file is not loaded where there is no godwit.config file", async () => {
  const directory = directoryWith({ ...prisma, ".env": "DATABASE_URL=postgres://h/d" });
  const script = `
    const { registerHooks } = require("node:module");
    const { parentPort, workerData } = require("node:worker_threads");
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    import(workerData.module)
      .then(({ openProject }) => openProject({}, { cwd: workerData.directory, environment: {}, home: "/" }))
      .then(() => parentPort.postMessage(loaded));`;
  const module = path.join(import.meta.dirname, "open.ts");
  const [loaded] = await once(
    new Worker(script, { eval: true, workerData: { module, directory } }),
    "message",
  );
  assert.ok(loaded.some((url: string) => url.endsWith("/project/open.ts")));
  assert.deepEqual(
    loaded.filter((url: string) => /\/zod\/|config-schema|nearby|read-literal|tokens/.test(url)),
    [],
  );
});
