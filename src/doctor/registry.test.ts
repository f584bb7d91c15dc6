import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { checks } from "./registry.ts";

const directory = join(import.meta.dirname, "checks");

test("every check has an id of its own, a summary, and a page of what to do and what not", async () => {
  assert.equal(new Set(checks.map(({ id }) => id)).size, checks.length);
  const pages = await readdir(join(import.meta.dirname, "..", "..", "docs", "checks"));
  for (const { id, summary, explain } of checks) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/);
    assert.match(summary, /^[^\n]+\.$/, id);
    assert.match(explain, /^\n# [^\n]+\n\n/, id);
    assert.match(explain, /^\*\*What(?: not)? to do\.\*\*/m, id);
    assert.ok(pages.includes(`${id}.md`), id);
  }
});

test("every file of a check is in the registry", async () => {
  const files = (await readdir(directory)).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  );
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), "utf8")));
  const ids = texts.flatMap((text) => /defineCheck<[\s\S]*?\bid: "([^"]+)"/.exec(text)?.[1] ?? []);
  assert.deepEqual(ids.toSorted(), checks.map(({ id }) => id).toSorted());
});
