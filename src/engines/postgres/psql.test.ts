import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { splitPostgres } from "../../sql/postgres-split.ts";
import { psql } from "./psql.ts";

const plain = [
  "CREATE TABLE a (b int DEFAULT '1'::int)",
  "CREATE TABLE a (b int) -- \\q of psql, :USER;",
  "COMMENT ON TABLE a IS ':USER; /* --'",
  'SELECT ":USER" FROM a /* :HOST \\! rm */',
  "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN x := 1; RETURN E'\\n'; END$$",
  "CALL p(a => 1, b := 2)",
];

const hostile = [
  "SELECT a[1:USER] FROM b",
  "SELECT a[1 : 2] FROM b",
  "SELECT :'USER'",
  'SELECT :"USER"',
  "SELECT :{?USER}",
  "SELECT 1 \\! rm",
  "SELECT 1 \\; SELECT 2",
  "SELECT 'a\\'",
  "SELECT E'\\''",
  "SELECT U&'\\0041'",
  "CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c)",
  "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
  "SELECT (1",
  "SELECT 'no end",
  "SELECT 1 /* no end",
  "SELECT $a$ no end",
  "SELECT :::a",
  "SELECT 1 :",
];

test("a statement which means nothing to psql stands as it is", () => {
  for (const sql of plain) assert.equal(psql.statement(sql), `${sql}\n;`);
});

test("a statement which psql would read otherwise is sent from a string", () => {
  for (const sql of hostile) assert.equal(psql.statement(sql), `SELECT $godwit$${sql}$godwit$\n\\gexec`);
  const nested = "SELECT $godwit$ :a $godwit$, $godwit1, :USER";
  assert.equal(psql.statement(nested), `SELECT $godwit2$${nested}$godwit2$\n\\gexec`);
});

test("whatever a statement holds, its bytes are in the script, and it ends with it", () => {
  const unit = fc.constantFrom(
    "'",
    '"',
    "\\",
    ":",
    ";",
    "$",
    "$$",
    "$a$",
    "(",
    ")",
    "/*",
    "*/",
    "--",
    "\n",
    "a",
    "E",
    " ",
    "BEGIN",
    "1",
  );
  fc.assert(
    fc.property(fc.string({ unit }), (sql) => {
      const text = psql.statement(sql);
      assert.ok(text.includes(sql));
      if (text.endsWith("\\gexec")) {
        const [, tag = ""] = /^SELECT (\$godwit\d*\$)/.exec(text) ?? [];
        assert.equal(text, `SELECT ${tag}${sql}${tag}\n\\gexec`);
        assert.equal(
          text.indexOf(tag, "SELECT ".length + tag.length),
          text.length - tag.length - "\n\\gexec".length,
        );
      } else {
        // The one that follows is not drawn in.
        assert.equal(splitPostgres(`${text}\nNEXT;`).at(-1)?.text, "NEXT");
      }
    }),
    { numRuns: 3000 },
  );
});

test("values are put into the text as literals", () => {
  const write = (sql: string, ...values: (string | number | null)[]) => psql.write({ sql, values });
  assert.equal(
    write('INSERT INTO "$1"."t" VALUES ($1, $2, $3, $4, \'$1\')', "it's", -1.5, null, ""),
    "INSERT INTO \"$1\".\"t\" VALUES ('it''s', (-1.5), NULL, '', '$1')\n;",
  );
  assert.equal(write("SELECT $1::text, $2", "$2", "b"), "SELECT '$2'::text, 'b'\n;");
  assert.equal(write("SELECT $1", "a\\'b"), "SELECT $godwit$SELECT E'a\\\\''b'$godwit$\n\\gexec");
  assert.equal(write("SELECT $11", ...Array.from({ length: 11 }, (_, i) => `v${i + 1}`)), "SELECT 'v11'\n;");
  assert.throws(() => write("SELECT $2", "a"), RangeError);
  assert.throws(() => write("SELECT $1", Number.NaN), RangeError);
});
