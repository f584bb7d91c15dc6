import assert from "node:assert/strict";
import { chmod, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Database, startServer } from "../scenarios/database.ts";
import { godwit, newDirectory } from "../scenarios/godwit.ts";
import { canaryInUrl } from "../servers/canary.ts";
import { freePort, type TestServer } from "../servers/postgres.ts";
import { changes, databases, refused, shop, told } from "./comparing.ts";

let server: TestServer;

before(async () => {
  server = await startServer();
});
after(() => server.stop());

describe("a snapshot file", () => {
  test("tells what an upgrade changed, without a project", async () => {
    const [db] = (await databases(server, shop)) as [Database];
    const directory = await newDirectory("snapshots");
    const file = join(directory, "before.json");
    const taken = await godwit(["snapshot", "--database", db.url, "--out", file]);
    assert.equal(taken.exit, 0, taken.stderr);
    assert.match(taken.stdout, /^\d+ objects, fingerprint [0-9a-f]{64}\n/);
    assert.ok(taken.stdout.includes(`godwit diff ${file}`));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(directory), ["before.json"]);

    assert.equal((await told(["diff", file, db.url])).document.outcome, "equal");
    await db.script(changes);
    const { exit, document } = await told(["diff", file, "--database", db.url]);
    assert.deepEqual([exit, document.a.kind, document.b.kind], [1, "snapshot-file", "database"]);
    assert.equal(document.changed.filter(({ semantic }) => semantic.length > 0).length, 4);

    const again = await godwit(["snapshot", db.url, "--out", file]);
    assert.equal(again.exit, 0, "a snapshot may take the place of another");
    assert.equal((await godwit(["diff", file, db.url])).exit, 0);
  });

  test("is what --json prints", async () => {
    const [db] = (await databases(server, shop)) as [Database];
    const file = join(await newDirectory("snapshots"), "a.json");
    const { exit, stdout, stderr } = await godwit(["snapshot", db.url, "--json", "--out", file]);
    assert.deepEqual([exit, stderr], [0, ""]);
    assert.equal(await readFile(file, "utf8"), stdout);
    const { godwit: shape, engine, objects } = JSON.parse(stdout);
    assert.deepEqual([shape, engine], [1, "postgres"]);
    const age = objects.find(({ identity }: { identity: string }) => identity === "public.users.age");
    assert.deepEqual(
      [age.kind, age.relation, age.attributes.type, age.hash.length],
      ["column", "users", "integer", 32],
    );
  });

  test("that is damaged, edited, of another version, or something else is refused", async () => {
    const [db] = (await databases(server, shop)) as [Database];
    const directory = await newDirectory("snapshots");
    const file = (name: string) => join(directory, name);
    await godwit(["snapshot", db.url, "--out", file("whole.json")]);
    const text = await readFile(file("whole.json"), "utf8");
    const bad: [string, string, RegExp][] = [
      ["half.json", text.slice(0, text.length / 2), /half\.json cannot be used: it ends too early/],
      ["edited.json", text.replace('"type":"integer"', '"type":"bigint"'), /does not match its hash/],
      [
        "other.json",
        text.replace(/"snapshotVersion":\d+/, '"snapshotVersion":99'),
        /another version of Godwit/,
      ],
      ["empty.json", "", /it is empty/],
      ["dump.sql", "-- PostgreSQL database dump\n".repeat(100_000), /it is no JSON/],
      ["package.json", '{"name":"godwit"}', /it is JSON, but no snapshot/],
    ];
    for (const [name, content, words] of bad) {
      await writeFile(file(name), content);
      await refused(["diff", file(name), db.url], 2, words);
      await refused(["diff", db.url, file(name)], 2, words);
    }
    await refused(["diff", file("nowhere.json"), db.url], 2, /there is no such file/);
    await refused(["diff", directory, db.url], 2, /it is a directory/);
    await refused(["diff", `postgres:u:${canaryInUrl}@h/d`, db.url], 2, /its name is not repeated/);
  });

  test("overwrites nothing else, and leaves nothing half-written", async () => {
    const [db] = (await databases(server, shop)) as [Database];
    const directory = await newDirectory("snapshots");
    const file = (name: string) => join(directory, name);
    await writeFile(file("notes.txt"), "mine");
    await writeFile(file("doctor.json"), '{"godwit":1,"outcome":"healthy"}');
    for (const name of ["notes.txt", "doctor.json"])
      await refused(["snapshot", db.url, "--out", file(name)], 2, /something which is no snapshot/);
    assert.equal(await readFile(file("notes.txt"), "utf8"), "mine");
    await refused(["snapshot", db.url, "--out", directory], 2, /it is a directory/);
    await refused(["snapshot", db.url, "--out", file("no/where.json")], 2, /its directory does not exist/);
    // A database that cannot be reached leaves no file, and is not asked where none could be written.
    const nowhere = `postgresql://u:${canaryInUrl}@127.0.0.1:${await freePort()}/d`;
    await refused(["snapshot", nowhere, "--out", file("new.json")], 2, /cannot be reached/);
    await refused(["snapshot", nowhere, "--out", file("notes.txt")], 2, /something which is no snapshot/);
    assert.deepEqual((await readdir(directory)).sort(), ["doctor.json", "notes.txt"]);
    // What mktemp made is filled; a link stays one.
    await writeFile(file("empty"), "");
    await chmod(file("empty"), 0o644);
    await symlink(file("empty"), file("link"));
    assert.equal((await godwit(["snapshot", db.url, "--out", file("link")])).exit, 0);
    assert.match(await readFile(file("empty"), "utf8"), /"snapshotVersion"/);
    assert.equal((await stat(file("empty"))).mode & 0o777, 0o600);
  });
});
