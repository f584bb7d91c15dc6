import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { splitPostgres } from "./postgres-split.ts";
import type { StatementKind } from "./statement.ts";

const kindOf = (statement: string) => splitPostgres(statement).map(({ kind }) => kind);

const expected: Readonly<Record<StatementKind, readonly string[]>> = {
  schema: [
    "CREATE TABLE a (b int)",
    "CREATE TABLE a (b int GENERATED ALWAYS AS (c * 2) STORED)",
    "CREATE UNLOGGED TABLE a AS SELECT f() WITH NO DATA",
    "CREATE UNIQUE INDEX CONCURRENTLY ON a (b)",
    "CREATE VIEW v AS SELECT f()",
    "CREATE MATERIALIZED VIEW v AS SELECT 1",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'DELETE FROM a'",
    "create type e as enum ('a')",
    'ALTER TABLE "a" ADD COLUMN b int',
    "ALTER TABLE a OWNER TO r, ADD COLUMN b int",
    "ALTER TABLE a RENAME COLUMN owner TO holder",
    "ALTER TABLE a RENAME owner TO holder",
    "ALTER TABLE a RENAME CONSTRAINT owner TO holder",
    "ALTER TYPE a RENAME ATTRIBUTE owner TO holder",
    "ALTER TABLE owner RENAME TO holder",
    "ALTER TYPE e ADD VALUE 'x'",
    "ALTER SCHEMA a RENAME TO b",
    "DROP TABLE a",
    "DROP OWNED BY r",
    "IMPORT FOREIGN SCHEMA a FROM SERVER b INTO c",
    "/* SELECT f() */ DROP VIEW v",
  ],
  untraced: [
    "INSERT INTO a VALUES (1)",
    "UPDATE a SET b = 1",
    "DELETE FROM a",
    "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
    "TRUNCATE a",
    "COPY a FROM STDIN",
    "COPY a TO STDOUT",
    "DO $$ BEGIN END $$",
    "CALL p()",
    "EXECUTE p",
    "DECLARE c CURSOR FOR SELECT f()",
    "FETCH ALL FROM c",
    "NOTIFY channel",
    "EXPLAIN ANALYZE DELETE FROM a",
    "WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x",
    "(WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x)",
    "SELECT setval('s', 1)",
    "SELECT pg_catalog.setval('s', 1)",
    "(SELECT f())",
    "((VALUES (f())))",
    "VALUES (f())",
    'SELECT "my func"()',
    'SELECT "select"(1)',
    'SELECT U&"f"()',
    "SELECT x.y()",
    "SELECT x.any(1), x.not(2)",
    "SELECT by(1)",
    "SELECT x /* a */ . -- b\n y /* c */ ()",
    "SELECT 1 WHERE EXISTS (SELECT nextval('s'))",
    "SELECT * FROM a WHERE b IN (SELECT f())",
    "SELECT set_config('a', f(), false)",
    "SELECT mine.set_config('a', 'b', false)",
    "SELECT * INTO b FROM a",
    "SELECT f() INTO TEMP b",
    "CREATE TABLE b AS SELECT f()",
    "CREATE TABLE b AS TABLE a",
    "CREATE UNLOGGED TABLE IF NOT EXISTS b (x) AS (SELECT 1)",
    "CREATE TABLE b AS EXECUTE p",
    "CREATE TEMP TABLE b (a int)",
    "CREATE PUBLICATION p FOR ALL TABLES",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
    "CREATE STATISTICS s ON a, b FROM t",
    'CREATE COLLATION c FROM "C"',
    "DROP CAST (a AS b)",
    "ALTER OPERATOR FAMILY f USING btree ADD FUNCTION 1 g(int, int)",
    "CREATE SERVER s FOREIGN DATA WRAPPER w",
    "CREATE FOREIGN DATA WRAPPER w",
    "CREATE USER MAPPING FOR r SERVER s",
    "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)",
    "CREATE OR REPLACE TRUSTED LANGUAGE l",
    "IMPOSSIBLE",
    '"SELECT"',
  ],
  environment: [
    "COMMENT ON TABLE a IS 'x'",
    "GRANT SELECT ON a TO r",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "REASSIGN OWNED BY a TO b",
    "SECURITY LABEL ON TABLE a IS 'x'",
    "CREATE ROLE r",
    "ALTER USER r SET search_path = a",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "ALTER DATABASE d SET timezone = 'UTC'",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r",
    "ALTER TABLE a OWNER TO r",
    "ALTER TABLE ONLY a.b OWNER TO c",
    'ALTER FUNCTION f(int) OWNER TO "c"',
    "ALTER TABLE a OWNER TO CURRENT_USER",
  ],
  session: [
    "SET search_path = a",
    "SET x = (1)",
    "SET LOCAL lock_timeout TO '1s'",
    "RESET ALL",
    "LOCK TABLE a",
    "LISTEN c",
    "DISCARD ALL",
    "PREPARE p AS DELETE FROM a",
    "DEALLOCATE p",
    "SELECT pg_catalog.set_config('search_path', '', false)",
    "SELECT \"set_config\"('a', 'b', true), set_config('c', 'd', true)",
  ],
  transaction: [
    "BEGIN",
    "START TRANSACTION",
    "COMMIT",
    "END",
    "ROLLBACK TO a",
    "SAVEPOINT a",
    "PREPARE TRANSACTION 'x'",
  ],
  maintenance: [
    "VACUUM FULL a",
    "ANALYZE",
    "REINDEX TABLE a",
    "REFRESH MATERIALIZED VIEW v",
    "CLUSTER a",
    "CHECKPOINT",
  ],
  none: [
    "SELECT 1",
    "SELECT a FROM b WHERE c IN (1, 2) AND (d OR e) ORDER BY a",
    "TABLE a",
    "VALUES (1), (2)",
    "SHOW x",
    "(SELECT 1)",
  ],
};

