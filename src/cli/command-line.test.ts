import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isKnownError } from "../errors.ts";
import { commands } from "./catalog.ts";
import { readCommandLine } from "./command-line.ts";
import { helpText } from "./help.ts";

async function refusal(...argv: string[]): Promise<string> {
  const error: unknown = await readCommandLine(argv).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isKnownError(error, "USAGE"), `${argv} was taken`);
  return error.message;
}

describe("a command", () => {
  test("has its options, before it or after it; the last of two counts", async () => {
    const options = { database: "b", stateDir: "s", json: true, noColor: true };
    for (const argv of [
      ["status", "--database", "a", "--json", "--database=b", "--state-dir", "s", "--no-color"],
      ["--json", "--no-color", "--state-dir=s", "--database", "b", "status"],
    ]) {
      assert.deepEqual(await readCommandLine(argv), {
        command: commands["status"],
        options,
        words: [],
      });
    }
  });
  test("an empty value is a value", async () => {
    const request = await readCommandLine(["doctor", "--database", ""]);
    assert.ok("options" in request);
    assert.deepEqual(request.options, { database: "" });
  });
  test("may have an argument", async () => {
    const wordsOf = async (...argv: string[]) => {
      const request = await readCommandLine(argv);
      assert.ok("words" in request);
      return request.words;
    };
    assert.deepEqual(await wordsOf("explain", "drift"), ["drift"]);
    assert.deepEqual(await wordsOf("explain"), []);
    assert.deepEqual(await wordsOf("--json", "diff", "a", "--strict", "b"), ["a", "b"]);
    assert.deepEqual(await wordsOf("diff", "a"), ["a"]);
    assert.deepEqual(await wordsOf("diff", "", ""), ["", ""]);
  });
});

describe("what is refused", () => {
  for (const [argv, words] of [
    [["docter"], "Unknown command 'docter' (Did you mean doctor?)"],
    [["docter", "--help"], "Unknown command 'docter' (Did you mean doctor?)"],
    [["mend"], "Unknown command 'mend'."],
    [["toString"], "Unknown command 'toString'."],
    [["--json"], "There is no command."],
    [["status", "--databse=x"], "Unknown option '--databse' (Did you mean --database?)"],
    [["explain", "--quiet"], "Unknown option '--quiet'."],
    [["status", "--constructor"], "Unknown option '--constructor'."],
    [["status", "-x"], "Unknown option '-x'."],
    [["status", "--json=1"], "Option '--json' takes no value."],
    [["status", "--database"], "Option '--database <url>' argument missing."],
    [["status", "--database", "--json"], "Option '--database <url>' argument missing."],
    [
      ["diff"],
      "'diff' needs something to work on: a database's URL, a snapshot file, files (the migrations' end), or files@<migration>.",
    ],
    [["diff", "a", "b", "c"], "Too many arguments for 'diff'. Expected 2 arguments but got 3."],
    [["snapshot", "a", "b"], "Too many arguments for 'snapshot'. Expected 1 argument but got 2."],
    [["snapshot", "--strict"], "Unknown option '--strict'."],
    [["status", "a"], "Too many arguments for 'status'. Expected 0 arguments but got 1."],
    [["explain", "a", "b"], "Too many arguments for 'explain'. Expected 1 argument but got 2."],
  ] as const) {
    test(argv.join(" "), async () => assert.equal(await refusal(...argv), words));
  }
  test("no value is repeated", async () => {
    const secret = "postgresql://u:hunter2@h/d";
    for (const argv of [
      [secret],
      ["status", secret],
      ["diff", secret, secret, secret],
      ["status", `--databse=${secret}`],
      ["status", `--json=${secret}`],
      ["status", `--database=${secret}\n`],
    ])
      assert.doesNotMatch(await refusal(...argv), /hunter2/);
  });
  test("anything else is understood, or refused with words", async () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "status",
        "explain",
        "diff",
        "--",
        "-",
        "--json",
        "--database",
        "-hV",
        "--__proto__",
        "--=x",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (argv) => {
        await readCommandLine(argv).catch((error: unknown) => assert.ok(isKnownError(error, "USAGE")));
      }),
    );
  });
});

describe("the help", () => {
  test("is shown where nothing is asked, and where it is asked", async () => {
    assert.deepEqual(await readCommandLine([]), { show: "help", name: undefined });
    assert.deepEqual(await readCommandLine(["-h"]), { show: "help", name: undefined });
    assert.deepEqual(await readCommandLine(["status", "--help", "--nonsense"]), {
      show: "help",
      name: "status",
    });
    assert.deepEqual(await readCommandLine(["status", "-V"]), { show: "version" });
  });
  test("names every command and every option", () => {
    for (const [name, { options, arguments: expected = [] }] of Object.entries(commands)) {
      assert.match(helpText(undefined), new RegExp(`^ {2}${name} \\[options\\]`, "m"));
      const help = helpText(name);
      const words = expected.map((one) => (one.required ? ` <${one.name}>` : ` [${one.name}]`)).join("");
      assert.ok(help.startsWith(`Usage: godwit ${name} [options]${words}\n`));
      for (const option of Object.keys(options)) assert.match(help, new RegExp(`^ {2}--${option} `, "m"));
      assert.ok(help.split("\n").every((line) => line.length <= 80));
    }
  });
});
