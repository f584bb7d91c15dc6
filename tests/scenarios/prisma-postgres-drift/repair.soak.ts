import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

scenario("what a hand added to our tables stays, rows included", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  const table = quote(migrations[0].makes);
  const byHand = `
    ALTER TABLE ${table} ADD COLUMN "by hand" text DEFAULT 'x';
    CREATE INDEX "index by hand" ON ${table} ("by hand");
    CREATE FUNCTION "trigger by hand"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."by hand" := 'set'; RETURN NEW; END $$;
    CREATE TRIGGER "t by hand" BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION "trigger by hand"();
    CREATE VIEW "view by hand" AS SELECT "id", "by hand" FROM ${table};
    COMMENT ON TABLE ${table} IS 'a note';`;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(migrations.slice(0, -1));
  await history.recordFailure(failed, { code: "57014", message: "canceling statement due to user request" });
  await db.script(failed.statements.slice(0, 3).join(";\n"));
  await db.script(byHand);
  const { plan } = await repaired(migrations, db, {
    byHand,
    marked: [failed.name],
    executed: [],
    remain: ["warning drift"],
  });
  assert.deepEqual(
    plan?.removes.filter((object) => object.includes("by hand")),
    [],
  );
});

/** Whether to undo it is a person's decision; but it is no state to be content with. */
for (const [what, sql, named] of [
  ["dropped an index", 'DROP INDEX "by_title"', /by_title/],
  ["changed a default", 'ALTER TABLE "book" ALTER COLUMN "pages" SET DEFAULT 2', /pages/],
] as const) {
  scenario(`a hand has ${what}: no plan, and it is not said that all is well`, async ({ database }) => {
    const files = [
      fileOf(
        "0001_library",
        'CREATE TABLE "book" ("id" int PRIMARY KEY, "title" text, "pages" int DEFAULT 1);\nCREATE INDEX "by_title" ON "book" ("title");\n',
      ),
    ];
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script(sql);
    const { reasons, findings } = await refused(files, db, "refused");
    assert.equal(reasons.length, 1);
    assert.match(JSON.stringify(findings.map(({ evidence }) => evidence)), named);
  });
}
