import assert from "node:assert/strict";
import { test } from "node:test";
import { namesCreated, publicationsMentioned, schemasMentioned, takesColumns } from "./postgres-mentions.ts";

test("what might be a schema's name, in bodies of functions too", () => {
  const sql = `CREATE EXTENSION x WITH SCHEMA "Ext ""s";
    CREATE FUNCTION f() RETURNS uuid LANGUAGE sql AS $$ SELECT Auth.uid() $$; ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES "my auth" . "users"`;
  assert.deepEqual([...schemasMentioned(sql)].toSorted(), ['Ext "s', "auth", "my auth"]);
});

test("what a script creates by names with a schema, and its indexes", () => {
  const sql = `CREATE TABLE IF NOT EXISTS "auth"."Users" (); create or replace function private.f() ...;
    CREATE TRIGGER t AFTER INSERT ON auth.users; CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "By Mail" ON auth.users (email);
    CREATE MATERIALIZED VIEW stats.m AS SELECT 1; CREATE TABLE plain (x int REFERENCES auth.users)`;
  assert.deepEqual(namesCreated(sql), {
    whole: [
      ["auth", "Users"],
      ["private", "f"],
      ["stats", "m"],
    ],
    indexes: ["By Mail"],
  });
});

test("what takes the columns of something else", () => {
  for (const sql of [
    "CREATE VIEW v AS SELECT * FROM auth.users",
    "create table t (like auth.users)",
    "CREATE TABLE t () INHERITS (auth.users)",
    "CREATE TABLE t PARTITION OF a.b FOR VALUES IN (1)",
    "CREATE MATERIALIZED VIEW v AS SELECT u.* FROM auth.users u",
    "SELECT * INTO t FROM auth.users",
  ])
    assert.equal(takesColumns(sql), true, sql);
  for (const sql of [
    "CREATE TABLE t (id uuid REFERENCES auth.users (id))",
    "CREATE VIEW v AS SELECT id FROM auth.users",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT count(*) FROM auth.users $$",
    "CREATE POLICY p ON t USING (name LIKE auth.prefix())",
    "DROP TABLE t",
  ])
    assert.equal(takesColumns(sql), false, sql);
});

test("publications of others", () => {
  const sql = `CREATE PUBLICATION ours; ALTER PUBLICATION ours ADD TABLE a;
    alter publication "Theirs" add table a; DROP PUBLICATION IF EXISTS other`;
  assert.deepEqual([...publicationsMentioned(sql)], ["Theirs", "other"]);
});
