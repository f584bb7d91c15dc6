// The splitter on the SQL of this repository's own tests and on what becomes of that when bytes are lost: it never refuses,
// and agrees with the server's own scanner and parser wherever these accept a text.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { loadModule, parseSync } from "libpg-query";
import { splitPostgres } from "../../src/sql/postgres-split.ts";
import { tokensOf } from "../../src/sql/postgres-tokens.ts";
import { Random, seed } from "../scenarios/random.ts";
import { mutated } from "./mutate.ts";

/** Seconds in the long run. */
const seconds = Number(process.env["GODWIT_SOAK"] ?? 3);

const beginnings = /\b(?:CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|SELECT|COMMENT|GRANT|DO|TRUNCATE|SET)\s[^`]*/;

before(loadModule);

/** What looks like SQL in template literals of the scenarios. */
async function scripts(): Promise<string[]> {
  const root = join(import.meta.dirname, "..");
  const files = (await readdir(root, { recursive: true })).filter((file) => file.endsWith(".ts"));
  const texts = await Promise.all(files.map((file) => readFile(join(root, file), "utf8")));
  return texts.flatMap((text) =>
    text
      .split("`")
      .filter((_, i) => i % 2 === 1)
      .flatMap((literal) => beginnings.exec(literal)?.[0] ?? [])
      .map((sql) => sql.replace(/\$\{[^}]*\}/g, "x")),
  );
}

test("statements are the text, and those of the parser, in real SQL and in what is left of it", async () => {
  const random = new Random("split");
  const all = await scripts();
  assert.ok(all.length > 300);
  let agreed = 0;
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < 400 || performance.now() < end; round++) {
    const drawn = Array.from({ length: random.integer(1, 4) }, () => random.pick(all)).join(";\n");
    // The library takes its text to end at the first zero byte.
    const text = (random.chance(0.3) ? drawn : mutated(drawn, random, all).toString()).replaceAll("\0", "");
    if (text.length > 30_000) continue;
    const told = `GODWIT_SEED=${seed}: ${JSON.stringify(text)}`;
    const statements = splitPostgres(text);
    let joined = "";
    let at = 0;
    for (const { text: one, start, end: stop } of statements) {
      joined += text.slice(at, start) + one;
      at = stop;
    }
    assert.equal(joined + text.slice(at), text, told);
    let parsed: ReturnType<typeof parseSync>;
    try {
      parsed = parseSync(text);
    } catch {
      continue;
    }
    const bytes = Buffer.from(text);
    const theirs = (parsed.stmts ?? []).map(({ stmt_location: start = 0, stmt_len: length }) =>
      bare(bytes.subarray(start, length ? start + length : undefined).toString()),
    );
    assert.deepEqual(
      statements.map((one) => one.text),
      theirs,
      told,
    );
    agreed++;
  }
  assert.ok(agreed > 40, `${agreed} agreed`);
});

/** Without comments and space around it. */
function bare(text: string): string {
  const solid = [...tokensOf(text)].filter(
    ({ kind, start }) => kind !== "space" && kind !== "comment" && text[start] !== ";",
  );
  return text.slice(solid[0]?.start, solid.at(-1)?.end);
}
