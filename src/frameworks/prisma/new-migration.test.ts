import assert from "node:assert/strict";
import { test } from "node:test";
import { newMigration } from "./new-migration.ts";

const moment = new Date("2026-03-04T05:06:07.890Z");

function nameAfter(existing: readonly string[], title = 'adopt index public."by Title"'): string {
  const wishes = { migrations: "/app/prisma/migrations", projectDirectory: "/app", sql: "SELECT 1;\n" };
  const { migration, path } = newMigration({ ...wishes, existing, title, moment });
  assert.equal(migration.file, `prisma/migrations/${migration.name}/migration.sql`);
  assert.equal(path, `/app/${migration.file}`);
  for (const one of existing) {
    assert.ok(
      Buffer.compare(Buffer.from(migration.name), Buffer.from(one)) > 0,
      `${migration.name} > ${one}`,
    );
    assert.ok(migration.name.localeCompare(one, "en") > 0, `${migration.name} > ${one}`);
  }
  return migration.name;
}

test("it is named by the moment, as Prisma names it", () => {
  assert.equal(nameAfter(["20240101000000_init"]), "20260304050607_adopt_index_public_by_title");
  assert.equal(nameAfter([]), "20260304050607_adopt_index_public_by_title");
});

test("it comes after names that a moment does not", () => {
  assert.equal(nameAfter(["20270101000000_init"], "adopt x"), "20270101000001_adopt_x");
  assert.equal(nameAfter(["0001_init", "9000_library"], "adopt x"), "9001_adopt_x");
  assert.equal(nameAfter(["init", "more"], "adopt x"), "more_adopt_x");
  assert.equal(nameAfter(["9999_init"], "adopt x"), "9999_init_adopt_x");
});

test("what a title is made of cannot lead out of the directory", () => {
  assert.equal(
    nameAfter(["1_init"], 'adopt table public."../../x\n\u0000"'),
    "20260304050607_adopt_table_public_x",
  );
  assert.ok(nameAfter(["1_init"], `adopt ${"long ".repeat(50)}`).length < 80);
});
