import pg from "pg";
import { fileOf } from "../application.ts";
import type { Database } from "../database.ts";

export const base = {
  ...fileOf(
    "0001_people",
    `CREATE TYPE mood AS ENUM ('good', 'bad', 'odd');
CREATE TABLE team (id int PRIMARY KEY, "Name" text);
CREATE TABLE people (id int PRIMARY KEY, email text, team int, age text, bio varchar(100), n bigint, price numeric, mood mood, "from" date, till date);
CREATE TABLE parent (id int, a text);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE nobody (id int PRIMARY KEY, email text);
CREATE TABLE place (a int, b text, PRIMARY KEY (a, b));
CREATE TABLE log (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
`,
  ),
  rows: [
    "INSERT INTO team VALUES (1, 'x'), (2, 'X')",
    `INSERT INTO people VALUES
      (1, 'ann@example.org', 1, '41', 'short', 1, 1.5, 'good', '2025-01-01', '2025-02-01'),
      (2, 'ann@example.org', 7, 'old', 'rather a long text about nothing', 3000000000, 123456.789, 'odd', '2025-03-01', '2025-02-01'),
      (3, 'Bob@example.org', 8, '3', 'x', 3, 2, 'odd', NULL, NULL),
      (4, 'bob@example.org', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (5, NULL, 2, ' 7 ', 'y', -5, -1, 'bad', '2025-01-01', NULL)`,
    "INSERT INTO parent VALUES (1, 'x'); INSERT INTO child VALUES (1, NULL), (2, 'y')",
    "INSERT INTO place VALUES (1, 'a'), (1, 'b'), (2, 'c')",
    "INSERT INTO log VALUES ('2025-05-05', NULL), ('2025-06-06', 'x')",
  ],
};

