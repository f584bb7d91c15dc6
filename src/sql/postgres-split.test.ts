import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import { loadModule, parseSync, scanSync } from "libpg-query";
import { splitPostgres } from "./postgres-split.ts";
import { tokensOf } from "./postgres-tokens.ts";

const texts = (script: string) => splitPostgres(script).map(({ text }) => text);

/** Pieces that lexers stumble over, whole and broken. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      "'",
      "''",
      '"',
      '""',
      "\\",
      "\\'",
      "E'",
      "e'a\\'b'",
      "U&'",
      "B'0'",
      "$",
      "$$",
      "$a$",
      "$é$",
      "$1",
      "a$b$",
      "$a",
    ],
    ...[
      "/*",
      "*/",
      "/* ; */",
      "/* /* ; */ */",
      "--",
      "-- ; '\n",
      "-",
      "/",
      "*",
      "\n",
      "\r",
      " ",
      "\t",
      ";",
      ";;",
      "(",
      ")",
    ],
    ...[
      "BEGIN",
      "ATOMIC",
      "begin atomic",
      "END",
      "CASE",
      "CREATE FUNCTION",
      "CREATE OR REPLACE PROCEDURE",
      "CREATE RULE",
    ],
    ...[
      "SELECT",
      "1",
      "1.5e3",
      "0x1F",
      "x",
      "é",
      "\u{1F600}",
      "\u00a0",
      "::",
      "||",
      "+-",
      "@",
      "[",
      "]",
      ".",
      ",",
      "AS",
    ],
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const soup = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));

