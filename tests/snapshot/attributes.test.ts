// `docs/schema.md` says which attributes there are, and which are semantic: it is written from a table, and the table is true.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { attributes } from "../../src/engines/postgres/snapshot/attributes/attributes.ts";
import type { Snapshot } from "../../src/schema/snapshot.ts";
import { majors, whyNot } from "../servers/majors.ts";
import { Laboratory, openSession } from "./mutations/laboratory.ts";

/** Kinds that were there. */
const seen = new Set<string>();

for (const major of majors) {
  describe(`attributes on PostgreSQL ${major}`, { skip: await whyNot(major) }, () => {
    let laboratory: Laboratory;
    let base: Snapshot;

    before(async () => {
      laboratory = await Laboratory.open(major);
      const session = await openSession(await laboratory.database());
      base = await session.snapshot({ inTransaction: false });
      await session.close();
    });
    after(() => laboratory?.close());

    test("every attribute is in the table, on its side", () => {
      for (const { kind, attributes: semantic, environment, environmental } of base.objects.values()) {
        const told = attributes[kind];
        seen.add(kind);
        assert.deepEqual(
          Object.keys(semantic).filter((name) => !(name in told.semantic)),
          [],
          `semantic, of ${kind}`,
        );
        assert.deepEqual(
          Object.keys(environment).filter((name) => !(name in told.environmental)),
          [],
          `environmental, of ${kind}`,
        );
        assert.equal(environmental === true, told.wholly === true, kind);
      }
    });
  });
}

test("the base has every kind", { skip: await whyNot(15) }, () => {
  assert.deepEqual(
    Object.keys(attributes).filter((kind) => !seen.has(kind)),
    [],
  );
});
