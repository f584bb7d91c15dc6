import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { openClient } from "../../src/engines/postgres/connect.ts";
import { parsePostgresUrl } from "../../src/engines/postgres/connection/url.ts";
import { openSession } from "../../src/engines/postgres/session.ts";
import { fingerprint, type Snapshot } from "../../src/schema/snapshot.ts";
import { everything } from "../heart/everything.ts";
import { startPostgres, type TestServer } from "../servers/postgres.ts";

const run = promisify(execFile);
let server: TestServer;
const urlOf = (database: string) => server.url.replace(/\/postgres$/, `/${database}`);
const programs = () => `/usr/lib/postgresql/${server.major}/bin`;

before(async () => {
  server = await startPostgres({ major: 15 });
});
after(() => server?.stop());

async function execute(database: string, sql: string): Promise<void> {
  const client = await openClient(parsePostgresUrl(urlOf(database)));
  await client.query(sql).finally(() => client.end());
}

let made = 0;
async function create(): Promise<string> {
  const name = `dumped_${++made}`;
  await execute("postgres", `CREATE DATABASE ${name} TEMPLATE template0`);
  return name;
}

async function look(database: string): Promise<Snapshot> {
  const session = await openSession(parsePostgresUrl(urlOf(database)));
  return session.snapshot().finally(() => session.close());
}

async function restored(database: string): Promise<string> {
  const copy = await create();
  const dump = await run(`${programs()}/pg_dump`, ["--no-sync", urlOf(database)]);
  const restoring = run(`${programs()}/psql`, [
    "-Xq",
    "-v",
    "ON_ERROR_STOP=1",
    "-o",
    "/dev/null",
    urlOf(copy),
  ]);
  restoring.child.stdin?.end(dump.stdout);
  await restoring;
  return copy;
}

/** Compares what is in it with what a dump of it makes. */
async function survives(database: string): Promise<void> {
  const snapshot = await look(database);
  const copy = await look(await restored(database));
  for (const [key, { attributes }] of snapshot.objects)
    assert.deepEqual(copy.objects.get(key)?.attributes, attributes, key);
  assert.equal(fingerprint(copy), fingerprint(snapshot));
}

test("one of everything", async () => {
  const database = await create();
  await execute(database, everything);
  await survives(database);
});

const table = `
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "(ARRAY[", fine');
CREATE TYPE "Mood" AS ENUM ('x', 'y');
CREATE DOMAIN code AS varchar(5) CHECK (VALUE IN ('a', 'b') OR (VALUE BETWEEN 'c' AND 'd') AND VALUE <> 'cc');
CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, s varchar(20), v varchar(5), ch char(3), txt text, n numeric(8,2),
  m mood, "M" "Mood", d date, ts timestamptz, i interval, j jsonb, arr varchar(10)[], code code, f float8, ok boolean, nm name);
CREATE TABLE u (LIKE t);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
`;

