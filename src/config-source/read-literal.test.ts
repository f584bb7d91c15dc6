import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { unreadableAt } from "./literal-reading.ts";
import { readLiteral } from "./read-literal.ts";
import { LiteralSyntaxError } from "./tokens.ts";

const environment = { URL: "postgres://x", EMPTY: "" };
const readingOf = (expression: string) => readLiteral(`export default { it: ${expression} }`, environment);
const it = (expression: string) => (readingOf(expression).value as { it?: unknown }).it;

describe("what it reads", () => {
  const cases: Readonly<Record<string, unknown>> = {
    "'a\\'b'": "a'b",
    '"\\u0041\\x42\\u{43}\\n"': "ABC\n",
    "-1_000.5": -1000.5,
    "0x1f": 31,
    true: true,
    null: null,
    "[1, 'two', [3],]": [1, "two", [3]],
    "{ a: { 'b-c': 1, 2: 3 } }": { a: { "b-c": 1, "2": 3 } },
    "process.env.URL": "postgres://x",
    "process.env['URL']": "postgres://x",
    "process.env?.URL": "postgres://x",
    "process.env.URL!": "postgres://x",
    "process.env.URL as string": "postgres://x",
    "env('URL')": "postgres://x",
    "env<Env>('URL')": "postgres://x",
    "String(process.env.URL)": "postgres://x",
    "process.env.NOT_SET": undefined,
    "process.env.toString": undefined,
    "process.env.NOT_SET ?? 'fallback'": "fallback",
    "process.env.EMPTY ?? 'fallback'": "",
    "process.env.EMPTY || 'fallback'": "fallback",
    "process.env.URL ?? compute()": "postgres://x",
    "process.env.NOT_SET || process.env.URL || 'x'": "postgres://x",
    "`${process.env.URL}/db`": "postgres://x/db",
    "`${process.env.NOT_SET}/db`": undefined,
    "`a${`b${'c'}`}d`": "abcd",
    "'a' + 1 + `b`": "a1b",
    "('a')": "a",
    "'a' as const": "a",
    "{ a: 1 } as const satisfies Record<string, Map<string, number>>": { a: 1 },
    "path.join('prisma', 'schema')": "prisma/schema",
    "/* comment */ 'a' // comment": "a",
  };
  for (const [expression, expected] of Object.entries(cases)) {
    test(expression, () => {
      const reading = readLiteral(`export default { it: ${expression}\n}`, environment);
      assert.deepEqual(reading.unreadable, []);
      assert.deepEqual((reading.value as { it?: unknown }).it, expected);
    });
  }

  const exports = {
    "export default { a: 1 }": "an object",
    "module.exports = { a: 1 };": "CommonJS",
    "import 'dotenv/config'\nexport default defineConfig({ a: 1 })": "defineConfig",
    "const config: Config<{ b: 1 }> = { a: 1 }\nexport default config": "a constant",
    "export default { a: 1 } satisfies Config\nconsole.log(1)": "something after it",
    "const part = { a: 1 };\nexport default { ...part };": "a spread",
    "const a = 1;\nexport default { a };": "a shorthand",
    "#!/usr/bin/env node\nexport default { a: 1, };": "a hashbang and a trailing comma",
    "const re = /[\"'`]/; export default { a: 1 }": "a regular expression with quotes",
  };
  for (const [source, title] of Object.entries(exports)) {
    test(title, () => assert.deepEqual(readLiteral(source, {}).value, { a: 1 }));
  }

  test("directories stand for what Node would give", () => {
    const { value } = readLiteral(
      "export default [__dirname, path.resolve(import.meta.dirname, 'a'), process.cwd()]",
      {},
      {
        __dirname: "/p",
        "import.meta.dirname": "/p",
        "process.cwd": "/c",
      },
    );
    assert.deepEqual(value, ["/p", "/p/a", "/c"]);
  });

  test("which variables a value rests on", () => {
    const { variables } = readLiteral("export default { a: { b: env('X') } }", {});
    assert.deepEqual(variables, [{ path: "a.b", name: "X" }]);
  });
});

