import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changesValues, isAdded, isMadeAnew, usingOf } from "./clauses.ts";
import { shownValue } from "./shown-value.ts";

describe("what a statement's text says of a column", () => {
  test("that it is added, and not named anew", () => {
    assert.ok(isAdded('ALTER TABLE t ADD COLUMN "a b" int', "a b"));
    assert.ok(isAdded("alter table t add if not exists a int", "a"));
    assert.ok(!isAdded("ALTER TABLE t RENAME COLUMN b TO a", "a"));
    assert.ok(!isAdded("ALTER TABLE t ADD COLUMN ab int", "a"));
    assert.ok(!isAdded('ALTER TABLE t ADD COLUMN "A" int', "a"));
  });

  test("that it is dropped and added", () => {
    assert.ok(isMadeAnew('ALTER TABLE t DROP COLUMN "a",\nADD COLUMN "a" int NOT NULL', "a"));
    assert.ok(!isMadeAnew("ALTER TABLE t DROP COLUMN a, ADD COLUMN b int", "a"));
  });

  test("by which expression it is converted", () => {
    const using = (text: string) => usingOf(text, "a");
    assert.equal(using("ALTER TABLE t ALTER a TYPE int"), undefined);
    assert.equal(
      using('ALTER TABLE t ALTER COLUMN "a" SET DATA TYPE int USING ("a"::int), ALTER b SET NOT NULL'),
      '("a"::int)',
    );
    assert.equal(using("ALTER TABLE t ALTER a TYPE int USING f(a, 1); SELECT 1"), "f(a, 1)");
    assert.equal(using("ALTER TABLE t ALTER b TYPE int"), null);
  });

  test("that it gives rows other values", () => {
    assert.ok(changesValues("ALTER TABLE t ALTER a TYPE int USING a::int"));
    assert.ok(changesValues("ALTER TABLE t DROP COLUMN a, ADD a int"));
    assert.ok(!changesValues('CREATE INDEX i ON t USING btree ("type")'));
    assert.ok(!changesValues("ALTER TABLE t ALTER a TYPE bigint"));
  });
});

test("a value is shown as far as it names nobody", () => {
  const shown: [string, boolean, string][] = [
    ["42", true, "42"],
    ["id 7, 12", true, "id 7, 12"],
    ["old", false, "old"],
    ["Ann", true, "A… (3 characters)"],
    ["ann@example.org", false, "a… (15 characters)"],
    ["+49 170 1234567", false, "+… (15 characters)"],
    ["4111 1111 1111 1111", false, "4… (19 characters)"],
    ["a\u001b[2J\nb", false, "a·[2J·b"],
    ["x".repeat(50), false, `${"x".repeat(40)}…`],
  ];
  for (const [value, personal, expected] of shown) assert.equal(shownValue(value, personal), expected);
});
