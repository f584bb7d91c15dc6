import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { fileOf } from "../scenarios/application.ts";
import { literal, quote } from "../scenarios/database.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import { expectSame, runScript } from "./psql.ts";

const refusal = { code: "57014", message: "canceling statement due to user request" };

/** Statements of which psql would make something else. */
const statements = [
  'CREATE TABLE "arrays" ("USER" int, "a" int[], "first" int[] GENERATED ALWAYS AS ("a"[1:2]) STORED)',
  'CREATE VIEW "slices" AS SELECT "a"[1:x] AS "s" FROM (SELECT "a", 2 AS x FROM "arrays") AS t',
  'CREATE TABLE "texts" ("t" text DEFAULT \':x \\q \\! ls $godwit$\', "e" text DEFAULT E\'\\\'\\n:x\')',
  "CREATE FUNCTION \"f\"(a int, \"B c\" text) RETURNS text LANGUAGE plpgsql AS $body$\nBEGIN\n  RETURN ':x' || E'\\n'; -- \\q\nEND\n$body$",
  'CREATE FUNCTION "g"(t "texts", k "kind" DEFAULT \'a\') RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END',
  'CREATE RULE "r" AS ON INSERT TO "texts" DO ALSO (DELETE FROM "arrays"; DELETE FROM "arrays")',
  "INSERT INTO \"kept\" VALUES (':USER', E'\\\\q', U&'\\0041', $$\\q :x$$), ('grün 🐦', '', NULL, '-- */')",
  "COMMENT ON TABLE \"texts\" -- and a comment; \\q\n  IS 'it''s; \\'",
  'CREATE TRIGGER "t r" BEFORE UPDATE ON "kept" FOR EACH ROW /* \\q\n\\! ls :x */ EXECUTE FUNCTION suppress_redundant_updates_trigger()',
  'CREATE POLICY "p" ON "kept" USING (true)',
  'CREATE DOMAIN "d" AS int CONSTRAINT "positive" CHECK (VALUE > 0)',
  'CREATE TYPE "composite" AS (a int, "B" text)',
  'CREATE MATERIALIZED VIEW "m" AS SELECT 1 AS x',
  'CREATE SEQUENCE "s"',
  'CREATE SCHEMA "another schema"',
];

scenario("statements of which psql would make something else", async ({ database }) => {
  const files = [
    fileOf(
      "0001_init",
      `CREATE TYPE "kind" AS ENUM ('a'); CREATE TABLE "kept" ("a" text, "b" text, "c" text, "d" text);\n`,
    ),
    fileOf("0002_hostile", `${statements.join("\n;\n")}\n;\n`),
  ] as const;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([files[0]]);
  await history.recordFailure(files[1], refusal);
  const options = ["--choose", "failed-migration=run-again"];
  const script = await expectSame({ migrations: files, database: db, options });
  for (const statement of statements) assert.ok(script.text.includes(statement), statement);
  assert.equal((await stat(script.file)).mode & 0o777, 0o600);
  // With variables of these names, and with settings of psql which change what it sends.
  const clone = await db.clone();
  const variables = {
    x: "1); DROP TABLE kept; --",
    AUTOCOMMIT: "off",
    ON_ERROR_ROLLBACK: "on",
    FETCH_COUNT: "1",
  };
  const { exit, stderr } = await runScript(script, clone, variables);
  assert.equal(exit, 0, stderr);
  assert.equal((await clone.rows('SELECT "a" FROM "kept"'))[0]?.["a"], ":USER");
});

const witness = "godwit-was-here";

const names = {
  "a line that psql would execute": `two\n\\! touch ${witness}\n`,
  "quotes and a dollar": `sa"y it's $$ $godwit$ $1`,
  "a comment's end": "x */ ; DROP TABLE y; -- :USER",
  "a dot and parentheses": "public.users(a)",
  "a backslash and a percent sign": "a\\b%s%",
};

for (const [what, name] of Object.entries(names)) {
  scenario(`names which have ${what}`, async ({ database }) => {
    const table = quote(name);
    const files = [
      fileOf("0001_init", `CREATE TABLE "first" ("id" int PRIMARY KEY);\n`),
      fileOf(
        `0002_${name}`.replaceAll("/", "_").slice(0, 60),
        [
          `CREATE TYPE ${quote(`E${name}`)} AS ENUM ('a', ${literal(name)})`,
          `CREATE TABLE ${table} (${table} int CONSTRAINT ${quote(`P${name}`)} PRIMARY KEY, "e" ${quote(`E${name}`)})`,
          `CREATE INDEX ${quote(`I${name}`)} ON ${table} ("e")`,
          `CREATE FUNCTION ${quote(`F${name}`)}(${table} ${quote(`E${name}`)}) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
          `CREATE POLICY ${table} ON ${table}`,
          `ALTER TABLE "first" ADD COLUMN ${table} int`,
        ].join(";\n"),
      ),
    ] as const;
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy([files[0]]);
    await history.recordFailure(files[1], { code: "42P07", message: `relation "${name}" already exists` });
    await expectSame({ migrations: files, database: db });
    assert.ok(!existsSync(witness), "psql executed a name");
  });
}
