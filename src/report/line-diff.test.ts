import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hunks, lineDiff } from "./line-diff.ts";

const texts = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 });
const side = (lines: ReturnType<typeof lineDiff>, name: "a" | "b") =>
  lines.filter((line) => line.in === "both" || line.in === name).map(({ text }) => text);

test("each side can be read back", () => {
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const lines = lineDiff(a, b);
      assert.deepEqual(side(lines, "a"), a);
      assert.deepEqual(side(lines, "b"), b);
      assert.deepEqual(hunks(lines, 100).flat(), lines.some((line) => line.in !== "both") ? lines : []);
    }),
  );
});

test("as much as possible is common", () => {
  const marks = { both: " ", a: "-", b: "+" };
  const told = lineDiff([..."xabcdey"], [..."xacfdey"]).map((line) => marks[line.in] + line.text);
  assert.deepEqual(told, [" x", " a", "-b", " c", "+f", " d", " e", " y"]);
});

test("hunks leave out what is far from any difference", () => {
  const lines = lineDiff([..."1234567890"], [..."1x34567x90"]);
  assert.deepEqual(
    hunks(lines, 1).map((hunk) => hunk.map(({ text }) => text).join("")),
    ["12x3", "78x9"],
  );
});

test("texts that are too long for it are told as replaced", () => {
  const a = Array.from({ length: 3000 }, (_, i) => `a${i}`);
  const b = Array.from({ length: 3000 }, (_, i) => `b${i}`);
  assert.equal(lineDiff(["x", ...a], ["x", ...b]).length, 6001);
});
