// What Godwit writes into Prisma's history is what Prisma's own command line writes, column by column.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { create, type Database, quote, startServer } from "../scenarios/database.ts";
import { nativeRecorder, prismaRecorder, type Recorder } from "./recorder.ts";

const server = await startServer();
after(() => server.stop());

const one = { name: "20240101000000_one", sql: 'CREATE TABLE "one" ("id" int PRIMARY KEY);\n' };
const two = {
  name: "20240102000000_two of 'em",
  sql: `\uFEFFCREATE TABLE "zwölf" ("id" int);\r\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\r\n`,
};
const three = {
  name: "20240103000000_three",
  sql: "CREATE TABLE three ();\nALTER TABLE missing ADD x int;\n",
};
const mended = { ...three, sql: "CREATE TABLE three ();\n" };

interface Case {
  readonly schema?: string;
  readonly record: (recorder: Recorder) => Promise<void>;
}

const cases: Record<string, Case> = {
  "three migrations": { record: (by) => by.deploy([one, two, mended]) },
  "a schema of another name": { schema: 'some "other" schema', record: (by) => by.deploy([one, two]) },
  "one is refused": { record: (by) => by.deploy([one, three]) },
  "a failed one is resolved as applied": {
    record: async (by) => {
      await by.deploy([one, three]);
      await by.resolveApplied(three.name, [one, three]);
    },
  },
  "one without a row is resolved as applied": {
    record: async (by) => {
      await by.deploy([one]);
      await by.resolveApplied(two.name, [one, two]);
      await by.deploy([one, two, mended]);
    },
  },
  "a baseline: there is no history yet": {
    record: async (by) => {
      await by.resolveApplied(one.name, [one, two]);
      await by.resolveApplied(two.name, [one, two]);
    },
  },
  "refused twice and rolled back twice, then mended": {
    record: async (by) => {
      await by.deploy([three]);
      await by.resolveRolledBack(three.name, [three]);
      await by.deploy([three]);
      await by.resolveRolledBack(three.name, [three]);
      await by.deploy([mended]);
    },
  },
};

for (const [title, { schema = "public", record }] of Object.entries(cases)) {
  test(title, async () => {
    const [theirs, ours] = [await create(server), await create(server)];
    for (const database of [theirs, ours])
      await database.script(`CREATE SCHEMA IF NOT EXISTS ${quote(schema)}`);
    await record(prismaRecorder(theirs, schema));
    await record(nativeRecorder(ours, schema));
    const expected = await history(theirs, schema);
    assert.ok(expected.rows.length > 0);
    assert.deepEqual(await history(ours, schema), expected);
    assert.equal(await structure(ours), await structure(theirs));
  });
}

/** The rows without what is drawn or measured, and every moment of theirs in its order. */
async function history(database: Database, schema: string) {
  const rows = await database.rows(
    `SELECT *, started_at = finished_at AS instant FROM ${quote(schema)}._prisma_migrations ORDER BY started_at, migration_name`,
  );
  const times = ["started_at", "finished_at", "rolled_back_at"];
  const moments = rows.flatMap((row, index) =>
    times.flatMap((column) =>
      row[column] === null ? [] : [{ of: `${index} ${column}`, at: row[column] as Date }],
    ),
  );
  // Prisma's are in milliseconds: of two within one, the order of writing is that of the rows and columns.
  moments.sort((a, b) => a.at.getTime() - b.at.getTime());
  for (const { id } of rows)
    assert.match(String(id), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/);
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
  return {
    rows: rows.map((row) => ({
      columns: Object.keys(row),
      migration: row["migration_name"],
      checksum: row["checksum"],
      steps: row["applied_steps_count"],
      logs: plain(row["logs"]),
      set: times.filter((column) => row[column] !== null),
      // Within one millisecond a migration may be executed too.
      instant: row["applied_steps_count"] === 0 && row["instant"],
    })),
    order: moments.map(({ of }) => of),
  };
}

/** Without the lines of the file and the driver's structure: they are of no use to Prisma, and differ by release. */
function plain(logs: unknown): unknown {
  return typeof logs === "string" ? logs.split(/\n\n(?:Position:|DbError \{)/)[0]?.trimEnd() : logs;
}

async function structure(database: Database): Promise<string> {
  return (await database.dump()).replace(/^COPY .*?^\\\.$/gms, "");
}
