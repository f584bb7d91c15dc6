import assert from "node:assert/strict";
import { test } from "node:test";
import { psqlCommandIn } from "./postgres-client-command.ts";

const found = (script: string) => {
  const one = psqlCommandIn(script);
  return one && [one.line, one.command];
};

test("a command of psql's, without what stands behind it", () => {
  assert.deepEqual(found("\\connect postgresql://u:secret@h/d\nSELECT 1;"), [1, "\\connect"]);
  assert.deepEqual(found("-- \\x\n\n  \\restrict abc\nSELECT 1;"), [3, "\\restrict"]);
  assert.deepEqual(found("SELECT 1 \\gset x_"), [1, "\\gset"]);
});

test("rows behind a COPY", () => {
  assert.deepEqual(found("CREATE TABLE x (a int);\nCOPY x (a) FROM stdin;\n3\n\\.\n"), [
    2,
    "COPY … FROM stdin",
  ]);
  assert.deepEqual(found("COPY x FROM STDIN WITH (FORMAT csv)"), [1, "COPY … FROM stdin"]);
});

test("what is quoted, and what the server understands, is none", () => {
  for (const script of [
    "SELECT 'a\n\\connect b', E'\\n', $$\n\\x$$, \"\\\";",
    "COPY x FROM '/tmp/file';",
    "COPY x TO stdout;",
    "/* \n\\x */ SELECT 1;",
    "SELECT 1 \\ 2;",
    "COMMENT ON TABLE x IS 'COPY x FROM stdin';",
  ])
    assert.equal(found(script), undefined, script);
});
