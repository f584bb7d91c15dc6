import assert from "node:assert/strict";
import { test } from "node:test";
import type { Evidence } from "../evidence.ts";
import { lacksPrivilege } from "./lacks-privilege.ts";

test("what belongs to one other role is one finding, with a statement for each", () => {
  const of = (table: string) => ({
    what: `change or remove table public.${table}, which belongs to admin`,
    asWhom: "a superuser",
    statement: `ALTER TABLE "public"."${table}" OWNER TO "app";`,
    owner: "admin",
    ...{ migration: "0002", file: "0002/migration.sql", line: 1 },
  });
  const server = { user: "app", database: "shop" };
  const run = (tables: readonly string[]) =>
    lacksPrivilege.run({ lacking: tables.map(of), server } as unknown as Evidence);
  const [one, ...more] = run(["a", "b"]);
  assert.equal(more.length, 0);
  assert.equal(one?.title, "app may not change or remove 2 objects which belong to admin, which 0002 does");
  assert.match(
    JSON.stringify(one?.remedies),
    /\\"a\\" OWNER TO \\"app\\"; ALTER TABLE \\"public\\"\.\\"b\\"/,
  );
  assert.equal(
    run(["a", "a"])[0]?.title,
    "app may not change or remove table public.a, which belongs to admin, which 0002 does",
  );
});
