import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { type Code, isKnownError } from "../../errors.ts";
import { readMigrationLock, readPrismaMigrations } from "./migrations.ts";

const root = mkdtempSync(path.join(tmpdir(), "godwit-migrations-"));
after(() => rmSync(root, { recursive: true }));
const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

/** A project of its own with these files under prisma/migrations. */
function project(files: Readonly<Record<string, string | Buffer>>): {
  directory: string;
  migrations: string;
} {
  const directory = mkdtempSync(path.join(root, "project-"));
  const migrations = path.join(directory, "prisma", "migrations");
  mkdirSync(migrations, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(migrations, name)), { recursive: true });
    writeFileSync(path.join(migrations, name), content);
  }
  return { directory, migrations };
}

async function read(files: Readonly<Record<string, string | Buffer>>) {
  const { directory, migrations } = project(files);
  return readPrismaMigrations(migrations, directory);
}

function refused(code: Code, ...words: string[]) {
  return (error: unknown) => {
    assert.ok(isKnownError(error, code), String(error));
    for (const word of words)
      assert.ok(error.message.includes(word), `${error.message} does not say ${word}`);
    return true;
  };
}

test("subdirectories are migrations, other files are not", async () => {
  const migrations = await read({
    "20240102000000_b/migration.sql": "select 2;",
    "20240101000000_a/migration.sql": "select 1;",
    "20240101000000_a/README.md": "",
    "migration_lock.toml": 'provider = "postgresql"',
    ".DS_Store": "",
    "README.md": "",
  });
  assert.deepEqual(
    migrations.map(({ name, file, sql }) => ({ name, file, sql })),
    [
      {
        name: "20240101000000_a",
        file: "prisma/migrations/20240101000000_a/migration.sql",
        sql: "select 1;",
      },
      {
        name: "20240102000000_b",
        file: "prisma/migrations/20240102000000_b/migration.sql",
        sql: "select 2;",
      },
    ],
  );
});

describe("the order", () => {
  const files = {
    "0_init/migration.sql": "",
    "00_next/migration.sql": "",
    "10_b/migration.sql": "",
    "1_a/migration.sql": "",
  };
  const namesWith = async (version: string | undefined) => {
    const { directory, migrations } = project(files);
    if (version !== undefined) {
      mkdirSync(path.join(directory, "node_modules", "prisma"), { recursive: true });
      writeFileSync(
        path.join(directory, "node_modules", "prisma", "package.json"),
        JSON.stringify({ version }),
      );
    }
    return (await readPrismaMigrations(migrations, directory)).map(({ name }) => name);
  };
  const byBytes = ["00_next", "0_init", "10_b", "1_a"];
  const byLocale = ["0_init", "00_next", "1_a", "10_b"];

  test("is that of the bytes before Prisma 6.6", async () => {
    assert.deepEqual(await namesWith("6.5.0"), byBytes);
    assert.deepEqual(await namesWith("4.16.2"), byBytes);
  });
  test("is that of localeCompare since then, and where nobody knows", async () => {
    assert.deepEqual(
      byLocale,
      [...byBytes].sort((a, b) => a.localeCompare(b, "en")),
    );
    assert.deepEqual(await namesWith("6.6.0"), byLocale);
    assert.deepEqual(await namesWith("7.10.0"), byLocale);
    assert.deepEqual(await namesWith(undefined), byLocale);
  });
  test("is asked of the locale for capitals and other scripts", async () => {
    const names = ["b", "B", "a", "A", "ä", "_", "z"];
    const migrations = await read(Object.fromEntries(names.map((name) => [`${name}/migration.sql`, ""])));
    assert.deepEqual(
      migrations.map(({ name }) => name),
      [...names].sort((a, b) => a.localeCompare(b, "en")),
    );
  });
});

describe("checksums", () => {
  const isOf = async (checksum: string, content: string) =>
    (await read({ "a/migration.sql": content }))[0]?.hasChecksum?.(checksum);

  test("that of the bytes", async () => {
    assert.equal(await isOf(sha256("a\r\nb\n"), "a\r\nb\n"), true);
  });
  test("another line ending is no edit", async () => {
    const [unix, windows] = ["a;\nb;\n", "a;\r\nb;\r\n"];
    for (const content of [unix, windows, "a;\r\nb;\n"]) {
      assert.equal(await isOf(sha256(unix), content), true);
      assert.equal(await isOf(sha256(windows), content), true);
    }
  });
  test("another text is", async () => {
    assert.equal(await isOf(sha256("a;"), "a;\n"), false);
    assert.equal(await isOf(sha256("a;\n\n"), "a;\n"), false);
    assert.equal(await isOf("", "a;\n"), false);
  });
  test("the old form leaves out the zeros which lead a byte", async () => {
    const bytes = createHash("sha256").update("abc").digest();
    const old = [...bytes].map((byte) => byte.toString(16)).join("");
    assert.ok(old.length < 64);
    assert.equal(await isOf(old, "abc"), true);
  });
  test("a byte order mark counts, and stays in the statement", async () => {
    const [migration] = await read({ "a/migration.sql": "\uFEFFselect 'ä';" });
    assert.equal(migration?.sql, "\uFEFFselect 'ä';");
    assert.equal(migration?.hasChecksum?.(sha256("\uFEFFselect 'ä';")), true);
  });
  test("what would be recorded is that of exactly these bytes", async () => {
    const text = "\uFEFFselect 'ä';\r\nselect 1;\n";
    const [migration] = await read({ "a/migration.sql": text });
    assert.equal(migration?.checksum, sha256(text));
  });
});