describe("what it does not read", () => {
  const cases = [
    "compute()",
    "a ? 'b' : 'c'",
    "'a' ?? b ? 'c' : 'd'",
    "() => ({ url: 'x' })",
    "new URL('x')",
    "'a'.trim()",
    "1 + 1",
    "unknown",
    "a",
    "/x/",
  ];
  for (const expression of cases) {
    test(`${expression} is noted, and what follows is read`, () => {
      const reading = readLiteral(`export default {\n  it: ${expression},\n  next: 1 }`, {});
      assert.deepEqual(reading.value, { it: undefined, next: 1 });
      assert.deepEqual(reading.unreadable, [{ path: "it", line: 2 }]);
    });
  }

  test("the outermost is noted, not what is in it", () => {
    assert.deepEqual(readingOf("f({ a: g(), b: { c: h() } })").unreadable, [{ path: "it", line: 1 }]);
  });

  test("a method is no obstacle", () => {
    const reading = readLiteral("export default { async adapter(env) { return f({ a: 1 }) }, url: 'x' }", {});
    assert.equal((reading.value as { url: string }).url, "x");
    assert.deepEqual(
      reading.unreadable.map(({ path }) => path),
      ["adapter"],
    );
  });

  test("what a spread or a computed key may replace is unknown", () => {
    const spread = readLiteral("export default { a: { url: 'old', ...load() }, b: 1 }", {});
    assert.deepEqual(spread.value, { a: {}, b: 1 });
    assert.ok(unreadableAt(spread, "a.url"));
    assert.equal(unreadableAt(spread, "b"), undefined);
    assert.ok(unreadableAt(readLiteral("export default { [key]: 1 }", {}), "url"));
  });

  test("no export, or one that is computed", () => {
    assert.deepEqual(readLiteral("console.log(1)", {}).unreadable, [{ path: "", line: 1 }]);
    assert.deepEqual(readLiteral("\nexport default build()", {}).unreadable, [{ path: "", line: 2 }]);
  });

  test("text without an end names the line, never the text", () => {
    for (const source of ['export default {\n a: "s3cret', "\n`s3cret", "\n/* s3cret", "\n`${s3cret"]) {
      assert.throws(
        () => readLiteral(source, {}),
        (error) =>
          error instanceof LiteralSyntaxError && error.line === 2 && !error.message.includes("s3cret"),
      );
    }
  });

  test("__proto__ is a key like any other", () => {
    const { value } = readLiteral('export default { "__proto__": { polluted: true } }', {});
    assert.ok(Object.hasOwn(value as object, "__proto__"));
    assert.equal((value as { polluted?: boolean }).polluted, undefined);
  });
});

describe("hostile sources end, and soon", () => {
  const sources = {
    "constants which name themselves": "const a = a; const b = c; const c = b; export default [a, b]",
    "constants which double": `${Array.from({ length: 40 }, (_, i) => `const a${i} = [a${i + 1}, a${i + 1}];`).join("")} export default a0`,
    "deep brackets": `export default ${"[".repeat(50_000)}`,
    "deep parentheses": `export default ${"(".repeat(50_000)}1${")".repeat(50_000)}`,
    "deep templates": `export default ${"`${".repeat(50_000)}`,
    "many angles": `export default { a: x as ${"<".repeat(50_000)} }`,
  };
  for (const [title, source] of Object.entries(sources)) {
    test(title, { timeout: 5000 }, () => {
      try {
        readLiteral(source, {});
      } catch (error) {
        assert.ok(error instanceof LiteralSyntaxError);
      }
    });
  }

  const words = [
    "export default",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    "a",
    "'s'",
    "`t${",
    "}`",
    "??",
    "||",
    "...",
    "const a =",
    "process.env.X",
    "env(",
    "as",
    "<",
    ">",
    "=>",
    "1",
    "\n",
    "/",
    "//",
    "+",
    "!",
    ";",
    "-",
  ];
  test("any order of words gives a reading or a syntax error", () => {
    const source = fc.oneof(
      fc
        .array(fc.constantFrom(...words), { maxLength: 40 })
        .map((parts) => `export default ${parts.join(" ")}`),
      fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(source, (text) => {
        try {
          readLiteral(text, { X: "x" });
        } catch (error) {
          if (!(error instanceof LiteralSyntaxError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("every JSON value is read as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const source = `export default ${JSON.stringify(value)}`;
        assert.deepEqual(readLiteral(source, {}).value, JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("nothing is run", () => {
    const source =
      "export default { a: (globalThis.ran = true), b: globalThis.eval(`globalThis.ran = true`), c: (() => { globalThis.ran = true })() }";
    assert.equal(readLiteral(source, {}).unreadable.length, 3);
    assert.equal("ran" in globalThis, false);
  });
});

test("a value in a list has its place in the path", () => {
  assert.deepEqual(readingOf("[1, f()]").unreadable, [{ path: "it.1", line: 1 }]);
  assert.deepEqual(it("[1, f()]"), [1, undefined]);
});
