import assert from "node:assert/strict";
import { test } from "node:test";
import { fileOf } from "../application.ts";
import { finding, found, said } from "../doctor.ts";
import { ask, newHosted } from "./asking.ts";
import { applicationFiles } from "./files.ts";

test("what stands on the host's tables and functions is judged like all else", async () => {
  const db = await newHosted();
  assert.equal(await db.history.deploy(applicationFiles.slice(0, 2)), undefined);
  await db.database.script(`ALTER TABLE auth.users ADD COLUMN is_anonymous boolean NOT NULL DEFAULT false;
    CREATE TABLE auth.one_time_tokens (id uuid PRIMARY KEY, user_id uuid REFERENCES auth.users);`);
  const answer = await ask(applicationFiles, db);
  assert.deepEqual(found(answer), ["info foreign-objects", "info pending"]);
  assert.deepEqual(said(answer), ["applied present", "applied present", "pending absent"]);
  assert.deepEqual(answer.replay.ground, ["auth", "extensions", "storage", "supabase_realtime"]);

  // Again, from what is known by now; and what was made on the host's tables is missed.
  await db.database.script(
    'DROP TRIGGER "on_auth_user_created" ON auth.users; DROP POLICY "avatars are public" ON storage.objects',
  );
  const missing = await ask(applicationFiles, db);
  assert.deepEqual(found(missing), ["error drift", "info foreign-objects", "info pending"]);
  const { evidence } = finding(missing, "drift");
  assert.match(evidence.join("\n"), /missing +trigger auth\.users\.on_auth_user_created/);
  assert.match(evidence.join("\n"), /missing +policy storage\.objects\."avatars are public"/);
});

test("what is not the host's either is missing as before", async () => {
  const files = [
    fileOf("0001_a", 'CREATE TABLE "a" ("id" uuid REFERENCES "auth"."users", "b" "public"."kind");\n'),
  ];
  const db = await newHosted();
  assert.equal((await db.history.deploy(files))?.code, "42704");
  const answer = await ask(files, db);
  assert.deepEqual(found(answer), ["error failed-migration", "warning cannot-replay"]);
  assert.equal(answer.replay.ground, undefined);
});
