import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { excerpt } from "../timeline/timeline.ts";
import { executableScript, maskScript } from "./mask-script.ts";
import { splitPostgres } from "./postgres-split.ts";

/** Stands for whatever nobody else should see. */
const canary = "Canary7Zq9";

const known = (text: string) => /^(?:users|mood|typname|status|search_path|)$/.test(text);
const mask = (sql: string) => maskScript(sql, known).sql;

/** Statements with the canary, and what of them stays to be executed. */
const secretive: Record<string, readonly [sql: string, executed: RegExp]> = {
  "a comment": [`-- ${canary}\nCREATE TABLE a ();`, /CREATE TABLE a/],
  "a comment within": [`CREATE TABLE a (/* ${canary} */ id int);`, /CREATE TABLE a/],
  INSERT: [`INSERT INTO users VALUES (1, '${canary}', E'\\'${canary}', $x$${canary}$x$)`, /^\s*$/],
  "an INSERT that is not closed": [`INSERT INTO users VALUES ('${canary}`, /^\s*$/],
  "an address outside of quotes": [`INSERT INTO users VALUES (${canary}@example.org)`, /^\s*$/],
  UPDATE: [`UPDATE users SET name = '${canary}'`, /^\s*$/],
  "a query in front": [`WITH x AS (SELECT '${canary}' AS y) INSERT INTO users SELECT y FROM x`, /^\s*$/],
  COPY: [`COPY users FROM STDIN;\n1\t${canary}\n\\.\nCREATE TABLE a ();`, /^\s*;\s*CREATE TABLE a \(\);$/],
  "a call": [`SELECT add_user('${canary}', 1)`, /^\s*$/],
  CALL: [`CALL add_user('${canary}')`, /^\s*$/],
  EXPLAIN: [`EXPLAIN ANALYZE INSERT INTO users VALUES ('${canary}')`, /^\s*$/],
  "a table made of a query": [
    `CREATE TABLE a AS SELECT '${canary}' AS b`,
    /^CREATE TABLE a AS SELECT NULL +AS b$/,
  ],
  "a role": [`CREATE ROLE app LOGIN PASSWORD '${canary}'`, /CREATE ROLE app/],
  "a user": [`ALTER USER app WITH ENCRYPTED PASSWORD '${canary}'`, /ALTER USER app/],
  "a setting of a database": [`ALTER DATABASE d SET "app.jwt" TO '${canary}'`, /ALTER DATABASE d/],
  "a setting of the program": [`SET app.jwt = '${canary}'`, /^SET app\.jwt = '\*\*\*'$/],
  "a setting by a call": [`SELECT set_config('app.jwt', '${canary}', false)`, /^\s*$/],
  "a user mapping": [
    `CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password '${canary}')`,
    /CREATE USER/,
  ],
  "a foreign table": [
    `CREATE FOREIGN TABLE f (a int) SERVER s OPTIONS (api_key '${canary}', t 'T')`,
    /t 'T'/,
  ],
  "a subscription": [
    `CREATE SUBSCRIPTION s CONNECTION 'host=h password=${canary}' PUBLICATION p`,
    /PUBLICATION p/,
  ],
  "a URL in a function": [
    `CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'https://a:${canary}@h/' $$`,
    /https:\/\/a:\*\*\*@h/,
  ],
  "a connection in a function": [
    `CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT x('host=h password=${canary} user=a') $$`,
    /password=\*\*\*/,
  ],
  "rows in a DO block": [
    `DO $$ BEGIN -- ${canary}\n IF true THEN INSERT INTO users VALUES ('${canary}'); END IF; END $$`,
    /IF true THEN NULL; END IF/,
  ],
  "rows in an executed text": [
    `DO $$ BEGIN EXECUTE 'INSERT INTO a VALUES (''${canary}'')'; END $$`,
    /BEGIN NULL; END/,
  ],
  "a role in an executed text": [
    `DO $$ BEGIN EXECUTE 'CREATE ROLE a PASSWORD ''${canary}'''; END $$`,
    /CREATE ROLE a PASSWORD ''\*\*\*''/,
  ],
  "a variable of a DO block": [`DO $$ DECLARE a text := '${canary}'; BEGIN END $$`, /a text := NULL;/],
  "a DO block in quotes": [`DO 'BEGIN INSERT INTO a VALUES (''${canary}''); END'`, /DO 'BEGIN NULL; END'/],
};

describe("what may be data or a secret is taken out", () => {
  for (const [what, [sql, executed]] of Object.entries(secretive)) {
    test(what, () => {
      const masked = mask(sql);
      assert.ok(!masked.includes(canary), masked);
      assert.match(executableScript(masked), executed);
    });
  }
  test("numbers of statements that write rows, long ones of calls", () => {
    assert.equal(mask("INSERT INTO a VALUES (4900, 12.5)"), "INSERT INTO a VALUES (0000, 00.0)");
    assert.equal(mask("SELECT f(49123456, 12)"), "SELECT f(00000000, 12)");
    assert.equal(executableScript("SELECT f(00000000, 12)").trim(), "");
  });
  test("how many literals", () => {
    assert.equal(
      maskScript("CREATE TABLE a (b text DEFAULT 'x'); INSERT INTO a VALUES ('x', 1)", known).literals,
      2,
    );
  });
});

describe("what makes the schema stays", () => {
  for (const sql of [
    "CREATE TABLE a (b text DEFAULT 'open' CHECK (b IN ('open', 'shut')), n numeric(12345) DEFAULT 100000)",
    "CREATE TYPE mood AS ENUM ('sad', 'password')",
    "CREATE VIEW v AS SELECT * FROM users WHERE status = 'open'",
    "COMMENT ON COLUMN users.password IS 'a note'",
    "SET TimeZone = 'Europe/Berlin'",
    "SELECT setval('users', 12)",
    "SELECT set_config('search_path', '', false)",
    "UPDATE users SET status = lower(status)",
    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('sad'); END IF; END $$",
    "DO $$ BEGIN PERFORM now() - interval '12 days'; END $$",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN -- a comment of the body\n NEW.password = crypt(NEW.password, 'x'); RETURN NEW; END $$",
  ]) {
    test(sql, () => {
      assert.equal(mask(sql), sql);
      assert.equal(executableScript(sql), sql);
    });
  }
});

test("every statement keeps its place, its kind, its line and what is cited of it", () => {
  const statement = fc.constantFrom(
    ...Object.values(secretive)
      .map(([sql]) => sql)
      // The rows of COPY count as statements until they are gone; an open quote takes what follows with it.
      .filter(
        (sql) => !sql.startsWith("COPY") && !sql.endsWith(`('${canary}`) && !sql.includes(`(${canary}@`),
      ),
    "CREATE TABLE a (b text DEFAULT 'x\ny')",
    "INSERT INTO a VALUES ('x\ny', 'it''s', $$\n\n$$)",
    "UPDATE a SET b = 'x\n\ny' WHERE c = 123456",
    "",
  );
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 6 }), (statements) => {
      const script = statements.join(";\n-- between\n");
      const told = (sql: string) =>
        splitPostgres(sql).map(({ kind, line, text }) => [kind, line, excerpt(text, kind)]);
      const masked = mask(script);
      assert.deepEqual(told(masked), told(script));
      assert.ok(!masked.includes(canary));
      assert.equal(executableScript(masked).length, masked.length);
    }),
  );
});
