import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import type { Database } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repair, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const shop = fileOf(
  "0001_shop",
  'CREATE TABLE "order" ("id" int PRIMARY KEY, "total" int NOT NULL, "note" varchar(20));\n',
);
const widen = fileOf(
  "0002_widen",
  'ALTER TABLE "order" ALTER COLUMN "total" TYPE bigint;\nALTER TABLE "order" ALTER COLUMN "note" SET DATA TYPE text;\n',
);

/** All that a colleague can put on a table, with rights, comments and what stands on it in turn. */
const byHand = `
CREATE VIEW "big orders" AS SELECT "id", "total" AS "sum" FROM "order" WHERE "total" > 100;
CREATE VIEW "bigger orders" WITH (security_barrier) AS SELECT * FROM "big orders" WHERE "sum" > 1000;
CREATE MATERIALIZED VIEW "totals" AS SELECT sum("total") AS "all", count(*) AS "orders" FROM "order";
CREATE UNIQUE INDEX "totals_all" ON "totals" ("all");
CREATE FUNCTION "refuse"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER "no writing" INSTEAD OF INSERT ON "big orders" FOR EACH ROW EXECUTE FUNCTION "refuse"();
CREATE TRIGGER "noted" BEFORE UPDATE OF "note" ON "order" FOR EACH ROW WHEN (NEW."note" = 'x') EXECUTE FUNCTION "refuse"();
ALTER TABLE "order" DISABLE TRIGGER "noted";
CREATE POLICY "small ones" ON "order" FOR SELECT TO PUBLIC USING ("total" < 100);
CREATE RULE "quiet" AS ON DELETE TO "order" WHERE OLD."total" < 0 DO INSTEAD NOTHING;
COMMENT ON VIEW "big orders" IS 'for the sales team''s dashboard';
COMMENT ON COLUMN "big orders"."sum" IS 'gross';
GRANT SELECT ON "big orders" TO "metabase" WITH GRANT OPTION;
GRANT SELECT ("sum") ON "bigger orders" TO PUBLIC;
ALTER VIEW "bigger orders" OWNER TO "metabase";`;

async function shopWith(db: Database, extra: string): Promise<void> {
  const history = new PrismaHistory(db);
  await history.deploy([shop]);
  await db.script(`INSERT INTO "order" VALUES (1, 5, 'a'), (2, 5000, 'b'), (3, 700, NULL);
    DO $$ BEGIN CREATE ROLE "metabase"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    GRANT "metabase" TO CURRENT_USER; ${extra}`);
}

/** Everything about them that can be asked. */
async function described(db: Database): Promise<string> {
  const rows = await db.rows(`
    SELECT c.relname, pg_get_userbyid(c.relowner) AS owner, c.relacl::text, obj_description(c.oid, 'pg_class') AS comment,
           c.reloptions, (SELECT json_agg(json_build_array(a.attname, a.attacl::text, col_description(a.attrelid, a.attnum)) ORDER BY a.attnum)
             FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns,
           (SELECT json_agg(json_build_array(t.tgname, t.tgenabled) ORDER BY t.tgname) FROM pg_trigger t WHERE t.tgrelid = c.oid) AS triggers,
           (SELECT json_agg(json_build_array(r.rulename, r.ev_enabled) ORDER BY r.rulename) FROM pg_rewrite r WHERE r.ev_class = c.oid) AS rules
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm', 'r') AND c.relname NOT LIKE '\\_prisma%'
     ORDER BY c.relname`);
  const policies = await db.rows(
    "SELECT polname, polcmd, polroles::text, pg_get_expr(polqual, polrelid) FROM pg_policy",
  );
  const content = await db.rows(
    'SELECT "id"::text, "sum"::text FROM "bigger orders" UNION ALL SELECT "all"::text, "orders"::text FROM "totals"',
  );
  return JSON.stringify([rows, policies, content], undefined, 1);
}

for (const [title, fails] of [
  ["a failed upgrade", true],
  ["an upgrade that waits", false],
] as const) {
  scenario(`${title}: views, rules, policies and triggers of others are made again`, async ({ database }) => {
    const db = await database();
    await shopWith(db, byHand);
    if (fails) {
      const error = await new PrismaHistory(db).deploy([widen]);
      assert.equal(error?.code, "0A000");
    }
    const before = await described(db);
    const { plan } = await repaired([shop, widen], db, {
      byHand,
      executed: [widen.name],
      remain: ["warning drift"],
      command: "repair",
    });
    assert.equal(await described(db), before);
    const steps = plan?.parts.flatMap((part) => (part.kind === "runner" ? [] : part.steps)) ?? [];
    assert.ok(steps.some((step) => step.kind === "remove" && step.object === 'view public."bigger orders"'));
    assert.ok(!JSON.stringify(steps).includes("CASCADE"));
  });
}

scenario(
  "a view stands on a column that is to be dropped: named, and nothing is changed",
  async ({ database }) => {
    const db = await database();
    await shopWith(db, 'CREATE VIEW "notes" AS SELECT "note" FROM "order";');
    const drop = fileOf("0002_drop", 'ALTER TABLE "order" DROP COLUMN "note";\n');
    const { failure, reasons } = await refused([shop, drop], db, "refused", { exit: 3 });
    assert.match(JSON.stringify([failure, reasons]), /view notes/);
  },
);

scenario("a view stands on a column that is renamed: it goes along", async ({ database }) => {
  const db = await database();
  const byHand = 'CREATE VIEW "notes" AS SELECT "note" AS "text" FROM "order";';
  await shopWith(db, byHand);
  const rename = fileOf("0002_rename", 'ALTER TABLE "order" RENAME COLUMN "note" TO "remark";\n');
  const { outcome } = await repair([shop, rename], db, { args: ["--native"] });
  assert.equal(outcome, "done");
  assert.deepEqual(await db.rows('SELECT "text" FROM "notes" ORDER BY 1'), [
    { text: "a" },
    { text: "b" },
    { text: null },
  ]);
});
