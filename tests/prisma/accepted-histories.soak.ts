// After a history that Godwit wrote, Prisma's own command line is content, and goes on from there.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { writing } from "../../src/frameworks/prisma/writing.ts";
import { create, type Database, startServer } from "../scenarios/database.ts";
import type { MigrationFile } from "../scenarios/prisma-history.ts";
import { prismaDeploy, prismaResolve, prismaStatus } from "./cli.ts";
import { migrationOf, nativeRecorder, recordsOf, urlOf, write } from "./recorder.ts";

const server = await startServer();
after(() => server.stop());

const schema = "public";
const first = { name: "20240101000000_first", sql: 'CREATE TABLE "first" ("id" int PRIMARY KEY);\n' };
const second = { name: "20240102000000_second", sql: 'CREATE TABLE "second" ("id" int PRIMARY KEY);\r\n' };
const third = { name: "20240103000000_third", sql: 'CREATE TABLE "third" ("id" int PRIMARY KEY);\n' };

test("executed and recorded", async () => {
  const db = await create(server);
  await nativeRecorder(db, schema).deploy([first, second]);
  await goesOn(db, [first, second, third]);
});

test("a baseline", async () => {
  const db = await create(server);
  await db.script(first.sql);
  await nativeRecorder(db, schema).resolveApplied(first.name, [first, second]);
  const { exit, output } = await prismaStatus([first, second], urlOf(db, schema));
  assert.deepEqual([exit, output.includes("have not yet been applied")], [1, true], output);
  await goesOn(db, [first, second]);
});

test("a failed migration that was finished by hand", async () => {
  const db = await create(server);
  await nativeRecorder(db, schema).deploy([first, { ...second, sql: "DROP TABLE missing;" }]);
  assert.match((await prismaDeploy([first, second], urlOf(db, schema))).output, /^Error: P3009$/m);
  await db.script(second.sql);
  await nativeRecorder(db, schema).resolveApplied(second.name, [first, second]);
  await goesOn(db, [first, second, third]);
});

test("an asserted row, rolled back, and the migration executed after all", async () => {
  const db = await create(server);
  const url = urlOf(db, schema);
  await nativeRecorder(db, schema).resolveApplied(first.name, [first, second]);
  await db.script(second.sql);
  await nativeRecorder(db, schema).resolveApplied(second.name, [first, second]);
  // Prisma's own command refuses it.
  const refused = await prismaResolve({ rolledBack: first.name }, [first, second], url);
  assert.match(refused.output, /^Error: P3012$/m);
  await db.connected(async (session) => {
    const records = await recordsOf(session, schema);
    const asserted = records.filter(
      ({ migration, state }) => migration === first.name && state === "applied",
    );
    await write(session, writing.markRolledBack(schema, asserted));
    const row = { id: randomUUID(), migration: await migrationOf(first.name, [first]) };
    await session.query("BEGIN");
    await write(session, writing.begin(schema, row));
    await session.query(first.sql);
    await write(session, writing.finish(schema, row));
    await session.query("COMMIT");
    // The row of an earlier migration is now the last one by `started_at`.
    assert.equal((await recordsOf(session, schema)).at(-1)?.migration, first.name);
  });
  await goesOn(db, [first, second, third]);
});

test("an asserted row, rolled back, and left to Prisma to execute", async () => {
  const db = await create(server);
  await nativeRecorder(db, schema).resolveApplied(first.name, [first]);
  await db.connected(async (session) => {
    await write(session, writing.markRolledBack(schema, await recordsOf(session, schema)));
  });
  await goesOn(db, [first]);
});

test("rows in another order than the names", async () => {
  const db = await create(server);
  await nativeRecorder(db, schema).deploy([third]);
  await nativeRecorder(db, schema).deploy([first, third]);
  await nativeRecorder(db, schema).deploy([first, second, third]);
  await isContent(db, [first, second, third]);
});

/** Nothing is pending, nothing failed, and a deployment changes nothing. */
async function isContent(db: Database, files: readonly MigrationFile[]): Promise<void> {
  const before = await db.dump();
  const status = await prismaStatus(files, urlOf(db, schema));
  assert.match(status.output, /^Database schema is up to date!$/m);
  assert.equal(status.exit, 0);
  const deployed = await prismaDeploy(files, urlOf(db, schema));
  assert.match(deployed.output, /^No pending migrations to apply\.$/m);
  assert.equal(await db.dump(), before);
}

/** A deployment executes the last one, which is pending. */
async function goesOn(db: Database, files: readonly MigrationFile[]): Promise<void> {
  const deployed = await prismaDeploy(files, urlOf(db, schema));
  assert.equal(deployed.exit, 0, deployed.output);
  assert.ok(deployed.output.includes(files.at(-1)?.name ?? ""), deployed.output);
  await isContent(db, files);
}
