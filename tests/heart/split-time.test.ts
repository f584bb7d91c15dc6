import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { splitPostgres } from "../../src/sql/postgres-split.ts";

describe("in linear time", () => {
  const size = 2_000_000;
  const fill = (text: string) => text.repeat(Math.ceil(size / text.length));
  const monsters: Record<string, string> = {
    "one string": `'${fill("a")}'`,
    "one string of escapes": `E'${fill("\\'")}'`,
    "one quoted identifier": `"${fill("a")}"`,
    "one dollar quote": `$$${fill("a; ")}$$`,
    quotes: fill("'"),
    "quotes of identifiers": fill('"'),
    "escape strings": fill("E'a'\n"),
    "escape strings with comments": fill("E'a' --\n--\n"),
    dollars: fill("$"),
    "dollars and words": fill("$a "),
    "comments opened": fill("/*"),
    "comments closed": fill("*/"),
    comments: fill("/**/"),
    dashes: fill("-"),
    spaces: fill(" "),
    parentheses: fill("("),
    words: fill("a "),
    "one word": fill("a"),
    numbers: fill("1 "),
    semicolons: fill(";"),
    statements: fill("INSERT INTO t VALUES ('a''b', E'x\\'', $x$ ; $x$);\n"),
    bodies: fill("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;\n"),
    "one body": `CREATE FUNCTION f() RETURNS int BEGIN ATOMIC ${fill("SELECT CASE WHEN 1 THEN 2 END; ")}END`,
  };
  for (const [name, script] of Object.entries(monsters)) {
    test(name, () => {
      const start = performance.now();
      splitPostgres(script);
      // Linear time is 0.4 s at most here; what is quadratic would take hours.
      assert.ok(performance.now() - start < 10_000);
    });
  }
});
