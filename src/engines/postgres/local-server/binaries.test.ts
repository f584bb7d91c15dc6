import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serverAccount } from "./account.ts";
import { findInstalled, majorOf, type Run, usualDirectories } from "./binaries.ts";
import { CannotStart } from "./cannot-start.ts";
import { scratchDirectory } from "./scratch-directory.ts";

let temporary: string;
before(async () => {
  temporary = await mkdtemp(join(tmpdir(), "godwit-test-"));
});
after(() => rm(temporary, { recursive: true, force: true }));

async function installation(name: string, programs: readonly string[]): Promise<string> {
  const directory = join(temporary, name);
  await mkdir(directory, { recursive: true });
  for (const program of programs) await writeFile(join(directory, program), "", { mode: 0o755 });
  return directory;
}

/** Stands in for the programs: what each directory's `postgres --version` says. */
const saying =
  (versions: Readonly<Record<string, string>>): Run =>
  async (program) => {
    const said = versions[program];
    return { succeeded: said !== undefined, output: said ?? "" };
  };

test("exactly the wanted major version, the first whose programs are all there and run", async () => {
  const client = await installation("client", ["postgres"]);
  const older = await installation("older", ["postgres", "initdb"]);
  const broken = await installation("broken", ["postgres", "initdb"]);
  const good = await installation("good", ["postgres", "initdb"]);
  const run = saying({
    [join(client, "postgres")]: "postgres (PostgreSQL) 17.1",
    [join(older, "postgres")]: "postgres (PostgreSQL) 16.9",
    [join(good, "postgres")]: "postgres (PostgreSQL) 17.5 (Debian 17.5-1.pgdg120+1)\n",
  });
  const directories = [join(temporary, "none"), client, older, broken, good];
  assert.deepEqual(await findInstalled(17, directories, { run, account: undefined }), {
    directory: good,
    home: good,
    version: "17.5",
    build: "postgres (PostgreSQL) 17.5 (Debian 17.5-1.pgdg120+1)",
    origin: good,
  });
  assert.equal(await findInstalled(15, directories, { run, account: undefined }), undefined);
});

test("what lies in the project is not the machine's", () => {
  const directories = usualDirectories(15, "./bin:/opt/pg/bin::node_modules/.bin");
  assert.equal(directories[0], "/usr/lib/postgresql/15/bin");
  assert.equal(directories.at(-1), "/opt/pg/bin");
  assert.ok(directories.every((directory) => directory.startsWith("/")));
});

test("majors", () => {
  assert.deepEqual(["15.18", "15.18.0-beta.17", "19beta1"].map(majorOf), [15, 15, 19]);
});

test("the server's account: none unless this process is root; then never root", async () => {
  const passwd = join(temporary, "passwd");
  assert.equal(await serverAccount(1000, passwd), undefined);
  await writeFile(
    passwd,
    "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/sbin/nologin\npostgres:x:70:71::/:/bin/sh\n",
  );
  assert.deepEqual(await serverAccount(0, passwd), { name: "postgres", uid: 70, gid: 71 });
  await writeFile(
    passwd,
    "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/sbin/nologin\npostgres:x:0:0::/:/bin/sh\n",
  );
  assert.deepEqual(await serverAccount(0, passwd), { name: "nobody", uid: 65534, gid: 65534 });
  await writeFile(passwd, "root:x:0:0::/root:/bin/sh\n");
  await assert.rejects(serverAccount(0, passwd), CannotStart);
});

test("a directory whose socket would have too long a path, or a name that settings would misread, is not used", async () => {
  const account = undefined;
  const long = join(temporary, "x".repeat(60));
  const comma = join(temporary, "a,b c");
  for (const base of [long, comma]) {
    await mkdir(base);
    const directory = await scratchDirectory(account, base);
    assert.match(directory, /^\/tmp\/godwit-shadow-\w{6}$/);
    await rm(directory, { recursive: true });
  }
  const fitting = await scratchDirectory(account, temporary);
  assert.ok(fitting.startsWith(join(temporary, "godwit-shadow-")));
});

test("a directory that the server's account could not enter is not used", async () => {
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()];
  // mkdtemp makes it for its owner alone.
  const directory = await scratchDirectory({ name: "self", uid, gid }, temporary);
  assert.match(directory, /^\/tmp\/godwit-shadow-\w{6}$/);
  await rm(directory, { recursive: true });
});
