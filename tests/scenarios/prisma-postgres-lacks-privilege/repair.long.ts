import assert from "node:assert/strict";
import type { Diagnosis } from "../../../src/workflows/result.ts";
import { fileOf } from "../application.ts";
import type { Database } from "../database.ts";
import { finding, found } from "../doctor.ts";
import { documentOf, godwit, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repair } from "../repair.ts";
import { scenario } from "../scenario.ts";

const shop = fileOf("0001_shop", 'CREATE TABLE "order" ("id" int PRIMARY KEY, "email" text);\n');
const password = "canary-of-the-app";

/** A database whose tables are the app's, but for what is to be missing. */
async function shopOf(db: Database, lacking: string): Promise<string> {
  await new PrismaHistory(db).deploy([shop]);
  await db.script(`
    DO $$ BEGIN CREATE ROLE "the app" LOGIN PASSWORD '${password}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    INSERT INTO "order" VALUES (1, 'a');
    GRANT CREATE, USAGE ON SCHEMA public TO "the app";
    ALTER TABLE "order" OWNER TO "the app"; ALTER TABLE "_prisma_migrations" OWNER TO "the app";
    ${lacking}`);
  const url = new URL(db.url);
  url.username = "the%20app";
  url.password = password;
  return url.href;
}

for (const { title, lacking, sql, statement, asWhom } of [
  {
    title: "CREATE in public is the owner's alone",
    lacking: 'REVOKE CREATE ON SCHEMA public FROM PUBLIC, "the app";',
    sql: 'CREATE TABLE "item" ("id" int PRIMARY KEY, "order" int REFERENCES "order");\n',
    statement: 'GRANT CREATE ON SCHEMA "public" TO "the app";',
    asWhom: /owns the schema/,
  },
  {
    title: "a table belongs to another role",
    lacking: 'ALTER TABLE "order" OWNER TO CURRENT_USER; GRANT ALL ON "order" TO "the app";',
    sql: 'ALTER TABLE "order" ADD COLUMN "note" text;\nCREATE INDEX "by_email" ON "order" ("email");\n',
    statement: 'ALTER TABLE "public"."order" OWNER TO "the app";',
    asWhom: /superuser/,
  },
  {
    title: "an extension needs a superuser",
    lacking: "",
    sql: 'CREATE EXTENSION IF NOT EXISTS "pg_stat_statements";\nCREATE TABLE "item" ("id" int);\n',
    statement: 'CREATE EXTENSION IF NOT EXISTS "pg_stat_statements";',
    asWhom: /superuser/,
  },
]) {
  scenario(`${title}: who has to run what, and then it goes on`, async ({ database }) => {
    const db = await database();
    const url = await shopOf(db, lacking);
    const files = [shop, fileOf("0002_next", sql)];
    const ask = async () => {
      const said = await godwit([
        ...["doctor", "--json", "--project", await writeProject(files), "--database", url],
      ]);
      assert.ok(!`${said.stdout}${said.stderr}`.includes(password), "the password is told");
      return documentOf<Diagnosis>(said);
    };
    const before = await ask();
    assert.deepEqual(found(before), ["error lacks-privilege", "info pending"]);
    const { facts } = finding<{ statements: string[]; asWhom: string; database: string }>(
      before,
      "lacks-privilege",
    );
    assert.deepEqual([facts.statements, facts.database], [[statement], db.name]);
    assert.match(facts.asWhom, asWhom);

    const failed = await repair(files, db, { url, args: ["--native"] });
    assert.equal(failed.outcome, "rehearsal-failed");
    assert.ok(failed.remedy?.includes(statement), failed.remedy);

    await db.script(statement);
    assert.deepEqual(found(await ask()), ["info pending"]);
    const done = await repair(files, db, { url, args: ["--native"] });
    assert.deepEqual([done.outcome, done.exit], ["done", 0], JSON.stringify(done));
    assert.deepEqual(found(await ask()), []);
    assert.deepEqual(await db.rows('SELECT "id", "email" FROM "order"'), [{ id: 1, email: "a" }]);
  });
}

scenario("a superuser lacks no right", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([shop]);
  const files = [shop, fileOf("0002_next", 'CREATE TABLE "item" ("id" int);\n')];
  const said = await godwit([
    "doctor",
    "--json",
    "--project",
    await writeProject(files),
    "--database",
    db.url,
  ]);
  assert.deepEqual(found(documentOf<Diagnosis>(said)), ["info pending"]);
});
