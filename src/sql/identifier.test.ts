import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { loadModule, parseSync } from "libpg-query";
import { dotted, quoteIdentifier, quoteLiteral, splitDotted, textLiteral } from "./identifier.ts";
import { tokensOf } from "./postgres-tokens.ts";

before(loadModule);

/** The library takes its text to end at the first zero byte, and half a surrogate pair has no UTF-8. */
const text = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("'", '"', "\\", ".", "$", "a", ";", "-", "\n") }),
  )
  .filter((value) => !value.includes("\0") && Buffer.from(value).toString() === value);

test("whatever is quoted is one token, and the parser reads it back", () => {
  fc.assert(
    fc.property(text, (value) => {
      const tokens = [quoteIdentifier(value), quoteLiteral(value), textLiteral(value)].map((quoted) =>
        [...tokensOf(quoted)].map(({ kind }) => kind),
      );
      assert.deepEqual(tokens, [["quoted-identifier"], ["string"], ["string"]]);
      // Names are cut to 63 bytes, and no name is empty.
      fc.pre(value !== "" && Buffer.byteLength(value) < 64);
      const [target, escaped] = JSON.parse(
        JSON.stringify(
          parseSync(`SELECT ${quoteLiteral(value)} AS ${quoteIdentifier(value)}, ${textLiteral(value)}`),
        ),
      ).stmts[0].stmt.SelectStmt.targetList;
      assert.equal(target.ResTarget.name, value);
      for (const { ResTarget } of [target, escaped])
        assert.equal(ResTarget.val.A_Const.sval.sval ?? "", value);
    }),
    { numRuns: 500 },
  );
});

test("no two names are one identity", () => {
  const part = fc.string({ unit: fc.constantFrom("a", "A", ".", '"', "1", "_"), maxLength: 4 });
  const parts = fc.array(part, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      assert.equal(dotted(...a) === dotted(...b), JSON.stringify(a) === JSON.stringify(b));
    }),
    { numRuns: 3000 },
  );
});

test("only what has to be is quoted", () => {
  assert.equal(dotted("public", "User", "e_mail1$"), 'public."User".e_mail1$');
  assert.equal(dotted("1a", 'x"y', ""), '"1a"."x""y".""');
});

test("a dotted name is taken apart into what it was made of", () => {
  const part = fc.oneof(
    fc.string({ unit: fc.constantFrom("a", "A", ".", '"', "1", "_", "(", " ", "\n", "$"), maxLength: 6 }),
    fc.string({ unit: "binary", maxLength: 6 }),
  );
  const parts = fc.array(part, { minLength: 1, maxLength: 4 });
  const rest = fc.oneof(
    fc.constant(""),
    fc.string().map((text) => `(${text})`),
  );
  fc.assert(
    fc.property(parts, rest, (names, suffix) => {
      assert.deepEqual(splitDotted(dotted(...names) + suffix), { parts: names, rest: suffix });
    }),
    { numRuns: 3000 },
  );
  assert.throws(() => splitDotted("public."), RangeError);
  assert.throws(() => splitDotted(""), RangeError);
});
