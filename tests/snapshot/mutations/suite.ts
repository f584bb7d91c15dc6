import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Snapshot } from "../../../src/schema/snapshot.ts";
import { type Major, whyNot } from "../../servers/majors.ts";
import { Laboratory, mutateAndUndo, mutateForGood, openSession } from "./laboratory.ts";
import type { Mutation } from "./mutation.ts";

/** Tests that each of the mutations changes the fingerprint which it is known to change, and no other. */
export async function testMutations(major: Major, mutations: readonly Mutation[]): Promise<void> {
  const skip = await whyNot(major);
  describe(`mutations on PostgreSQL ${major}`, { skip }, () => {
    let laboratory: Laboratory;
    let session: Awaited<ReturnType<typeof openSession>>;
    let base: Snapshot;
    const seen = new Map<string, string>();

    before(async () => {
      laboratory = await Laboratory.open(major);
      session = await openSession(await laboratory.database());
      base = await session.snapshot({ inTransaction: false });
    });
    after(async () => {
      await session?.close();
      await laboratory?.close();
    });

    for (const mutation of mutations) {
      test(`${mutation.changes}: ${mutation.name}`, async () => {
        if (mutation.alone) await mutateForGood(await laboratory.copy(), mutation, major);
        else {
          const made = await mutateAndUndo(session, mutation, { major, base });
          if (mutation.setup !== undefined || mutation.changes === "nothing") return;
          // Not only something is seen, but what.
          assert.equal(seen.get(made), undefined);
          seen.set(made, mutation.name);
        }
      });
    }
  });
}
