import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, everyFramework } from "./failure.ts";
import { failureNamed, failures } from "./registry.ts";

test("every id is one word for one thing", () => {
  const ids = failures.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[a-z]+(?:-[a-z]+)*$/);
  assert.equal(failureNamed("failed-migration")?.id, "failed-migration");
  assert.equal(failureNamed("nonsense"), undefined);
});

test("every failure says all that a person needs", () => {
  for (const { id, title, summary, causes, cure, popularCure, frameworks } of failures) {
    assert.ok(title({}).length > 10, id);
    assert.doesNotMatch(title({}), / {2}|undefined/, id);
    assert.match(summary, /\.$/, id);
    assert.ok(causes.length >= 2 && frameworks.length > 0, id);
    assert.ok(popularCure.what.length > 5 && popularCure.why.length > 20, id);
    assert.ok(
      cure.every(({ text }) => text.length > 20),
      id,
    );
  }
});

test("one command fits every framework and engine, known or not", () => {
  for (const { id, tellApart, cure } of failures) {
    for (const framework of [undefined, ...everyFramework]) {
      for (const engine of [undefined, "postgres", "mysql", "sqlite"] as const) {
        const origin = { ...(framework && { framework }), ...(engine && { engine }) };
        const probe = choose(tellApart, origin);
        assert.ok(
          probe !== undefined && probe.command !== "" && probe.shows !== "",
          `${id} ${framework} ${engine}`,
        );
        assert.ok(choose(cure, origin), `${id} ${framework} ${engine}`);
      }
    }
  }
});

test("no command changes anything, and no cure resets or forces", () => {
  const destructive =
    /\b(?:drop|delete|truncate|update|insert|alter|reset|fresh|purge|flush|stamp|unlock|terminate|kill|prune|rm|force|push|upgrade|downgrade|deploy|down)\b/i;
  const reckless =
    /migrate reset|migrate:fresh|migrate:refresh|db:drop|db:reset|--force\b|--accept-data-loss|--purge|CASCADE|FOREIGN_KEY_CHECKS|TRUNCATE|down -v/i;
  for (const { id, tellApart, cure } of failures) {
    for (const { command } of tellApart) {
      // `git grep` and `order by` name such words only as what is looked for.
      if (!command.startsWith("git grep")) assert.doesNotMatch(command, destructive, `${id}: ${command}`);
      assert.doesNotMatch(command, /\n|;/, id);
    }
    for (const { text } of cure) assert.doesNotMatch(text, reckless, `${id}: ${text}`);
  }
});

test("no pattern keeps state between two lines", () => {
  for (const { id, signs } of failures) {
    for (const { pattern, has, codes } of signs) {
      assert.ok(has !== undefined || codes !== undefined, id);
      assert.ok(pattern === undefined || !(pattern.global || pattern.sticky), id);
      // An unbounded repetition of anything could make one long line slow.
      assert.doesNotMatch(pattern?.source ?? "", /(?:\.|\]|\\[wWsSdD])[*+]/, `${id}: ${pattern?.source}`);
    }
  }
});

test("what is named as another failure exists", () => {
  for (const { id, insteadOf, signs } of failures) {
    for (const other of [...(insteadOf ?? []), ...signs.flatMap(({ besides }) => besides ?? [])]) {
      assert.ok(failureNamed(other), `${id} names ${other}`);
    }
  }
});
