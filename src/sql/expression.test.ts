import assert from "node:assert/strict";
import { test } from "node:test";
import { notOneExpression } from "./expression.ts";

test("what can be nothing but one expression", () => {
  for (const text of [
    "NULL",
    "lower(email) || '-' || id",
    "left(code, 10)",
    "coalesce(a, '(')",
    `"we;ird" || ';--'`,
    "E'it\\'s'",
    "(SELECT max(id) FROM t)",
    "$$a;b$$",
    "a[1]",
    "'it''s'",
  ])
    assert.equal(notOneExpression(text), undefined, text);
});

test("what ends the statement, or hides what follows, is none", () => {
  for (const text of [
    "",
    "1; DROP TABLE t",
    "1) WHERE (true",
    "1)",
    "(1",
    "a[1",
    "a(]",
    "1 -- the rest",
    "1 /* the rest",
    "1 /* a */",
    "'open",
    '"open',
    "E'open\\'",
    "$$open",
    "$a$open$$",
    "'''",
  ])
    assert.notEqual(notOneExpression(text), undefined, text);
});
