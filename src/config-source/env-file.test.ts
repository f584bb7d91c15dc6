import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseEnvFile, withEnvFile } from "./env-file.ts";

describe("parseEnvFile", () => {
  const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "A=1\nB=2": { A: "1", B: "2" },
    "\uFEFFA=1\r\nB=2\r\n": { A: "1", B: "2" },
    "export A=1\nexport  B=2": { A: "1", B: "2" },
    "A = spaced # comment": { A: "spaced" },
    'A="x # y" # comment': { A: "x # y" },
    "A='x\\ny'": { A: "x\\ny" },
    'A="x\\ny"': { A: "x\ny" },
    'A="two\nlines"\nB=1': { A: "two\nlines", B: "1" },
    "A=`a\"b'c`": { A: "a\"b'c" },
    "A=\nB=1": { A: "", B: "1" },
    "A: yaml": { A: "yaml" },
    "# A=1\nnot an assignment\nB=1": { B: "1" },
    "A=1\nA=2": { A: "2" },
    'A="unterminated\nB=1': { A: '"unterminated', B: "1" },
    "DATABASE_URL=postgres://u:p%40ss@h:5432/d?schema=public&x=1": {
      DATABASE_URL: "postgres://u:p%40ss@h:5432/d?schema=public&x=1",
    },
  };
  for (const [text, expected] of Object.entries(cases)) {
    test(JSON.stringify(text), () => assert.deepEqual(Object.fromEntries(parseEnvFile(text)), expected));
  }

  test("any text is survived", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => parseEnvFile(text) instanceof Map));
  });

  test("what is quoted comes back", () => {
    const value = fc.string().filter((text) => !/['\r\\]/.test(text));
    fc.assert(fc.property(value, (text) => assert.equal(parseEnvFile(`A='${text}'`).get("A"), text)));
  });
});

describe("withEnvFile", () => {
  const ref = (name: string) => `$\{${name}}`;
  const merge = (text: string, environment = {}) => withEnvFile(environment, parseEnvFile(text));

  test("the environment wins over the file", () => {
    assert.deepEqual(merge("A=file\nB=file", { A: "own", C: "own" }), { A: "own", B: "file", C: "own" });
  });
  test("braces are replaced, a bare dollar is not", () => {
    const { URL } = merge(`U=me\nURL=pg://${ref("U")}:${ref("P")}@h/$U\\${ref("U")}`, { P: "own" });
    assert.equal(URL, `pg://me:own@h/$U${ref("U")}`);
  });
  test("references reach through references", () => {
    assert.equal(merge(`A=${ref("B")}\nB=${ref("C")}\nC=1`)["A"], "1");
  });
  test("what the file does not name stays as it is", () => {
    assert.equal(merge("A=1", { OTHER: ref("A") })["OTHER"], ref("A"));
  });
  test("values which name themselves, or double, end", { timeout: 5000 }, () => {
    assert.equal(merge(`A=${ref("A")}`)["A"], ref("A"));
    const doubling = Array.from(
      { length: 60 },
      (_, index) => `A${index}=\${A${index + 1}}\${A${index + 1}}x`,
    ).join("\n");
    assert.ok((merge(doubling)["A0"] ?? "").length <= 65_536);
  });
});