/** Conditions on the table's columns. */
const conditions: Readonly<Record<string, string>> = {
  "varchar IN": "s IN ('a', 'b')",
  "varchar NOT IN": "s NOT IN ('a', 'b')",
  "varchar IN one": "s IN ('a')",
  "char IN": "ch IN ('a', 'b')",
  "text IN": "txt IN ('a', 'b')",
  "name IN": "nm IN ('a', 'b')",
  numbers: "n IN (1, 2.5, -3) AND a IN (-1, 0, 1)",
  enums: "m IN ('sad', 'ok') AND \"M\" IN ('x', 'y')",
  "mixed list": "a IN (1, 2, b, c) OR s IN ('x', txt)",
  interval: "i > interval '1 day 02:00' AND ts > '2020-01-01 00:00:00+00'::timestamptz + interval '1 mon'",
  "nested CASE":
    "CASE WHEN s IN ('a', 'b') THEN CASE ch WHEN 'x' THEN a BETWEEN 1 AND 2 ELSE false END ELSE ok END",
  "BETWEEN first": "a BETWEEN 1 AND 2 AND b > 3",
  "BETWEEN last": "b > 3 AND a BETWEEN 1 AND 2",
  "BETWEEN thrice": "a BETWEEN 1 AND 2 AND b BETWEEN 1 AND 2 AND c BETWEEN 1 AND 2",
  "NOT BETWEEN": "a NOT BETWEEN 1 AND 2 OR b = 1 OR c NOT BETWEEN SYMMETRIC 1 AND 2",
  "AND below OR":
    "(a BETWEEN 1 AND 2 AND b = 1) OR (a NOT BETWEEN 3 AND 4 AND (b = 2 OR c = 3)) AND NOT (ok AND a = 1)",
  "parentheses everywhere":
    "((a = 1 AND (b = 2 AND c = 3)) AND (ok AND (a = 3 OR (b = 4 OR c = 5)))) OR ((a = 9 OR b = 8) OR c = 7)",
  "LIKE ANY": "s LIKE ANY (ARRAY['a%', 'b%']) OR txt NOT ILIKE ALL (ARRAY['c%'::varchar, 'd'])",
  "SIMILAR and regex": "s SIMILAR TO '(a|b)%' OR s ~ '^\\d+\\.(x|\\)$)' OR txt !~* 'a'",
  json: "j ->> 'a' IN ('x', 'y') AND j #>> '{b,0}' = 'z' AND j @> '{\"a\": [1]}' AND j ? 'k' AND (j -> 'n')::int BETWEEN 1 AND 2",
  COALESCE: "COALESCE(s, ch, 'x') IN ('a', 'b') AND NULLIF(a, 1) IS NOT NULL AND GREATEST(a, b, 3) > 2",
  casts: "a::text || s = 'x'::varchar AND n::int = 1 AND s::int > 0 AND CAST(txt AS date) > d",
  "varchar(5) ANY":
    "v::varchar(5) = ANY (ARRAY['a', 'b']::varchar(5)[]) AND n::numeric(5,1) = ANY (ARRAY[1, 2]::numeric(5,1)[])",
  "array of casts": "s = ANY (ARRAY['a'::varchar, 'b']::text[]) AND s = ANY ('{a,b}'::text[])",
  arrays:
    "arr && ARRAY['a', 'b']::varchar[] AND arr[1] IN ('x', 'y') AND arr <> ARRAY[]::varchar[] AND 'a' = ALL (arr)",
  "nested arrays":
    "ARRAY[ARRAY[s, v], ARRAY['a', 'b']]::text[] <> ARRAY[ARRAY['x'::varchar, 'y'], ARRAY['a'::varchar, 'b']]::text[]",
  "strings that look like text":
    "txt <> '(ARRAY[''a''::text])::text[]' AND txt <> E'((a AND b) AND c)\\n(ARRAY[1])::int[]'",
  rows: "(a, b) = (1, 2) AND (a, b) <> (3, 4) AND (a, b) IN ((1, 2), (3, 4), (5, 6)) AND ROW(a, b) < ROW(c, 1) AND (a, s) IS DISTINCT FROM (1, 'x')",
  domain: "code IN ('a', 'b') AND code::text <> 'x' AND 'c'::code = code",
  booleans: "ok IS TRUE AND (a = 1) IS NOT FALSE AND ok IN (true, false) AND NOT ok IS UNKNOWN",
  moments:
    "ts AT TIME ZONE 'utc' > d AND extract(year FROM ts) = 2020 AND d IN ('2020-01-01', '2021-01-01') AND (d, d) OVERLAPS (d, d)",
  "functions of syntax":
    "substring(txt FROM 1 FOR 2) = 'a' AND position('a' IN txt) > 0 AND trim(BOTH ' ' FROM txt) <> '' AND overlay(txt PLACING 'x' FROM 1) = 'y'",
  "numbers of every kind":
    "f > 1e10 AND f < -0.1 AND a > -2147483648 AND n < 1e3 AND a = - b AND a = -(-1) AND b = +5",
  collation: "s COLLATE \"C\" > 'a' AND (txt || s) COLLATE \"C\" IN ('a', 'b')",
};

/** Wherever a condition can be. */
const places = (condition: string): string[] => [
  `ALTER TABLE t ADD CONSTRAINT chk CHECK (${condition})`,
  `CREATE VIEW vw AS SELECT a, ${condition} AS is, CASE WHEN ${condition} THEN 1 END FROM t WHERE ${condition}`,
  `CREATE MATERIALIZED VIEW mv AS SELECT count(*) FILTER (WHERE ${condition}) FROM t WHERE EXISTS (SELECT FROM t WHERE ${condition}) GROUP BY id HAVING bool_and(${condition})`,
  `CREATE INDEX part ON t (a) WHERE ${condition}`,
  `CREATE INDEX expr ON t ((${condition}), b)`,
  `ALTER TABLE u ADD gen boolean GENERATED ALWAYS AS (${condition}) STORED`,
  `CREATE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW WHEN (${of("NEW", condition)}) EXECUTE FUNCTION noted()`,
  `CREATE POLICY pol ON t USING (${condition}) WITH CHECK (${condition})`,
  `CREATE RULE rul AS ON DELETE TO t WHERE ${of("OLD", condition)} DO INSTEAD NOTHING`,
  `CREATE FUNCTION body() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM t WHERE ${condition}; END`,
  `CREATE TABLE parts (LIKE t) PARTITION BY RANGE ((${condition}))`,
];

/** The condition on a row of a trigger or a rule. */
function of(row: string, condition: string): string {
  return condition.replace(
    /'(?:[^']|'')*'|(?<!::)(?<![\w"])(?:[abcsvnmdfijf]|ch|txt|ts|arr|code|ok|nm|"M")(?![\w"'(])/g,
    (found) => (found.startsWith("'") ? found : `${row}.${found}`),
  );
}

/** Some conditions may be nowhere but where they are computed anew: invalid_object_definition. */
const notImmutable = "42P17";

describe("conditions of every kind in every place", () => {
  for (const [name, condition] of Object.entries(conditions)) {
    test(name, async () => {
      const database = await create();
      await execute(database, table);
      for (const place of places(condition)) {
        await execute(database, place).catch((error: { code?: string; message: string }) => {
          if (error.code !== notImmutable) throw new Error(`${error.message}: ${place}`);
        });
      }
      await survives(database);
    });
  }
});
