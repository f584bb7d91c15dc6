import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connect } from "../database.ts";
import { dumpOf } from "../dump.ts";
import { mutationsOf } from "./all.ts";
import { Laboratory, makeAlone } from "./laboratory.ts";
import type { Mutation } from "./mutation.ts";

/** `pg_dump` sees what is committed: so each mutation has a database of its own. */
describe("pg_dump sees of a mutation what is said of it", { concurrency: 2 }, () => {
  let laboratory: Laboratory;
  before(async () => {
    laboratory = await Laboratory.open(15);
  });
  after(() => laboratory?.close());

  for (const mutation of mutationsOf(15)) {
    test(`${mutation.changes}: ${mutation.name}`, async () => {
      const url = await (/SUBSCRIPTION/.test(mutation.change) ? laboratory.database() : laboratory.copy());
      await make(url, mutation, mutation.setup);
      const before = await dumpOf(url, "--schema-only");
      await make(url, mutation, mutation.change, mutation.fails);
      const now = await dumpOf(url, "--schema-only");
      const shown =
        mutation.onlyInDump !== undefined || (mutation.changes !== "nothing" && !mutation.notInDump);
      assert.equal(now !== before, shown);
      await laboratory.drop(url);
    });
  }
});

async function make(
  url: string,
  { alone }: Mutation,
  sql: string | undefined,
  fails?: string,
): Promise<void> {
  if (alone || sql === undefined) return makeAlone(url, sql, fails);
  const connection = await connect(url);
  await connection.run(`SET search_path = app; ${sql}`).finally(() => connection.end());
}
