import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { shellWord } from "./shell.ts";

const awkward = [
  ..."'\"`$\\!*?[]{}()<>|&;#~=% \n\t".split(""),
  ...[
    "",
    "-n",
    "a b",
    "$(id)",
    "`id`",
    "it's",
    "é",
    "~root",
    "a\\",
    "''",
    "-",
    "--",
    "x=1",
    "*.sql",
    "20240101_init",
    "a/b.c:d@e",
    "two\nlines",
    "\u001b[31mred\u0007\u007f",
    "\u0001a\u009b2J",
    "abc\u202etxt\u200b\u2028\ufeff",
    "tag\u{e0001}0",
    "'\r\\'",
  ],
];

/** What a shell hands on when these are the words of a command. */
const throughShell = (words: readonly string[]) =>
  execFileSync("/bin/bash", ["-c", `printf '%s\\000' ${words.map(shellWord).join(" ")}`], {
    encoding: "utf8",
    env: { LC_ALL: "C.UTF-8" },
  })
    .split("\0")
    .slice(0, -1);

test("a shell takes every word for itself", () => {
  assert.deepEqual(throughShell(awkward), awkward);
  const text = fc.string({ unit: fc.constantFrom(...awkward, "a", "0") });
  const [words = []] = fc.sample(fc.array(text, { minLength: 2000, maxLength: 2000 }), 1);
  assert.deepEqual(throughShell(words), words);
});

test("what needs no quotes has none", () => {
  assert.equal(shellWord("20240101_init"), "20240101_init");
  assert.equal(shellWord("it's; rm -rf"), "'it'\\''s; rm -rf'");
});

test("nothing in a command forges a line or moves a cursor", () => {
  const text = fc.string({ unit: "grapheme-composite" });
  fc.assert(
    fc.property(fc.oneof(text, fc.constantFrom(...awkward)), (word) =>
      assert.doesNotMatch(shellWord(word), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u),
    ),
  );
});
