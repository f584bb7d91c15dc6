import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { AttributeValue, SchemaObject } from "./object.ts";
import { hashOf, type Snapshot, snapshotOf, snapshotVersion } from "./snapshot.ts";
import { beginsLikeSnapshot, readSnapshotDocument, snapshotDocument } from "./snapshot-file.ts";

function column(name: string, attributes: Record<string, AttributeValue>, more: Partial<SchemaObject> = {}) {
  const named = { kind: "column" as const, identity: `public.t.${name}`, attributes };
  const place = { schema: "public", relation: "t", name, environment: {}, dependsOn: ["table public.t"] };
  return { ...named, ...place, shared: false, hash: hashOf(named), ...more };
}

const documentOf = (snapshot: Snapshot) =>
  [...snapshotDocument({ engine: "postgres", serverVersion: "15.18", snapshot })].join("");

const two = snapshotOf(
  [
    column("id", { type: "integer", notNull: true }, { environment: { owner: "a", grants: ["x", "y"] } }),
    column("odd\u202e\n", { check: "1 < 2" }, { unreadable: true, definition: "?" }),
  ],
  ["public.t"],
);

function problemOf(text: string): string {
  const reading = readSnapshotDocument(text);
  assert.ok(reading.outcome === "damaged" || reading.outcome === "no-snapshot", reading.outcome);
  return reading.problem;
}

describe("a snapshot's document", () => {
  const name = fc.string({ unit: "binary", minLength: 1 });
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean(), fc.array(fc.string()));
  const attributes = fc.dictionary(fc.string(), value, { noNullPrototype: true, maxKeys: 3 });

  test("gives the snapshot back", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 5 }),
        attributes,
        attributes,
        (names, own, environment) => {
          const snapshot = snapshotOf(names.map((one) => column(one, own, { environment })));
          const reading = readSnapshotDocument(documentOf(snapshot));
          const file = { engine: "postgres", serverVersion: "15.18", snapshot };
          assert.deepEqual(reading, { outcome: "read", file });
        },
      ),
    );
    const reading = readSnapshotDocument(documentOf(two));
    assert.ok(reading.outcome === "read");
    assert.deepEqual(reading.file.snapshot, two);
  });
  test("holds the hash of an object which computes it", () => {
    const { hash, ...rest } = column("id", { type: "integer" });
    const computing = Object.create({ hash }, Object.getOwnPropertyDescriptors(rest)) as SchemaObject;
    assert.equal(readSnapshotDocument(documentOf(snapshotOf([computing]))).outcome, "read");
  });
  test("comes in pieces", () => {
    const many = snapshotOf(Array.from({ length: 5000 }, (_, i) => column(`c${i}`, { type: "integer" })));
    const pieces = [...snapshotDocument({ engine: "postgres", serverVersion: "15.18", snapshot: many })];
    assert.ok(pieces.length > 10);
    assert.ok(pieces.every(({ length }) => length < 70_000));
    assert.equal(JSON.parse(pieces.join("")).objects.length, 5000);
  });
  test("is recognised by its beginning", () => {
    assert.ok(beginsLikeSnapshot(documentOf(two).slice(0, 100)));
    assert.ok(beginsLikeSnapshot(JSON.stringify(JSON.parse(documentOf(two)), null, 2)));
    assert.ok(!beginsLikeSnapshot('{"godwit":1,"outcome":"healthy"'));
    assert.ok(!beginsLikeSnapshot(""));
  });
});

describe("what is refused", () => {
  const text = documentOf(two);
  const changed = (change: (document: Record<string, never> & { objects: SchemaObject[] }) => void) => {
    const document = JSON.parse(text);
    change(document);
    return problemOf(JSON.stringify(document));
  };

  test("what is no snapshot", () => {
    assert.equal(problemOf(" \n"), "it is empty");
    assert.equal(problemOf("CREATE TABLE t ();"), "it is no JSON");
    for (const other of ["null", "[]", "1", '{"godwit":1,"outcome":"healthy"}', '{"snapshotVersion":2}'])
      assert.equal(problemOf(other), "it is JSON, but no snapshot of Godwit's");
  });
  test("another version", () => {
    const other = text.replace(`"snapshotVersion":${snapshotVersion}`, '"snapshotVersion":1');
    const known = snapshotVersion;
    assert.deepEqual(readSnapshotDocument(other), { outcome: "other-version", version: 1, known });
  });
  test("any shorter text", () => {
    for (let length = 0; length < text.trimEnd().length; length++) problemOf(text.slice(0, length));
    assert.match(problemOf(text.slice(0, -20)), /ends too early/);
  });
  test("an attribute, an owner, an object, an order, a mark that was changed", () => {
    const edit = (from: string, to: string) => {
      assert.ok(text.includes(from));
      return problemOf(text.replace(from, to));
    };
    assert.equal(edit('"integer"', '"bigint"'), "column public.t.id does not match its hash");
    assert.match(edit('"owner":"a"', '"owner":"b"'), /owners, grants, comments/);
    assert.match(edit('"notNull":true', '"notNull":null'), /its object 1 is incomplete/);
    assert.match(edit('"shared":false', '"shared":0'), /its object 1 is incomplete/);
    assert.match(edit('"15.18"', "15.18"), /of its server/);
    assert.match(
      changed(({ objects }) => objects.pop()),
      /its objects do not match its fingerprint/,
    );
    assert.match(
      changed(({ objects }) => objects.reverse()),
      /is not at its place/,
    );
    assert.match(
      changed(({ objects }) => objects.push(...objects.slice(-1))),
      /is not at its place/,
    );
    assert.match(problemOf(JSON.stringify({ ...JSON.parse(text), objects: {} })), /it has no objects/);
  });
  test("anything else is an answer too", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const document = { ...JSON.parse(text), objects: value };
        assert.notEqual(readSnapshotDocument(JSON.stringify(document)).outcome, "read");
      }),
    );
  });
});
