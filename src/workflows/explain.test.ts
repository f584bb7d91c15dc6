import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { explainLog } from "./explain.ts";

const log = `app-1  | Prisma schema loaded from prisma/schema.prisma
app-1  | Datasource "db": PostgreSQL database "umami", schema "public" at "db:5432"
app-1  | Error: P3018
app-1  |
app-1  | Migration name: 02_report_schema_session_data
app-1  |
app-1  | Database error code: 42P01
app-1  |
app-1  | Database error:
app-1  | ERROR: relation "event_data" does not exist — naïve
`;

async function* chunks(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
  for (const [index, start] of places.entries())
    yield bytes.subarray(start, places[index + 1] ?? bytes.length);
}

test("a log is explained: name, causes, the one command, the cure, the popular cure", async () => {
  const result = await explainLog(log);
  assert.deepEqual(
    [result.godwit, result.outcome, result.framework, result.engine, result.lines],
    [1, "recognised", "prisma", "postgres", 10],
  );
  const [failed, missing] = result.failures;
  assert.equal(failed?.id, "failed-migration");
  assert.deepEqual(failed?.facts["migration"], ["02_report_schema_session_data"]);
  assert.equal(failed?.tellApart.command, "npx godwit doctor");
  assert.match(failed?.cure ?? "", /resolve --rolled-back/);
  assert.equal(missing?.id, "missing-object");
  assert.equal(missing?.detailOf, "failed-migration");
  assert.deepEqual(
    missing?.evidence.map(({ line }) => line),
    [7, 10],
  );
  assert.ok(missing?.causes[0]?.includes("never executed"));
});

test("the command is of the framework and engine of the log", async () => {
  const laravel = await explainLog(
    "In Connection.php line 712:\n  SQLSTATE[42S01]: Base table or view already exists: 1050 Table 'a' already exists (SQL: create table `a`)\n",
  );
  assert.deepEqual([laravel.framework, laravel.engine], ["laravel", "mysql"]);
  assert.equal(laravel.failures[0]?.tellApart.command, "php artisan migrate:status");
});

test("nothing known: it says so, with the number of lines", async () => {
  assert.deepEqual(await explainLog("all is well\nready\n"), {
    godwit: 1,
    outcome: "nothing-recognised",
    lines: 2,
    failures: [],
  });
});

test("it does not matter where the chunks are cut", async () => {
  const whole = await explainLog(log);
  const bytes = new TextEncoder().encode(log);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(10_000), { maxLength: 20 }), async (cuts) => {
      assert.deepEqual(await explainLog(chunks(bytes, cuts)), whole);
    }),
    { numRuns: 50 },
  );
});

test("arbitrary bytes never throw, and the result is JSON", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 2000 }),
      fc.array(fc.nat(2000), { maxLength: 5 }),
      async (bytes, cuts) => {
        const result = await explainLog(chunks(bytes, cuts));
        assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
      },
    ),
    { numRuns: 100 },
  );
});

test("an error at the end of a very long line is found, and on the right line", async () => {
  const result = await explainLog(`one\n${"x".repeat(300_000)} SQLSTATE[42P07]: Duplicate table: 7\nthree\n`);
  assert.equal(result.failures[0]?.id, "already-exists");
  assert.deepEqual([result.failures[0]?.firstLine, result.failures[0]?.times, result.lines], [2, 1, 3]);
});