/** What waits, with what error the server refuses it, and how many rows (or values) are in its way. */
export const refusals: Readonly<Record<string, readonly [sql: string, code: string, rows: number]>> = {
  "a value is required": ["ALTER TABLE people ALTER COLUMN email SET NOT NULL", "23502", 1],
  "a value is required in a partitioned table": [
    "ALTER TABLE log ALTER COLUMN what SET NOT NULL",
    "23502",
    1,
  ],
  "a new column is required": ['ALTER TABLE "people" ADD COLUMN "phone" text NOT NULL', "23502", 5],
  "a new column is required, by two statements": [
    "ALTER TABLE people ADD COLUMN phone text;\nALTER TABLE people ALTER COLUMN phone SET NOT NULL",
    "23502",
    5,
  ],
  "a column is dropped and made anew, as Prisma does": [
    'ALTER TABLE "people" DROP COLUMN "age",\nADD COLUMN     "age" INTEGER NOT NULL',
    "23502",
    5,
  ],
  "an index is unique": ['CREATE UNIQUE INDEX "people_email_key" ON "people"("email")', "23505", 1],
  "an index over an expression is unique": ["CREATE UNIQUE INDEX ON people (lower(email))", "23505", 2],
  "an index over some rows is unique": [
    "CREATE UNIQUE INDEX ON people (lower(email)) WHERE id > 2 AND email <> 'a, (b'",
    "23505",
    1,
  ],
  "a constraint is unique": ["ALTER TABLE people ADD CONSTRAINT u UNIQUE (mood, email)", "", 0],
  "a key of two columns is unique": ["ALTER TABLE place ADD UNIQUE (a)", "23505", 1],
  "a primary key": ["ALTER TABLE place DROP CONSTRAINT place_pkey, ADD PRIMARY KEY (a)", "23505", 1],
  "a value is required of what inherits": ["ALTER TABLE parent ALTER a SET NOT NULL", "23502", 1],
  "a foreign key": [
    "ALTER TABLE people ADD CONSTRAINT fk FOREIGN KEY (team) REFERENCES team ON DELETE SET NULL",
    "23503",
    2,
  ],
  "a foreign key to a table that is new, and empty": [
    `CREATE TABLE "Group" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
CREATE INDEX ON "Group" (name);
ALTER TABLE people ADD CONSTRAINT fk FOREIGN KEY (team) REFERENCES "Group"`,
    "23503",
    4,
  ],
  "a check": ["ALTER TABLE people ADD CONSTRAINT positive CHECK (price >= 0 AND n <> 4)", "23514", 1],
  "a check is validated": [
    `ALTER TABLE people ADD CONSTRAINT positive CHECK ("from" <= till) NOT VALID;\nALTER TABLE people VALIDATE CONSTRAINT positive`,
    "23514",
    1,
  ],
  "an exclusion": ["ALTER TABLE people ADD CONSTRAINT ex EXCLUDE (email WITH =)", "23P01", 2],
  "an exclusion that is looked at late": [
    "ALTER TABLE people ADD EXCLUDE (email WITH =) DEFERRABLE INITIALLY DEFERRED",
    "23P01",
    2,
  ],
  "an exclusion over an expression, of some rows": [
    'ALTER TABLE people ADD EXCLUDE USING gist (daterange("from", till) WITH &&) WHERE (id <> 2)',
    "23P01",
    4,
  ],
  "an exclusion by two operators": [
    `ALTER TABLE people ADD EXCLUDE USING gist (int4range(id, id + 2) WITH -|-, int4range(0, id % 2 + 1) WITH =)`,
    "23P01",
    5,
  ],
  "a shorter text": ["ALTER TABLE people ALTER bio TYPE varchar(10)", "22001", 1],
  "a smaller integer": ["ALTER TABLE people ALTER COLUMN n SET DATA TYPE integer", "22003", 1],
  "fewer digits": ["ALTER TABLE people ALTER COLUMN price TYPE numeric(5, 2)", "22003", 1],
  "a text becomes a number": [
    'ALTER TABLE people ALTER COLUMN "age" TYPE integer USING "age"::integer',
    "22P02",
    1,
  ],
  "an enum loses a value, as Prisma does it": [
    `BEGIN;
CREATE TYPE "mood_new" AS ENUM ('good', 'bad');
ALTER TABLE "people" ALTER COLUMN "mood" TYPE "mood_new" USING ("mood"::text::"mood_new");
ALTER TYPE "mood" RENAME TO "mood_old";
ALTER TYPE "mood_new" RENAME TO "mood";
DROP TYPE "mood_old";
COMMIT`,
    "22P02",
    2,
  ],
  "an enum loses a value, in one transaction": [
    `CREATE TYPE "mood_new" AS ENUM ('good', 'bad');
ALTER TABLE "people" ALTER COLUMN "mood" TYPE "mood_new" USING ("mood"::text::"mood_new");
ALTER TYPE "mood" RENAME TO "mood_old";
ALTER TYPE "mood_new" RENAME TO "mood";
DROP TYPE "mood_old"`,
    "22P02",
    2,
  ],
};

