import assert from "node:assert/strict";
import { test } from "node:test";
import { recognise } from "../recognise.ts";
import { dressings } from "./dressings.test.ts";

/** Starts at which nothing went wrong, and applications whose own words look like errors. */
const healthy: Readonly<Record<string, string>> = {
  prisma: `Prisma schema loaded from prisma/schema.prisma
Datasource "db": PostgreSQL database "app", schema "public" at "db:5432"

2 migrations found in prisma/migrations

Applying migration \`01_init\`
Applying migration \`02_report_schema_session_data\`

The following migration(s) have been applied:

migrations/
  └─ 01_init/
    └─ migration.sql

All migrations have been successfully applied.
No pending migrations to apply.
Database schema is up to date!
Ready on port 3000`,
  rails: `== 20230101000000 CreateUsers: migrating ======================================
-- create_table(:users)
   -> 0.0093s
== 20230101000000 CreateUsers: migrated (0.0094s) =============================
Database 'app_production' already exists
database: app_production

 Status   Migration ID    Migration Name
--------------------------------------------------
   up     20230101000000  Create users
   up     20230201000000  Add email
=> Booting Puma
* Listening on http://0.0.0.0:3000
I, [2026-11-21T06:35:32.597 #1]  INFO -- : Started GET "/errors/42P01" for 10.0.0.1`,
  typeorm: `query: SELECT VERSION() AS "version"
query: SELECT * FROM "information_schema"."tables" WHERE "table_schema" = 'public' AND "table_name" = 'migrations'
query: CREATE TABLE IF NOT EXISTS "migrations" ("id" SERIAL NOT NULL)
0 migrations are already loaded in the database.
1 migrations were found in the source code.
1 migrations are new migrations must be executed.
Migration AddUsers1700000000001 has been executed successfully.
 [X] 1 AddUsers1700000000001
 [ ] AddEmail1700000000002
No migrations are pending`,
  alembic: `INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.
INFO  [alembic.runtime.migration] Will assume transactional DDL.
INFO  [alembic.runtime.migration] Running upgrade  -> aaa1, init
INFO  [alembic.runtime.migration] Running upgrade aaa1 -> aaa2, add error table
INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)
INFO:     10.0.0.1:50505 - "GET /codes/1050 HTTP/1.1" 200 OK`,
  laravel: `   INFO  Running migrations.

  2014_10_12_000000_create_users_table ........................... 12.11ms DONE
  2019_08_19_000000_create_failed_jobs_table ..................... 31.55ms DONE

Migrating: 2020_01_01_000000_create_jobs_table
Migrated:  2020_01_01_000000_create_jobs_table (10.30ms)
Seeding: Database\\Seeders\\UserSeeder
Seeded:  Database\\Seeders\\UserSeeder (3.02ms)
Nothing to migrate.
| Yes  | 2014_10_12_000000_create_users_table | 1     |
| No   | 2020_01_01_000000_create_jobs_table  |       |
`,
  "laravel, newer": `  2025_01_01_000000_a ................ [1] Ran
  2025_02_01_000000_b ................ Pending`,
  postgres: `2026-11-21 06:35:32.597 UTC [33] LOG:  database system is ready to accept connections
2026-11-21 06:35:31.597 UTC [31] FATAL:  the database system is starting up
2026-11-21 06:35:33.597 UTC [40] ERROR:  relation "_prisma_migrations" does not exist at character 126
2026-11-21 06:35:33.598 UTC [40] STATEMENT:  SELECT "id" FROM "_prisma_migrations"
2026-11-21 06:35:33.599 UTC [41] NOTICE:  relation "users" already exists, skipping
2026-11-21 06:35:33.600 UTC [41] NOTICE:  table "old" does not exist, skipping
PostgreSQL Database directory appears to contain a database; Skipping initialization`,
  shop: `order 23505 was paid
order 42P07 was paid
Product P3009 sold, 1050 left
Error: P3009 is out of stock
{"level":30,"msg":"sold","code":"P3009"}
{"level":30,"msg":"order","code":"23505","amount":1062}
{"level":30,"msg":"customer 1050, Table 12","order":{"code":"42701","errno":null}}
  code: '23505',
{ order: 7, code: '42701' }
invoice (1452, reserved) for 1146 EUR, room 40001
GET /products/P3018 200 1205ms
ticket 57014 closed by agent 42501
user asked: does the table already exist? it does not exist
Validation failed: Email is invalid
no such table: the guests must book first
the prepared statement of the witness
SQLSTATES of the union: 12345
10:00 restoring session from backup cookie; restored
synchronizing the calendar`,
};

for (const [name, log] of Object.entries(healthy)) {
  test(`nothing is wrong: ${name}`, () => {
    for (const [dressing, dress] of Object.entries(dressings)) {
      const { failures } = recognise(dress(log));
      assert.deepEqual(
        failures.map(({ failure, evidence }) => ({ id: failure.id, evidence })),
        [],
        dressing,
      );
    }
  });
}

test("a data migration's rule is a failure only while one runs", () => {
  const rule = "Validation failed: User must exist";
  assert.deepEqual(recognise(rule).failures, []);
  const done = `== 20230101000000 A: migrating ===\n== 20230101000000 A: migrated (0.1s) ===\n${rule}`;
  assert.deepEqual(recognise(done).failures, []);
  assert.equal(recognise(`rails aborted!\n${rule}`).failures[0]?.failure.id, "data-validation");
});

test("lines are counted as an editor counts them", () => {
  assert.deepEqual(recognise("").failures, []);
  assert.equal(recognise("").lines, 0);
  assert.equal(recognise("one\ntwo").lines, 2);
  assert.equal(recognise("one\ntwo\n").lines, 2);
});
