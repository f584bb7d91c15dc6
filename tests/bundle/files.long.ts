import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleVersion } from "../../src/doctor/bundle/bundle.ts";
import { checksumOf } from "../../src/doctor/bundle/document.ts";
import { snapshotVersion } from "../../src/schema/snapshot.ts";
import { fileOf } from "../scenarios/application.ts";
import { godwit, newDirectory, type Said, writeProject } from "../scenarios/godwit.ts";
import { scenario, type World } from "../scenarios/scenario.ts";
import { bundled, textOf } from "./bundles.ts";

const files = [fileOf("1_init", 'CREATE TABLE "t" ("id" int)')];

/** One sentence and what to do; no stack, and nothing on standard output. */
function refused({ exit, stdout, stderr }: Said, code: number, sentence: RegExp): void {
  assert.match(stderr, sentence);
  assert.equal(exit, code, stderr);
  assert.equal(stdout, "");
  assert.equal(stderr.trimEnd().split("\n").length, 2, stderr);
  assert.doesNotMatch(stderr, /\n\s+at /, "a stack is for bugs");
}

async function made({ database }: World) {
  const { file } = await bundled(files, await database());
  return { file, text: await textOf(file) };
}

scenario("what is no bundle, or no longer one, is refused in a sentence", async (world) => {
  const { text } = await made(world);
  const directory = await newDirectory("bad");
  const changed = (change: (document: { content: { schema: string; snapshot: object } }) => void) => {
    const document = JSON.parse(text);
    change(document);
    return document;
  };
  const resealed = (document: { content: object }) =>
    JSON.stringify({ ...document, checksum: checksumOf(document.content) });
  const packed = gzipSync(text);
  const cases: Record<string, readonly [content: string | Buffer, sentence: RegExp]> = {
    empty: ["", /it is empty/],
    "not JSON": ["CREATE TABLE t ()", /it is no JSON/],
    "other JSON": ['{"godwit":1}', /no bundle of `godwit doctor --bundle`/],
    "half-written": [text.slice(0, text.length / 2), /ends too early/],
    "half of a packed one": [packed.subarray(0, packed.length / 2), /ends too early/],
    "a packed one that is damaged": [
      Buffer.concat([packed.subarray(0, 40), Buffer.alloc(60, 7), packed.subarray(100)]),
      /damaged on its way|cannot be unpacked/,
    ],
    "another format": [
      JSON.stringify({ ...JSON.parse(text), godwitBundle: bundleVersion + 1 }),
      /has format 2/,
    ],
    "another form of snapshots": [
      resealed(
        changed(({ content }) => Object.assign(content.snapshot, { snapshotVersion: snapshotVersion + 1 })),
      ),
      /was recorded in form/,
    ],
    edited: [
      JSON.stringify(changed(({ content }) => Object.assign(content, { schema: "x" }))),
      /was changed after/,
    ],
    "edited in its schema, and sealed": [
      resealed(changed(({ content }) => Object.assign(content.snapshot, { fingerprint: "0" }))),
      /its schema cannot be used/,
    ],
    "an engine that is not known": [
      resealed(changed(({ content }) => Object.assign(content, { engine: "__proto__" }))),
      /does not yet know __proto__ databases/,
    ],
  };
  for (const [name, [content, sentence]] of Object.entries(cases)) {
    const file = join(directory, name.replaceAll(" ", "_"));
    await writeFile(file, content);
    refused(await godwit(["doctor", "--from", file]), name.includes("engine") ? 64 : 2, sentence);
  }
  refused(await godwit(["doctor", "--from", directory]), 2, /it is a directory/);
  refused(await godwit(["doctor", "--from", join(directory, "none")]), 2, /no such file/);
  // Zeros: small when packed.
  const bomb = join(directory, "bomb.gz");
  await writeFile(bomb, gzipSync(Buffer.alloc(500 * 1024 * 1024)));
  refused(await godwit(["doctor", "--from", bomb]), 2, /larger than 400 MB/);
  if (process.getuid?.() !== 0) {
    await chmod(bomb, 0);
    refused(await godwit(["doctor", "--from", bomb]), 2, /permission denied/);
  }
});

scenario("nothing but a bundle is overwritten, and what is written is whole and one's own", async (world) => {
  const db = await world.database();
  const project = await writeProject(files);
  const write = (file: string) =>
    godwit(["doctor", "--bundle", file, "--database", db.url, "--project", project]);
  const directory = await newDirectory("written");
  const file = join(directory, "b.json");
  for (const name of [file, `${file}.gz`]) {
    assert.equal((await write(name)).exit, 0);
    assert.equal((await stat(name)).mode & 0o777, 0o600);
    const first = await readFile(name);
    assert.equal((await write(name)).exit, 0);
    assert.notDeepEqual(await readFile(name), first);
  }
  assert.equal((await readFile(`${file}.gz`))[0], 0x1f);
  assert.match(await readFile(file, "utf8"), /^\{\n {2}"godwitBundle": 1,\n/);

  const precious = join(directory, "precious.json");
  await writeFile(precious, '{"a":1}');
  refused(await write(precious), 2, /holds something which is no bundle/);
  assert.equal(await readFile(precious, "utf8"), '{"a":1}');
  await writeFile(`${precious}.gz`, gzipSync("something else"));
  refused(await write(`${precious}.gz`), 2, /holds something which is no bundle/);
  refused(await write(directory), 2, /it is a directory/);
  refused(await write("/dev/null"), 2, /not a regular file/);
  refused(await write(join(directory, "none", "b.json")), 2, /its directory does not exist/);
  if (existsFull()) refused(await write("/dev/full"), 2, /not a regular file/);

  const link = join(directory, "link.json");
  await mkdir(join(directory, "elsewhere"));
  const behind = join(directory, "elsewhere", "b.json");
  await writeFile(behind, "");
  await symlink(behind, link);
  assert.equal((await write(link)).exit, 0);
  assert.match(await readFile(behind, "utf8"), /godwitBundle/);
  const left = (await readdir(directory)).filter((name) => /\.[0-9a-f]{12}$/.test(name));
  assert.deepEqual(left, [], `left behind in ${dirname(file)}`);
});

function existsFull(): boolean {
  return process.platform === "linux";
}

scenario("--from names all that is diagnosed, and no other command has it", async (world) => {
  const { file } = await made(world);
  for (const [option, value] of [
    ["--database", "postgresql://a@b/c"],
    ["--project", "."],
    ["--framework", "prisma"],
    ["--migrations", "."],
    ["--state-dir", "."],
    ["--bundle", "x.json"],
  ] as const)
    refused(
      await godwit(["doctor", "--from", file, option, value]),
      64,
      new RegExp(`${option} cannot stand beside`),
    );
  refused(
    await godwit(["doctor", "--from", file, "--shadow", "same-server"]),
    64,
    /same-server cannot stand/,
  );
  refused(await godwit(["doctor", "--from="]), 64, /--from was given without a value/);
  refused(await godwit(["doctor", "--bundle="]), 64, /--bundle was given without a value/);
  for (const command of ["repair", "migrate", "undo", "status"])
    refused(await godwit([command, "--from", file]), 64, /Unknown option '--from'/);
});

scenario("the report says that it is one of a bundle", async (world) => {
  const { file } = await made(world);
  const { stdout, stderr, exit } = await godwit(["doctor", "--from", file]);
  assert.equal(exit, 0);
  assert.match(
    stdout,
    /^Godwit doctor {2}Prisma on PostgreSQL [\d.]+\nFrom a bundle, made \d{4}-.* UTC by Godwit \d/,
  );
  assert.equal(stderr, "");
});
