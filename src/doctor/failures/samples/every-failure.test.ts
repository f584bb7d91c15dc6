import assert from "node:assert/strict";
import { test } from "node:test";
import { everyFramework } from "../failure.ts";
import { recognise } from "../recognise.ts";
import { failures } from "../registry.ts";
import { dressings } from "./dressings.test.ts";
import { frameworkLogs, serverLines } from "./framework-logs.test.ts";
import { printed } from "./printed.test.ts";
import { serverErrors } from "./server-errors.test.ts";

const ids = (log: string): string[] => recognise(log).failures.map(({ failure }) => failure.id);

for (const [dressing, dress] of Object.entries(dressings)) {
  test(`what the servers refuse, as each framework prints it: ${dressing}`, () => {
    for (const [failure, errors] of Object.entries(serverErrors)) {
      for (const error of errors) {
        for (const framework of everyFramework) {
          const log = dress(printed[framework](error));
          const { framework: told, engine, failures: found } = recognise(log);
          const where = `${failure} by ${framework}: ${error.message}\n${log}`;
          assert.ok(
            found.some(({ failure: { id } }) => id === failure),
            `${where}\nfound ${found.map(({ failure: { id } }) => id)}`,
          );
          assert.equal(told, framework, where);
          assert.equal(engine, error.engine, where);
        }
      }
    }
  });

  // A message in JSON tells of one event: a listing, a second boot, an exit code are lines of their own.
  if (dressing === "pino" || dressing === "error in json") continue;
  test(`what the frameworks themselves say: ${dressing}`, () => {
    for (const { failure, framework, log } of frameworkLogs) {
      const found = ids(dress(log));
      assert.ok(found.includes(failure), `${failure} by ${framework}: found ${found}\n${dress(log)}`);
    }
  });
}

test("what servers write into their own logs", () => {
  for (const [failure, line] of serverLines) assert.ok(ids(line).includes(failure), line);
});

test("every failure is shown by a log of every framework in which it occurs", () => {
  const shown = new Set(frameworkLogs.map(({ failure, framework }) => `${failure} ${framework}`));
  for (const failure of Object.keys(serverErrors))
    for (const framework of everyFramework) shown.add(`${failure} ${framework}`);
  for (const [failure] of serverLines)
    for (const framework of everyFramework) shown.add(`${failure} ${framework}`);
  const missing = failures.flatMap(({ id, frameworks }) =>
    frameworks.map((framework) => `${id} ${framework}`).filter((pair) => !shown.has(pair)),
  );
  assert.deepEqual(missing, []);
});
