import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jsonText } from "./json.ts";
import { printable } from "./printable.ts";
import { styleOf } from "./style.ts";
import { wrap } from "./wrap.ts";

const harmful = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const anyText = fc.string({ unit: "binary" });

test("control characters and turns of direction are shown as escapes", () => {
  assert.equal(printable("a\u001b[2Jb\r\n\u009b\u202e"), String.raw`a\x1b[2Jb\x0d\x0a\x9b\u202e`);
  assert.equal(printable("us\u200bers\ufeff\u00ad\u{e0041}"), String.raw`us\u200bers\ufeff\xad\u{e0041}`);
  assert.equal(jsonText({ a: "\u{e0041}" }), '{\n  "a": "\\udb40\\udc41"\n}\n');
  assert.equal(printable('Grüße, "été" 東京 🐦'), 'Grüße, "été" 東京 🐦');
  fc.assert(fc.property(anyText, (text) => assert.doesNotMatch(printable(text), harmful)));
});

test("JSON is as harmless, and says the same", () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, anyText), (document) => {
      const text = jsonText(document);
      assert.doesNotMatch(text.replaceAll("\n", ""), harmful);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(document)));
    }),
  );
});

test("lines are broken at spaces, as late as they can be, and nothing is lost", () => {
  assert.equal(wrap("one two three", 9, "  "), "one two\n  three");
  assert.equal(wrap("a-command-that-is-to-be-copied now", 5), "a-command-that-is-to-be-copied\nnow");
  const words = fc.array(fc.stringMatching(/^\w{1,12}$/), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(words, fc.integer({ min: 10, max: 40 }), fc.integer({ min: 0, max: 8 }), (all, width, by) => {
      const lines = wrap(all.join(" "), width, " ".repeat(by)).split("\n");
      assert.deepEqual(
        lines.flatMap((line) => line.trim().split(" ")),
        all,
      );
      for (const [i, line] of lines.entries()) {
        const length = line.trim().length + by;
        assert.ok(length <= width || !line.trim().includes(" "));
        const next = lines[i + 1]?.trim().split(" ")[0];
        if (next !== undefined) assert.ok(length + 1 + next.length > width);
      }
    }),
  );
});

test("colours are there or not", () => {
  for (const name of ["bold", "dim", "red", "yellow", "green", "cyan"] as const) {
    assert.equal(styleOf(false)[name]("text"), "text");
    assert.ok(styleOf(true)[name]("text").startsWith("\u001b["));
  }
});
