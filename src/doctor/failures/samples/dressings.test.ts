import assert from "node:assert/strict";
import { test } from "node:test";

const esc = String.fromCharCode(27);
const lines = (log: string, each: (line: string, index: number) => string): string =>
  log.split("\n").map(each).join("\n");

/** What the tools around a program make of its output. */
export const dressings: Readonly<Record<string, (log: string) => string>> = {
  plain: (log) => log,
  "docker compose": (log) => lines(log, (line) => (/^\w+-1 /.test(line) ? line : `app-1  | ${line}`)),
  "docker compose with times": (log) =>
    lines(log, (line) => `umami_app-1  | 2026-11-21T06:35:32.597123456Z ${line}`),
  kubernetes: (log) => lines(log, (line) => `[pod/app-7d9c/migrate] ${line}`),
  times: (log) => lines(log, (line) => `2026-11-21 06:35:32.597 UTC ${line}`),
  journal: (log) => lines(log, (line) => `Nov 21 06:35:32 host app[812]: ${line}`),
  colours: (log) =>
    lines(log, (line) => `${esc}[31m${line.slice(0, 9)}${esc}[0m${esc}[1;32m${line.slice(9)}${esc}[0m`),
  crlf: (log) => log.replaceAll("\n", "\r\n"),
  "json-file": (log) =>
    lines(log, (line) =>
      JSON.stringify({ log: `${line}\n`, stream: "stderr", time: "2026-11-21T06:35:32Z" }),
    ),
  pino: (log) => JSON.stringify({ level: 50, time: 1, pid: 1, msg: log }),
  "error in json": (log) =>
    JSON.stringify({ level: "error", err: { type: "Error", message: log, stack: "Error\n  at x" } }),
  "nul bytes": (log) => [...log].join("\0"),
  interleaved: (log) =>
    lines(log, (line, index) => `app-1  | ${line}\nworker-1  | ready ${index}: polling the queue "default"`),
};

test("every dressing keeps the words", () => {
  for (const [name, dress] of Object.entries(dressings)) {
    assert.ok(dress("P3009").replace(/[^\w]/g, "").includes("P3009"), name);
  }
});