describe("whatever the text", () => {
  test("the statements and what lies between them are the text, and between lies nothing to be executed", () => {
    fc.assert(
      fc.property(soup, (script) => {
        let end = 0;
        let between = "";
        for (const { text, start, end: next, line } of splitPostgres(script)) {
          assert.equal(text, script.slice(start, next));
          assert.ok(start >= end && next > start);
          assert.equal(line, script.slice(0, start).split("\n").length);
          between += `${script.slice(end, start)}\n`;
          end = next;
        }
        between += script.slice(end);
        for (const { kind, start, end: next } of tokensOf(between)) {
          const nothing = kind === "space" || kind === "comment" || between.slice(start, next) === ";";
          assert.ok(nothing, JSON.stringify(between));
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("the tokens are the text", () => {
    fc.assert(
      fc.property(soup, (script) => {
        const tokens = [...tokensOf(script)];
        assert.equal(tokens.map(({ start, end }) => script.slice(start, end)).join(""), script);
        assert.ok(tokens.every(({ start, end }) => end > start));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("as PostgreSQL's own scanner and parser", () => {
  before(loadModule);

  test("semicolons are those which the scanner finds, in any text that it accepts", () => {
    let accepted = 0;
    fc.assert(
      fc.property(soup, (script) => {
        // The library takes its text to end at the first zero byte; half a surrogate pair has no UTF-8.
        fc.pre(!script.includes("\0") && Buffer.from(script).toString() === script);
        const found = semicolonsByScanner(script);
        fc.pre(found !== undefined);
        accepted++;
        const ours = [...tokensOf(script)].filter(
          (token) => script[token.start] === ";" && token.kind === "symbol",
        );
        assert.deepEqual(
          ours.map(({ start }) => start),
          found,
        );
      }),
      { numRuns: 4000, maxSkipsPerRun: 100 },
    );
    assert.ok(accepted >= 1000);
  });

  test("statements are those of the parser", () => {
    fc.assert(
      fc.property(validScript, (script) => {
        assert.deepEqual(texts(script), statementsByParser(script), script);
      }),
      { numRuns: 2000 },
    );
  });

  const scripts = [
    "CREATE FUNCTION f(begin int, atomic int) RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT 2; SELECT 3",
    "CREATE FUNCTION begin() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN (CASE 1 WHEN 1 THEN 2 END) END; END; SELECT 3",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT 2 AS case; SELECT t.end FROM t; END; SELECT 3",
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS "END"; END; SELECT 3',
    "CREATE PROCEDURE p() BEGIN ATOMIC END; CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC; END; SELECT 1",
    "CREATE FUNCTION f() RETURNS int RETURN 1; BEGIN; END; SELECT CASE WHEN true THEN 1 END; COMMIT",
    "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v); SELECT 1",
    "SELECT E'a'\n'\\';'; SELECT E'a' \t\n \n '\\';'; SELECT 'a'\n'\\'; SELECT 1",
    "SELECT U&'a\\003b'; SELECT U&\"d;\"; SELECT B'1', X'1F', N'a;'",
    "SELECT $$ ; $$; SELECT $a$ ; $$ ; $b$ ; $a$; SELECT a$b$c FROM t",
    "SELECT 1 /* /* ; */ ; */; -- ;\n SELECT 2 --",
    "SELECT 'é\u{1F600};' AS \"\u{1F600};\"; SELECT 2",
    "DO $do$ BEGIN EXECUTE $x$ SELECT ';' $x$; END $do$; ; ; SELECT 1",
    "SELECT 1 +/* ; */ 2; SELECT 2 @-- ;\n 3; SELECT 1 -(-1)",
    "CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1; SELECT 1",
  ];
  for (const script of scripts) {
    test(script, () => {
      assert.deepEqual(texts(script), statementsByParser(script));
    });
  }
});

/** UTF-16 offsets; undefined where the scanner refuses the text. */
function semicolonsByScanner(script: string): number[] | undefined {
  try {
    const bytes = Buffer.from(script);
    return scanSync(script)
      .tokens.filter(({ tokenName }) => tokenName === "ASCII_59")
      .map(({ start }) => bytes.subarray(0, start).toString().length);
  } catch {
    return undefined;
  }
}

/** The parser counts bytes, and leaves comments at the beginning of a statement in it. */
function statementsByParser(script: string): string[] | undefined {
  const bytes = Buffer.from(script);
  let parsed: ReturnType<typeof parseSync>;
  try {
    parsed = parseSync(script);
  } catch {
    return undefined;
  }
  return (parsed.stmts ?? []).map(({ stmt_location: start = 0, stmt_len: length }) => {
    const text = bytes.subarray(start, length ? start + length : undefined).toString();
    const solid = [...tokensOf(text)].filter(
      (token) => token.kind !== "space" && token.kind !== "comment" && text[token.start] !== ";",
    );
    return text.slice(solid[0]?.start, solid.at(-1)?.end);
  });
}

const content = fc
  .array(
    fc.constantFrom("a", ";", " ", "--", "/*", "*/", "é", "\u{1F600}", '"', "$x$", "(", ")", "END", "\n"),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));
const literal = fc.oneof(
  content.map((text) => `'${text.replaceAll("'", "''")}''${text}'`),
  content.map((text) => `E'${text}\\'\\\\${text}'`),
  content.map((text) => `E'${text}' \n\t '\\'${text}'`),
  content.map((text) => `$tag$${text}'$tag$`),
  content.map((text) => `$$${text.replaceAll("$", "")}'$$`),
  fc.constant("(1 + (2))"),
  content.map((text) => `CASE WHEN true THEN '${text}' END`),
  content.map((text) => `1 AS "a${text.replaceAll('"', '""')}"`),
);
const gap = fc.oneof(
  fc.constantFrom(" ", "\n", "\t\r\n"),
  content.map((text) => ` -- ${text.replaceAll("\n", " ")}\n`),
  content.map((text) => ` /* ${text.replace(/\*\/|\/\*/g, "")} /* ; */ */ `),
);
const select = fc
  .tuple(gap, fc.array(literal, { minLength: 1, maxLength: 3 }))
  .map(([space, values]) => `SELECT${space}${values.join(`,${space}`)}`);
const statement = fc.oneof(
  select,
  fc
    .array(select, { maxLength: 3 })
    .map(
      (body) =>
        `CREATE FUNCTION f(begin int) RETURNS int BEGIN ATOMIC ${body.map((one) => `${one}; `).join("")}END`,
    ),
  fc
    .tuple(gap, gap)
    .map(
      ([a, b]) => `CREATE RULE r AS ON INSERT${a}TO t DO ALSO (INSERT INTO u${b}VALUES (';'); DELETE FROM v)`,
    ),
  content.map((text) => `DO $do$ BEGIN PERFORM 1; ${text} END $do$`),
  fc
    .tuple(gap, content)
    .map(
      ([space, text]) =>
        `CREATE TABLE${space}"t${text.replaceAll('"', '""')}" (a int,${space}b text DEFAULT ';')`,
    ),
  fc.constantFrom(
    "BEGIN",
    "COMMIT",
    "ALTER TABLE a OWNER TO b",
    "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1;'",
  ),
);
const validScript = fc
  .array(fc.tuple(gap, statement, gap, fc.constantFrom(";", ";;", "; ;")), { maxLength: 6 })
  // The parser refuses a text without any statement.
  .map((parts) => `SELECT 0;${parts.map((part) => part.join("")).join("")}`);
