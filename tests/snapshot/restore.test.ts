import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { environmentFingerprint, fingerprint, type Snapshot } from "../../src/schema/snapshot.ts";
import { type Major, whyNot } from "../servers/majors.ts";
import { connect } from "./database.ts";
import { dumpOf, restore } from "./dump.ts";
import { Laboratory, openSession } from "./mutations/laboratory.ts";

/** What a dump does not keep, and is therefore brought about in the original before it is compared. */
const asDumped = `
ALTER EXTENSION pg_trgm UPDATE;
ALTER SUBSCRIPTION fed DISABLE`;

/** `pg_dump` 15 reads these. */
const dumped: readonly Major[] = [13, 14, 15];

for (const major of dumped) {
  describe(`dump and restore of one of everything on PostgreSQL ${major}`, {
    skip: await whyNot(major),
  }, () => {
    let laboratory: Laboratory;
    before(async () => {
      laboratory = await Laboratory.open(major);
    });
    after(() => laboratory?.close());

    test("makes the same database, in all that DDL can change", async () => {
      const original = await laboratory.database();
      const connection = await connect(original);
      await connection.run(asDumped).finally(() => connection.end());
      const copy = await laboratory.empty();
      await restore(await dumpOf(original), copy);
      const [here, there] = [await look(original), await look(copy)];
      assert.deepEqual([...there.objects.keys()], [...here.objects.keys()]);
      for (const [key, { attributes, environment }] of here.objects) {
        const restored = there.objects.get(key);
        assert.deepEqual({ ...restored?.attributes }, { ...attributes }, key);
        assert.deepEqual({ ...restored?.environment }, { ...environment }, `environment of ${key}`);
      }
      assert.equal(fingerprint(there), fingerprint(here));
      assert.equal(environmentFingerprint(there), environmentFingerprint(here));
    });
  });
}

async function look(url: string): Promise<Snapshot> {
  const session = await openSession(url);
  return session.snapshot({ inTransaction: false }).finally(() => session.close());
}
