import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { normalForm } from "./normal-form.ts";

/** What the server prints first, and what it prints when it has read that. */
const twice: Readonly<Record<string, readonly [first: string, second: string]>> = {
  "a list of a varchar": [
    "CHECK (((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
    "CHECK (((s)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))",
  ],
  "a type with a precision": [
    "(n = ANY ((ARRAY[1, 2.5])::numeric(5,1)[]))",
    "(n = ANY (ARRAY[(1)::numeric(5,1), (2.5)::numeric(5,1)]))",
  ],
  "a type of several words": [
    "((ARRAY[d, now()])::timestamp(3) with time zone[])",
    "(ARRAY[(d)::timestamp(3) with time zone, (now())::timestamp(3) with time zone])",
  ],
  "a quoted type": [
    `((ARRAY['x'::text])::"Odd ""s"".name"."T,(]"[])`,
    `(ARRAY[('x'::text)::"Odd ""s"".name"."T,(]"])`,
  ],
  "nested arrays": [
    "(ARRAY[ARRAY[a, b], ARRAY[c]])::text[]",
    "ARRAY[ARRAY[(a)::text, (b)::text], ARRAY[(c)::text]]",
  ],
  "a list within a list": [
    "(ARRAY[f((ARRAY[a, b])::text[]), c])::text[]",
    "ARRAY[(f(ARRAY[(a)::text, (b)::text]))::text, (c)::text]",
  ],
  "elements with commas and brackets of their own": [
    "(ARRAY[f(a, b[1]), '],''('::character varying])::text[]",
    "ARRAY[(f(a, b[1]))::text, ('],''('::character varying)::text]",
  ],
  "BETWEEN and more": ["(((a >= 1) AND (a <= 2)) AND b)", "((a >= 1) AND (a <= 2) AND b)"],
  "NOT BETWEEN or more": ["(((a < 1) OR (a > 2)) OR b)", "((a < 1) OR (a > 2) OR b)"],
  "a list with variables": [
    "((((a = 1) OR (a = b)) OR (a = c)) AND d)",
    "(((a = 1) OR (a = b) OR (a = c)) AND d)",
  ],
  "both at once": [
    "((((s)::text = ANY ((ARRAY['a'::character varying])::text[])) AND a) AND b)",
    "(((s)::text = ANY (ARRAY[('a'::character varying)::text])) AND a AND b)",
  ],
};

describe("has the form that the server gives it when it reads it again", () => {
  for (const [name, [first, second]] of Object.entries(twice)) {
    test(name, () => {
      assert.equal(normalForm(first), second);
      assert.equal(normalForm(second), second);
    });
  }
});

describe("is left as it is", () => {
  const alone: Readonly<Record<string, string>> = {
    "a string that looks like an array": "(a <> '(ARRAY[''x''::text])::text[]'::text)",
    "a string that looks like a chain": "(a <> '((a AND b) AND c)'::text)",
    "a string with escapes": String.raw`(a <> E'\'((a AND b) AND c)(ARRAY[1])::text[]'::text)`,
    "a quoted name": '("((a AND b) AND c)" = "(ARRAY[a])::text[]")',
    "the body of a function": "AS $function$ SELECT ((a AND b) AND c), (ARRAY[1])::text[] $function$",
    "an array without a cast": "f((ARRAY[1, 2]))",
    "an array cast to no array": "(ARRAY[1, 2])::text",
    "one element of an array": "(ARRAY[1, 2])[1]",
    "an array of rows of a query": "(ARRAY( SELECT 1))::text[]",
    "a chain that does not come first": "(a AND (b AND c))",
    "another chain that comes first": "((a OR b) AND c)",
    arguments: "f((a AND b), c)",
    "a query that comes first": "(( SELECT a FROM t JOIN u ON x AND y) AND c)",
    "a frame": "(sum(a) OVER (ORDER BY (b) ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))",
    nothing: "",
    "what is never closed": "((a AND (ARRAY[1])::text[",
    "what was never opened": ")) AND ](ARRAY[1])::",
  };
  for (const [name, text] of Object.entries(alone)) test(name, () => assert.equal(normalForm(text), text));
});

const leaf = fc.constantFrom("a", "(b = 1)", "'(ARRAY['::text", "f(x, 'y)'::text)", '"a AND b"', "$$ ((x $$");
/** Expressions as the server prints them, with all of its parentheses. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    leaf,
    fc
      .tuple(fc.array(tie("expression"), { minLength: 2, maxLength: 4 }), fc.constantFrom(" AND ", " OR "))
      .map(([parts, connective]) => `(${parts.join(connective)})`),
    fc
      .tuple(
        fc.array(tie("expression"), { minLength: 1, maxLength: 3 }),
        fc.constantFrom("text", "numeric(5,1)", '"T"'),
      )
      .map(([parts, type]) => `(ARRAY[${parts.join(", ")}])::${type}[]`),
    tie("expression").map((inner) => `(NOT ${inner})`),
    tie("expression").map((inner) => `CASE WHEN ${inner} THEN 1 ELSE 2 END`),
  ),
}));

test("what has its form keeps it", () => {
  fc.assert(
    fc.property(expression, (text) => {
      const once = normalForm(text);
      assert.equal(normalForm(once), once);
      // What is a word or a literal stays, whatever becomes of the parentheses and casts around it.
      const words = (of: string) =>
        of
          .match(/'[^']*'|"[^"]*"|\$\$[^$]*\$\$|\b(?:AND|OR|NOT|CASE|b|f)\b/g)
          ?.filter((word) => word !== '"T"');
      assert.deepEqual(words(once), words(text));
    }),
  );
});
