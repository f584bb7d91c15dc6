import assert from "node:assert/strict";
import { join } from "node:path";
import type pg from "pg";
import { fileOf } from "../scenarios/application.ts";
import { Database, literal } from "../scenarios/database.ts";
import { godwit, newDirectory, writeProject } from "../scenarios/godwit.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import { scenario } from "../scenarios/scenario.ts";
import { textOf } from "./bundles.ts";

/** One for each place, so that a failure says which one leaks. */
const planted = [
  "url-password",
  "row-value",
  "comment-note",
  "insert-value",
  "insert-number",
  "update-value",
  "do-value",
  "call-value",
  "role-password",
  "setting-value",
  "function-url",
  "log-detail",
  "log-value",
  "log-raised",
  "query-value",
  "env-value",
] as const;
const canary = (place: (typeof planted)[number]) =>
  place === "insert-number" ? "491711234567" : `Canary-${place}-Zq9`;

/** As it is, in base64 at any offset, escaped, percent-encoded, reversed in nothing else: the forms in which texts travel. */
function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from("x".repeat(offset) + text)
      .toString("base64")
      .slice(offset === 0 ? 0 : 4, -4),
  );
  const hex = Buffer.from(text).toString("hex");
  return [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), hex, ...base64];
}

for (const packed of [false, true]) {
  scenario(
    `no secret and no value is in a bundle${packed ? " that is packed" : ""}`,
    async ({ database }) => {
      const db = await database();
      const role = `app_${db.name}`;
      await db.script(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD ${literal(canary("url-password"))}`);
      const migrations = [
        fileOf(
          "1_init",
          `-- ${canary("comment-note")}
CREATE TABLE "users" ("id" bigint PRIMARY KEY, "email" text DEFAULT 'nobody', "age" int);
/* ${canary("comment-note")} */
INSERT INTO "users" VALUES (${canary("insert-number")}, '${canary("insert-value")}', 30);
UPDATE "users" SET "email" = E'${canary("update-value")}' WHERE "age" = 30;
DO $$ DECLARE who text := '${canary("do-value")}'; BEGIN INSERT INTO "users" VALUES (2, '${canary("do-value")}', 1); END $$;
SELECT set_config('app.key', '${canary("call-value")}', false);
SET app.other = '${canary("setting-value")}';
CREATE FUNCTION "tell"() RETURNS void LANGUAGE sql AS $$ SELECT 'https://app:${canary("function-url")}@example.org/' $$;`,
        ),
        fileOf("2_role", `CREATE ROLE "${role}_x" LOGIN PASSWORD '${canary("role-password")}';`),
        fileOf("3_fails", "CREATE TABLE users (a int);"),
      ] as const;
      const history = new PrismaHistory(db);
      await history.deploy(migrations);
      await db.script(`INSERT INTO "users" VALUES (3, '${canary("row-value")}', 5)`);
      await db.script(`UPDATE _prisma_migrations SET logs = logs || E'\\nKey (email)=(${canary("log-detail")}) exists.'
      WHERE migration_name = '3_fails'`);
      for (const [name, code, message] of [
        ["4_value", "22P02", `invalid input syntax for type integer: "${canary("log-value")}"`],
        ["5_raised", "P0001", `there is no ${canary("log-raised")}`],
      ] as const)
        await history.recordFailure(fileOf(name, "SELECT 1"), { code, message });

      const file = join(await newDirectory("bundle"), packed ? "b.json.gz" : "b.json");
      const url = new URL(db.url);
      url.username = role;
      url.password = canary("url-password");
      const said = await db.connected(async (holder: pg.Client) => {
        await holder.query("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
        // What it says last is what others see of it.
        await holder.query(`SELECT '${canary("query-value")}'`);
        return godwit(
          ["doctor", "--bundle", file, "--database", url.href, "--project", await writeProject(migrations)],
          { SECRET: canary("env-value"), DATABASE_URL: url.href },
        );
      });
      assert.notEqual(said.exit, 2, said.stderr);
      const text = await textOf(file);
      assert.match(text, /"users"/);
      assert.match(text, /23505|42P07/);
      for (const place of planted)
        for (const form of formsOf(canary(place)))
          for (const [where, told] of Object.entries({ bundle: text, notes: said.stderr }))
            assert.ok(!told.includes(form), `${place} is in the ${where}, as ${form}`);
      // Roles are beyond the database: what a bundle says of them is not executed.
      const from = await godwit(["doctor", "--json", "--from", file]);
      assert.match(from.stdout, /changes the roles of the whole server/);
      assert.match(said.stderr, /tells less/);
      await db.script(`DROP ROLE ${role}_x`);
      await new Database(db.server, "postgres").script(`DROP ROLE ${role}`).catch(() => undefined);
    },
  );
}
