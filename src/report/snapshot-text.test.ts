import assert from "node:assert/strict";
import { test } from "node:test";
import type { SchemaObject } from "../schema/object.ts";
import { snapshotOf } from "../schema/snapshot.ts";
import type { SnapshotResult } from "../workflows/snapshot.ts";
import { snapshotText } from "./snapshot-text.ts";

const evil = "e\u001b[2J\n✓ forged\u202e";

function resultOf(schemas: readonly string[], unreadable: readonly string[]): SnapshotResult {
  const objects = schemas.flatMap((schema) =>
    ["a", "b"].map(
      (name): SchemaObject => ({
        kind: "materialized-view",
        identity: `${schema}.${name}`,
        schema,
        name,
        attributes: {},
        environment: {},
        hash: "",
        dependsOn: [],
        shared: false,
      }),
    ),
  );
  const [title, serverVersion] = [`database "${evil}"`, evil];
  const prints = { fingerprint: "5f1c", environmentFingerprint: "0a0b" };
  return {
    of: {
      kind: "database",
      title,
      engine: "postgres",
      serverVersion,
      objects: objects.length,
      ...prints,
      unreadable,
    },
    file: { engine: "postgres", serverVersion, snapshot: snapshotOf(objects, unreadable) },
  };
}

test("objects are counted by schema, and the next command is said", () => {
  const options = { colour: false, width: 80 };
  const text = snapshotText(resultOf(["public", "app"], []), options);
  assert.match(text, /^4 objects, fingerprint 5f1c\n/);
  assert.match(text, /\n {2}app: 2 materialized views\n {2}public: 2 materialized views\n/);
  assert.match(text, /`--out FILE` keeps it/);
  assert.doesNotMatch(text, /incomplete/);
  const written = snapshotText(resultOf(["public"], ["public.a"]), { ...options, out: "before.json" });
  assert.match(written, /It is incomplete: public\.a was behind another session's lock\./);
  assert.match(written, /\nWritten to before\.json\. Later, `godwit diff before\.json`/);
});

test("names cannot forge lines", () => {
  const text = snapshotText(resultOf([evil], [evil]), { colour: false, width: 80, out: evil });
  assert.doesNotMatch(text, /[^\P{Cc}\n]|\u202e/u);
  assert.doesNotMatch(text, /^\s*✓ forged/m);
});