/** What looks much the same, and is not refused. */
export const passes: Readonly<Record<string, string>> = {
  "the table is empty": "ALTER TABLE nobody ADD COLUMN phone text NOT NULL, ALTER email SET NOT NULL",
  "a default fills the rows, and is taken away": `ALTER TABLE people ADD COLUMN phone text NOT NULL DEFAULT '';
ALTER TABLE people ALTER COLUMN phone DROP DEFAULT`,
  "a column counts by itself": "ALTER TABLE people ADD COLUMN number serial NOT NULL",
  "a column is computed":
    "ALTER TABLE people ADD COLUMN twice int NOT NULL GENERATED ALWAYS AS (id * 2) STORED",
  "rows without a value are not equal": "CREATE UNIQUE INDEX ON people (till) WHERE id > 2",
  "a check is not proven": "ALTER TABLE people ADD CONSTRAINT positive CHECK (price >= 0) NOT VALID",
  "a check takes what is unknown": `ALTER TABLE people ADD CHECK ("from" > '2024-01-01')`,
  "a longer text": "ALTER TABLE people ALTER bio TYPE varchar(200)",
  "a value of an enum gets another name": "ALTER TYPE mood RENAME VALUE 'odd' TO 'even'",
  "an enum loses a value that rows are given another for": `CREATE TYPE "mood_new" AS ENUM ('good', 'bad');
ALTER TABLE "people" ALTER COLUMN "mood" TYPE "mood_new" USING (CASE mood WHEN 'odd' THEN 'bad' ELSE mood::text END::"mood_new");
ALTER TYPE "mood" RENAME TO "mood_old"; ALTER TYPE "mood_new" RENAME TO "mood"; DROP TYPE "mood_old"`,
  "a column gets another name": `ALTER TABLE people RENAME COLUMN id TO "Number"`,
  "a column gets another name, and is required under it": `ALTER TABLE people ADD COLUMN a int DEFAULT 1;
ALTER TABLE people RENAME COLUMN a TO b; ALTER TABLE people ALTER b SET NOT NULL`,
  "names are exchanged": `ALTER TABLE people RENAME COLUMN email TO old; ALTER TABLE people RENAME COLUMN id TO email;
CREATE UNIQUE INDEX ON people (email)`,
  "values are given by a conversion": `ALTER TABLE people ALTER email TYPE varchar(200) USING coalesce(email, ''), ALTER email SET NOT NULL`,
  "values are given by a conversion that comes first": `ALTER TABLE people ALTER email TYPE varchar(200) USING id::text;
CREATE UNIQUE INDEX ON people (email)`,
  "a key to a table that is new, from no rows":
    "CREATE TABLE fresh (id int PRIMARY KEY); ALTER TABLE nobody ADD FOREIGN KEY (id) REFERENCES fresh",
  "a key to a table that is made and filled": `CREATE TABLE fresh (id int PRIMARY KEY);
INSERT INTO fresh SELECT DISTINCT team FROM people WHERE team IS NOT NULL;
ALTER TABLE people ADD FOREIGN KEY (team) REFERENCES fresh`,
  "a key to a table that is made of a query": `CREATE TABLE fresh AS SELECT DISTINCT team AS id FROM people WHERE team IS NOT NULL;
ALTER TABLE fresh ADD PRIMARY KEY (id); ALTER TABLE people ADD FOREIGN KEY (team) REFERENCES fresh`,
  "a key to a table that gets another name":
    "ALTER TABLE team RENAME TO fresh; ALTER TABLE place ADD FOREIGN KEY (a) REFERENCES fresh",
  "rows without a value exclude nothing": "ALTER TABLE people ADD EXCLUDE (bio WITH =) WHERE (id > 3)",
  "of two operators one does not hold": "ALTER TABLE people ADD EXCLUDE (mood WITH =, email WITH =)",
  "an exclusion does not see what inherits": "ALTER TABLE parent ADD EXCLUDE (id WITH =)",
  "a key does not see what inherits": "CREATE UNIQUE INDEX ON parent (id)",
  "a check is not inherited": "ALTER TABLE parent ADD CHECK (id > 5 OR a = 'x') NO INHERIT",
  "a text is cut off by a cast": "ALTER TABLE people ALTER bio TYPE varchar(10) USING bio::varchar(10)",
  "the table is made by what waits":
    "CREATE TABLE fresh (id int PRIMARY KEY, a text); ALTER TABLE fresh ALTER a SET NOT NULL",
};

/** The server's refusal, of which nothing is left; the empty text where there is none. */
export async function codeOf(db: Database, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query(sql.replace(/^BEGIN;\n|;\nCOMMIT$/g, ""));
    return "";
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.code ?? "";
    throw error;
  } finally {
    await client.query("ROLLBACK");
    await client.end();
  }
}
