import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { quote } from "../database.ts";
import { doctor, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

/** Everything whose text the server prints differently once it has been printed and read again. */
const everything = fileOf(
  "9000_everything",
  `CREATE TYPE "mood" AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN "postcode" AS varchar(8) DEFAULT '00000' CHECK (VALUE IN ('00000', '12345') OR VALUE ~ '^[0-9]+$');
CREATE DOMAIN "positive" AS integer NOT NULL CONSTRAINT "is_positive" CHECK (VALUE > 0);
CREATE TABLE "shipment" (
  "id" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "state" varchar(20) NOT NULL DEFAULT 'new'::varchar CHECK ("state" IN ('new', 'sent', 'lost')),
  "level" char(3) CHECK ("level" IN ('low', 'mid')),
  "mood" "mood" NOT NULL DEFAULT 'ok',
  "code" "postcode",
  "weight" numeric(8,2) CHECK ("weight" BETWEEN 0 AND 1000),
  "size" "positive",
  "during" tsrange,
  "tags" varchar(10)[] DEFAULT ARRAY['a', 'b']::varchar[],
  "label" text GENERATED ALWAYS AS ("state" || '/' || coalesce("level", 'mid')) STORED,
  "at" timestamp DEFAULT (now() AT TIME ZONE 'utc'),
  CONSTRAINT "sane" CHECK ("state" NOT IN ('lost') OR "weight" IS NULL OR "weight" > 1),
  EXCLUDE USING gist ("during" WITH &&)
);
CREATE UNIQUE INDEX "open_shipments" ON "shipment" (lower("label"), "level" DESC NULLS LAST) WHERE "state" IN ('new', 'sent');
CREATE INDEX "by_mood" ON "shipment" ("mood") WHERE "mood" IN ('sad', 'happy') AND "level" LIKE 'l%';
CREATE VIEW "open" AS SELECT s."id", CASE WHEN s."state" IN ('new', 'sent') THEN 'open' ELSE 'closed' END AS "is" FROM "shipment" s WHERE s."level" IN ('low', 'mid') AND s."weight" BETWEEN 1 AND 5;
CREATE VIEW "open_twice" AS SELECT o."id", (SELECT count(*) FROM "shipment" x WHERE x."state" IN ('new')) AS "n" FROM "open" o WHERE o."is" IN ('open', 'half');
CREATE MATERIALIZED VIEW "moods" AS SELECT "mood", count(*) AS "n" FROM "shipment" WHERE "state" NOT IN ('lost', 'new') GROUP BY "mood";
CREATE FUNCTION "weigh"("which" integer, "factor" numeric DEFAULT 1.5) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT "weight" * factor FROM "shipment" WHERE "id" = which AND "state" IN ('new') $$;
CREATE FUNCTION "touch"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."level" := 'low'; RETURN NEW; END $$;
CREATE TRIGGER "touched" BEFORE UPDATE ON "shipment" FOR EACH ROW WHEN (NEW."state" IN ('sent', 'lost') AND OLD."state" IS DISTINCT FROM NEW."state") EXECUTE FUNCTION "touch"();
ALTER TABLE "shipment" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "only_new" ON "shipment" FOR SELECT USING ("state" IN ('new', 'sent'));
CREATE RULE "keep" AS ON DELETE TO "shipment" WHERE OLD."state" IN ('new', 'sent') DO INSTEAD NOTHING;
CREATE SEQUENCE "numbers" START 100 INCREMENT 5;
CREATE TABLE "part" ("at" date NOT NULL, "kind" varchar(5)) PARTITION BY RANGE ("at");
CREATE TABLE "part_2024" PARTITION OF "part" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
`,
);
const rows = `INSERT INTO "shipment" ("level", "weight", "size") VALUES ('low', 3, 1), ('mid', 4, 2); INSERT INTO "part" VALUES ('2024-05-05', 'x');`;

scenario("pg_dump | psql: healthy, and exactly where it was", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const files = [...migrations, { ...everything, rows: [rows] }];
  const db = await database();
  assert.equal(await new PrismaHistory(db).deploy(files), undefined);
  const original = await doctor(files, db);
  assert.deepEqual([found(original), original.position?.exact], [[], true]);
  for (let copy = await db.restored(), times = 1; times <= 2; copy = await copy.restored(), times++) {
    const answer = await doctor(files, copy);
    assert.deepEqual(found(answer), [], JSON.stringify(answer.findings.map(({ evidence }) => evidence)));
    assert.deepEqual(
      said(answer),
      files.map(() => "applied present"),
    );
    assert.deepEqual(answer.position, {
      migration: everything.name,
      statement: null,
      distance: 0,
      exact: true,
    });
    assert.deepEqual([answer.outcome, answer.exit], ["healthy", 0]);
  }
});

scenario("a half-executed migration is judged alike in the copy", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const failed = random.chance(0.5) ? everything : (migrations.at(-1) as AppMigration);
  const statements = failed.sql.split(/;\n\n?/).filter((statement) => statement.trim() !== "");
  const before = failed === everything ? migrations : migrations.slice(0, -1);
  const files = [...before, failed];
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy(before);
  await history.recordFailure(failed, { code: "57014", message: "canceling statement due to user request" });
  const executed = random.integer(1, statements.length - 1);
  await db.script(statements.slice(0, executed).join(";\n"));
  const original = await doctor(files, db);
  const numbers = Array.from({ length: executed }, (_, i) => i + 1);
  assert.equal(said(original).at(-1), `failed partial ${numbers} of ${statements.length}`);
  const copy = await doctor(files, await db.restored());
  assert.deepEqual(
    [found(copy), said(copy), copy.position],
    [found(original), said(original), original.position],
  );
});

scenario("rows and tables of another schema in the dump do not matter", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  await db.script(
    `CREATE SCHEMA "elsewhere"; CREATE TABLE "elsewhere".${quote(migrations[0].makes)} (id int)`,
  );
  const answer = await doctor(migrations, await db.restored());
  assert.deepEqual(
    said(answer),
    migrations.map(() => "applied present"),
  );
  assert.deepEqual([answer.outcome, answer.position?.exact], ["healthy", true]);
});
