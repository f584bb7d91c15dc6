import assert from "node:assert/strict";
import { test } from "node:test";
import { environmentFingerprint, fingerprint } from "../../src/schema/snapshot.ts";
import { Random, seed } from "../scenarios/random.ts";
import { connect } from "./database.ts";
import { dumpOf } from "./dump.ts";
import { Laboratory, openSession } from "./mutations/laboratory.ts";
import { ground, places } from "./walk.ts";

const steps = Number(process.env["GODWIT_SOAK"] ?? 0) * 100 || 60;

/** Rights on one object stand in the order in which they were granted, which makes no difference. */
const rights = /^(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) /;

function sortRights(dump: string): string {
  const lines = dump.split("\n");
  const other = lines.filter((line) => !rights.test(line));
  return [...other, ...lines.filter((line) => rights.test(line)).sort()].join("\n");
}

test("two states have the same dump if, and only if, they have the same fingerprints", async () => {
  const random = new Random("walk");
  const laboratory = await Laboratory.open(15);
  const url = await laboratory.empty();
  const connection = await connect(url);
  await connection.run(ground);
  const session = await openSession(url);
  try {
    const seen = new Map<string, { print: string; at: string }>();
    const prints = new Map<string, string>();
    const way: string[] = [];
    let again = 0;
    let some = places;
    for (let i = 0; i < steps; i++) {
      // In a few places for a while, so that it comes again by another way to where it was.
      if (i % 8 === 0) some = random.shuffle(places).slice(0, 2);
      const sql = random.pick(Object.values(random.pick(some)));
      await connection.run(sql);
      way.push(sql);
      const snapshot = await session.snapshot({ inTransaction: false });
      const print = `${fingerprint(snapshot)} ${environmentFingerprint(snapshot)}`;
      const dump = sortRights(await dumpOf(url, "--schema-only"));
      const words = `seed ${seed}, after ${way.length} statements, the last of which are\n${way.slice(-12).join("\n")}`;
      const before = seen.get(dump);
      if (before !== undefined) assert.equal(print, before.print, `the dump is as ${before.at}: ${words}`);
      if (before !== undefined) again++;
      const dumped = prints.get(print);
      if (dumped !== undefined) assert.equal(dump, dumped, words);
      seen.set(dump, { print, at: `after ${way.length}` });
      prints.set(print, dump);
    }
    assert.ok(again > 0, "it never came again to where it was");
  } finally {
    await session.close();
    await connection.end();
    await laboratory.close();
  }
});