for (const [kind, statements] of Object.entries(expected)) {
  for (const statement of statements) {
    test(`${kind}: ${statement}`, () => assert.deepEqual(kindOf(statement), [kind]));
  }
}

test("letters' case, space and comments make no difference", () => {
  const gap = fc.constantFrom(" ", "\n", " /* ; INTO f( */ ", " -- RENAME '\n");
  const cases = fc.constantFrom(
    (text: string) => text,
    (text: string) => text.toLowerCase(),
    (text: string) => text.toUpperCase(),
  );
  const all = Object.entries(expected).flatMap(([kind, statements]) =>
    statements.map((text) => ({ kind, text })),
  );
  fc.assert(
    fc.property(fc.constantFrom(...all), gap, cases, ({ kind, text }, space, change) => {
      fc.pre(!text.includes("--"));
      assert.deepEqual(kindOf(change(text).replaceAll(" ", space)), [kind]);
    }),
    { numRuns: 1000 },
  );
});

test("a query that calls something is never taken for one that only reads", () => {
  const name = fc.constantFrom(
    "f",
    "s.f",
    '"F"',
    's."any"',
    "s.all",
    "pg_catalog.nextval",
    "by",
    "lower",
    'select_."x y"',
  );
  const around = fc.constantFrom<(call: string) => string>(
    (call) => `SELECT ${call}`,
    (call) => `(SELECT a FROM b WHERE ${call} = 1)`,
    (call) => `SELECT * FROM ${call} AS x(a)`,
    (call) => `SELECT CASE WHEN true THEN ${call} END`,
    (call) => `SELECT 1 UNION ALL (SELECT ${call})`,
    (call) => `SELECT set_config('a', ${call}, true)`,
    (call) => `VALUES (1), (${call})`,
    (call) => `SELECT 1 ORDER BY ${call}`,
    (call) => `SELECT ARRAY[${call}]`,
    (call) => `SELECT 1 WHERE a IN (SELECT ${call}) AND NOT (b)`,
  );
  fc.assert(
    fc.property(name, around, fc.constantFrom("", " ", "/* */"), (called, put, space) => {
      assert.deepEqual(kindOf(put(`${called}${space}(1)`)), ["untraced"]);
    }),
  );
});
