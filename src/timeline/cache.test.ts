import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { TimelineCache, type TimelineIdentity } from "./cache.ts";
import { excerpt, type Timeline } from "./timeline.ts";

let temporary: string;
let directory: string;
before(async () => {
  temporary = await mkdtemp(join(tmpdir(), "godwit-test-"));
});
beforeEach(async () => {
  directory = await mkdtemp(join(temporary, "cache-"));
});
after(() => rm(temporary, { recursive: true, force: true }));

const sql = "CREATE ROLE x PASSWORD 'Canary'; ALTER USER x WITH ENCRYPTED PASSWORD $a$Canary$a$";
const identity: TimelineIdentity = {
  framework: "prisma",
  engine: "postgres",
  serverVersion: "15.18",
  schema: "public",
  encoding: "UTF8",
  migrations: [
    { name: "1", file: "1/migration.sql", sql },
    { name: "2", file: "2/migration.sql" },
  ],
  roles: ["app"],
  shadow: "",
  ground: [],
};
const timeline: Timeline = {
  migrations: [
    {
      name: "1",
      statements: sql.split("; ").map((text) => ({ kind: "untraced", line: 1, text: excerpt(text) })),
      steps: [
        {
          statement: 0,
          changes: [
            ["table a\n", "exists"],
            ["table b\n", undefined],
            ["column a.x\ndefault", ""],
          ],
        },
      ],
      refined: true,
      replayed: true,
    },
    { name: "2", statements: [], steps: [{ changes: [] }], refined: false, replayed: false },
  ],
  base: new Set(["schema public\n"]),
  volatile: new Set(["column a.x\ndefault"]),
  reprints: new Map([["view a\ndefinition=x", "y"]]),
};

const fileOf = async () => {
  const [name, ...others] = await readdir(join(directory, "timelines"));
  assert.ok(name);
  assert.deepEqual(others, []);
  return join(directory, "timelines", name);
};

test("what was written is read, in files for the user alone", async () => {
  const cache = new TimelineCache(directory, identity);
  assert.equal(await cache.read(), undefined);
  await cache.write(timeline);
  const read = await new TimelineCache(directory, structuredClone(identity)).read();
  // A change without a value is what is gone, however it is written down.
  const changes = read?.migrations[0]?.steps[0]?.changes.map(([key, value]) => [key, value]);
  assert.deepEqual(changes, timeline.migrations[0]?.steps[0]?.changes);
  for (const part of ["base", "volatile", "reprints"] as const)
    assert.deepEqual(read?.[part], timeline[part]);
  assert.deepEqual(read?.migrations[1], timeline.migrations[1]);
  assert.equal((await stat(await fileOf())).mode & 0o777, 0o600);
  assert.equal((await stat(join(directory, "timelines"))).mode & 0o777, 0o700);
});

describe("what would give another timeline is another entry", () => {
  const [first, second] = identity.migrations;
  assert.ok(first && second);
  const others: Readonly<Record<string, Partial<TimelineIdentity>>> = {
    framework: { framework: "rails" },
    engine: { engine: "mysql" },
    "the server's version": { serverVersion: "15.17" },
    schema: { schema: "other" },
    encoding: { encoding: "LATIN1" },
    roles: { roles: ["app", "another"] },
    shadow: { shadow: "localhost/shadow" },
    ground: { ground: ['CREATE SCHEMA "auth"'] },
    "a file's content": { migrations: [{ ...first, sql: `${sql};` }, second] },
    "a name": { migrations: [{ ...first, name: "0" }, second] },
    order: { migrations: [second, first] },
    "one file less": { migrations: [first] },
    "nothing in a file": { migrations: [first, { ...second, sql: "" }] },
  };
  for (const [name, other] of Object.entries(others)) {
    test(name, async () => {
      await new TimelineCache(directory, identity).write(timeline);
      assert.equal(await new TimelineCache(directory, { ...identity, ...other }).read(), undefined);
    });
  }
});

describe("what is not whole is not there, and is written anew", () => {
  const damages: Readonly<Record<string, (text: string) => string>> = {
    empty: () => "",
    "half-written": (text) => text.slice(0, text.length / 2),
    "not JSON": () => "nonsense",
    null: () => "null",
    "something else": () => "[1]",
    "an empty object": () => "{}",
    "one letter changed": (text) => text.replace('"exists"', '"exista"'),
    "an older form, with its own checksum": (text) => JSON.stringify(JSON.parse(text).timeline),
    "bytes that are no text": () => "\ufffd\0",
  };
  for (const [name, damage] of Object.entries(damages)) {
    test(name, async () => {
      const cache = new TimelineCache(directory, identity);
      await cache.write(timeline);
      const file = await fileOf();
      await writeFile(file, damage(await readFile(file, "utf8")));
      assert.equal(await cache.read(), undefined);
      await cache.write(timeline);
      assert.ok(await cache.read());
    });
  }
});

test("where nothing can be written nothing happens", async () => {
  await writeFile(join(directory, "file"), "");
  for (const place of [join(directory, "file"), "/dev/null/x"]) {
    const cache = new TimelineCache(place, identity);
    await cache.write(timeline);
    assert.equal(await cache.read(), undefined);
  }
  // Root may write everywhere, but not into a directory in the place of the file.
  const cache = new TimelineCache(directory, identity);
  await cache.write(timeline);
  const file = await fileOf();
  await rm(file);
  await mkdir(join(file, "x"), { recursive: true });
  await cache.write(timeline);
  assert.equal(await cache.read(), undefined);
  assert.equal(await fileOf(), file);
});

test("many writers and readers at once: always a whole one, and nothing beside it", async () => {
  const cache = () => new TimelineCache(directory, identity);
  await cache().write(timeline);
  const work = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? cache().write(timeline) : cache().read()));
  const read = (await Promise.all(work)).filter((_, i) => i % 2 === 1);
  assert.ok(read.every((one) => one !== undefined));
  await fileOf();
});

test("no password is kept", async () => {
  await new TimelineCache(directory, identity).write(timeline);
  const text = await readFile(await fileOf(), "utf8");
  assert.ok(text.includes("CREATE ROLE x PASSWORD"));
  assert.doesNotMatch(text, /Canary/);
});
