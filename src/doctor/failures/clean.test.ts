import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanLine } from "./clean.ts";

const esc = String.fromCharCode(27);

test("what the tools added is taken off", () => {
  const lines: readonly (readonly [string, string, string])[] = [
    ["app-1  | Error: P3009\r", "app-1", "Error: P3009"],
    ["umami_app_1        | 2026-11-21T06:35:32.597123456Z Error", "umami_app_1", "Error"],
    ["2026-11-21 06:35:32.597 UTC [33] ERROR:  x", "", "[33] ERROR:  x"],
    ["[2026-11-21 06:35:32] production.ERROR: x", "", "production.ERROR: x"],
    ["Nov 21 06:35:32 host app[812]: x", "", "x"],
    ["[pod/app-7d/migrate] x", "app-7d/migrate", "x"],
    [`${esc}[31mred${esc}[0m ${esc}]0;title${String.fromCharCode(7)}x`, "", "red x"],
    ["| Yes  | 2014_10_12_000000_a | 1 |", "", "| Yes  | 2014_10_12_000000_a | 1 |"],
    ["E\0r\0r\0o\0r", "", "Error"],
    ["2026-11-21 06:35:32    up     20230101000000  Create", "", "   up     20230101000000  Create"],
  ];
  for (const [raw, service, text] of lines) assert.deepEqual(cleanLine(raw), { service, texts: [text] }, raw);
});

test("JSON lines give their words, and the codes of database errors only", () => {
  const words = (value: unknown): readonly string[] => cleanLine(JSON.stringify(value)).texts;
  assert.deepEqual(words({ level: 30, msg: "a\nb" }), ["a", "b"]);
  assert.deepEqual(words({ log: "app-1  | a\n", stream: "stdout" }), ["a"]);
  assert.deepEqual(words({ log: JSON.stringify({ msg: "inner" }) }), ["inner"]);
  assert.deepEqual(words({ msg: "sold", code: "23505" }), ["sold"]);
  assert.deepEqual(
    words({ err: { type: "DatabaseError", message: "m", code: "23505", severity: "ERROR" } }),
    ["DatabaseError: m", "severity: 'ERROR', code: '23505'"],
  );
  assert.deepEqual(words({ n: 1 }), ['{"n":1}']);
});

test("a JSON line that was cut off still tells what it says", () => {
  assert.deepEqual(cleanLine('{"msg":"relation \\"users\\" already exists').texts, [
    '{"msg":"relation "users" already exists',
  ]);
});