describe("names from anywhere", () => {
  test("are taken as they are", async () => {
    const names = [
      "a\nb",
      "quo\"te's",
      "esc\u001b[31m",
      "$(touch x)",
      "-rf",
      "..a",
      "ünï",
      "sp ace",
      "back\\slash",
    ];
    const migrations = await read(Object.fromEntries(names.map((name) => [`${name}/migration.sql`, name])));
    assert.deepEqual(migrations.map(({ name }) => name).sort(), [...names].sort());
    for (const { name, sql, file } of migrations) {
      assert.equal(sql, name);
      assert.equal(file, `prisma/migrations/${name}/migration.sql`);
    }
  });
  test("that are not UTF-8 are refused", async () => {
    const { directory, migrations } = project({});
    mkdirSync(Buffer.concat([Buffer.from(`${migrations}/a`), Buffer.from([0xff])]));
    await assert.rejects(
      readPrismaMigrations(migrations, directory),
      refused("MIGRATION_UNREADABLE", "not UTF-8"),
    );
  });
});

describe("what cannot be read", () => {
  const refuses = (title: string, words: string[], prepare: (migrations: string) => void) =>
    test(title, { timeout: 5000 }, async () => {
      const { directory, migrations } = project({ "20240101000000_a/migration.sql": "select 1;" });
      mkdirSync(path.join(migrations, "b"));
      prepare(path.join(migrations, "b"));
      const file = "prisma/migrations/b/migration.sql";
      await assert.rejects(
        readPrismaMigrations(migrations, directory),
        refused("MIGRATION_UNREADABLE", file, ...words),
      );
    });
  refuses("a directory without a migration", ["P3015"], () => {});
  refuses("a link to itself", ["link"], (b) => symlinkSync("migration.sql", `${b}/migration.sql`));
  refuses("a link to nothing", ["P3015"], (b) => symlinkSync("nowhere", `${b}/migration.sql`));
  refuses("a directory in its place", ["not a regular file"], (b) => mkdirSync(`${b}/migration.sql`));
  refuses("a device without an end", ["not a regular file"], (b) =>
    symlinkSync("/dev/zero", `${b}/migration.sql`),
  );
  refuses("bytes which are not UTF-8", ["not UTF-8"], (b) => {
    writeFileSync(`${b}/migration.sql`, Buffer.from([0x73, 0xe9, 0x6c]));
  });
  refuses("UTF-16, as PowerShell writes it", ["UTF-16"], (b) => {
    writeFileSync(`${b}/migration.sql`, Buffer.from("\uFEFFselect 1;", "utf16le"));
  });

  test("a file without permission", async () => {
    const { directory, migrations } = project({ "a/migration.sql": "select 1;" });
    for (const place of [root, directory]) chmodSync(place, 0o755);
    chmodSync(path.join(migrations, "a", "migration.sql"), 0);
    // Root may read everything, and so becomes somebody else for a while.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      const file = "prisma/migrations/a/migration.sql";
      await assert.rejects(
        readPrismaMigrations(migrations, directory),
        refused("MIGRATION_UNREADABLE", file, "permission"),
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

test("a link to a directory is no migration, as for Prisma", async () => {
  const { directory, migrations } = project({ "a/migration.sql": "select 1;" });
  symlinkSync("a", path.join(migrations, "b"));
  assert.deepEqual(
    (await readPrismaMigrations(migrations, directory)).map(({ name }) => name),
    ["a"],
  );
});

test("no directory, an empty one and a file are NO_MIGRATIONS", async () => {
  const { directory, migrations } = project({ "migration_lock.toml": "" });
  for (const place of [
    migrations,
    path.join(directory, "none"),
    path.join(migrations, "migration_lock.toml"),
  ]) {
    await assert.rejects(readPrismaMigrations(place, directory), refused("NO_MIGRATIONS", place));
  }
});

test("5,000 migrations are read in less than a second", async () => {
  const files = Array.from({ length: 5000 }, (_, index) => [
    `${20_240_101_000_000 + index}_m/migration.sql`,
    `create table t${index} ();\n`,
  ]);
  const { directory, migrations } = project(Object.fromEntries(files));
  const started = performance.now();
  assert.equal((await readPrismaMigrations(migrations, directory)).length, 5000);
  assert.ok(performance.now() - started < 1000);
});

test("the lock names the provider", () => {
  const provider = (text: string) => readMigrationLock(project({ "migration_lock.toml": text }).migrations);
  assert.equal(provider('# Do not edit\r\nprovider = "postgresql"\r\n'), "postgresql");
  assert.equal(provider("provider='mysql'"), "mysql");
  assert.equal(provider("# provider = 'x'"), undefined);
  assert.equal(readMigrationLock(project({}).migrations), undefined);
});
