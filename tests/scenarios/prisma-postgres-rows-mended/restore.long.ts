import assert from "node:assert/strict";
import type { QuarantineResult } from "../../../src/workflows/quarantine.ts";
import { fileOf } from "../application.ts";
import type { Database } from "../database.ts";
import { documentOf, godwit, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const values = {
  ...fileOf(
    "0001_values",
    `CREATE TYPE mood AS ENUM ('good', 'b''ad');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN short AS varchar(5);
CREATE TABLE "va""lues" (
  id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, n int,
  "text" text, c char(6), v varchar, b bytea, f float8, r float4, d date, ts timestamp, tz timestamptz, i interval,
  j json, jb jsonb, a int[], ta timestamptz[], mood mood, moods mood[], p pair, s short, range tsrange, money money,
  u uuid, ip inet, x xml, bits bit(5), num numeric, twice int GENERATED ALWAYS AS (n * 2) STORED
);
`,
  ),
  rows: [
    `INSERT INTO "va""lues" VALUES
      (DEFAULT, 1, E'a\\tb\\\\''"\\n{}', 'ab', '', '\\x00ff', 0.1::float8 + 0.2::float8, 'NaN', '2025-02-03', '2025-02-03 04:05:06.789', '2025-02-03 04:05:06+02', '1 year 2 days -3:04:05.6',
       '{"b" : 1,  "a": 1, "b": 2}', '{"k": [1]}', '{1,NULL,3}', '{2025-02-03 04:05+00}', 'b''ad', '{good,"b''ad"}', ROW(1, 'x,"y'), 'abc', '[2025-02-03,2025-03-02)', 12.5,
       '00000000-0000-0000-0000-000000000001', '10.0.0.1/24', '<a/>', B'10101', 123456789012345678901234567890.123456789),
      (DEFAULT, -1, NULL, NULL, NULL, NULL, NULL, NULL, 'infinity', '-infinity', NULL, NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, NULL, 'empty', NULL, NULL, NULL, NULL, NULL, 'NaN')`,
  ],
};
const files = [values, fileOf("0002_none", `ALTER TABLE "va""lues" ADD CONSTRAINT none CHECK (n > 5);\n`)];

async function setAside(db: Database, look?: () => Promise<void>): Promise<string> {
  assert.equal(await new PrismaHistory(db).deploy([values]), undefined);
  await look?.();
  await repaired(files, db, {
    command: "migrate",
    choose: ["rows-in-the-way=quarantine"],
    written: ['va"lues'],
    withoutPrisma: true,
  });
  assert.deepEqual(await db.rows('SELECT * FROM "va""lues"'), []);
  const { batches } = await quarantine(db);
  assert.deepEqual([batches[0]?.rows, batches[0]?.left], [2, 2]);
  return batches[0]?.id ?? "";
}

async function quarantine(db: Database, ...args: string[]) {
  const project = await writeProject(files);
  const said = await godwit(["quarantine", ...args, "--json", "--project", project, "--database", db.url]);
  return { ...documentOf<QuarantineResult>(said), exit: said.exit };
}

scenario(
  "values of all types come back as they were, whatever the settings are by then",
  async ({ database }) => {
    const db = await database();
    const all = `SELECT v::text AS v FROM "va""lues" v ORDER BY id`;
    const settings = (dates: string, intervals: string) =>
      `ALTER DATABASE "${db.name}" SET DateStyle = '${dates}'; ALTER DATABASE "${db.name}" SET IntervalStyle = '${intervals}'`;
    await db.script(settings("SQL, DMY", "sql_standard"));
    let before: unknown;
    const id = await setAside(db, async () => {
      before = await db.rows(all);
    });
    await db.script(`${settings("ISO, MDY", "postgres")}; ALTER TABLE "va""lues" DROP CONSTRAINT none`);
    const { outcome, restored, without } = await quarantine(db, "restore", id);
    assert.deepEqual([outcome, restored, without], ["restored", 2, []]);
    await db.script(settings("SQL, DMY", "sql_standard"));
    assert.deepEqual(await db.rows(all), before);
  },
);

scenario(
  "rows that the table does not take stay; the others go back if that is asked for",
  async ({ database }) => {
    const db = await database();
    const id = await setAside(db);
    await db.script(
      `ALTER TABLE "va""lues" DROP CONSTRAINT none; ALTER TABLE "va""lues" ADD CONSTRAINT positive CHECK (n > 0)`,
    );
    const then = await db.dump();
    const refused = await quarantine(db, "restore", id);
    assert.deepEqual(
      [refused.outcome, refused.exit, refused.refused.map(({ number, code }) => [number, code])],
      ["refused", 3, [["2", "23514"]]],
    );
    assert.equal(await db.dump(), then);
    const partly = await quarantine(db, "restore", id, "--partly");
    assert.deepEqual([partly.outcome, partly.restored, partly.refused.length], ["restored", 1, 1]);
    const { batches } = await quarantine(db);
    assert.deepEqual([batches[0]?.state, batches[0]?.rows, batches[0]?.left], ["kept", 2, 1]);
    await db.script(`ALTER TABLE "va""lues" DROP CONSTRAINT positive`);
    assert.equal((await quarantine(db, "restore", id)).restored, 1);
    assert.equal((await quarantine(db)).batches[0]?.state, "restored");
    assert.deepEqual(await db.rows('SELECT n FROM "va""lues" ORDER BY id'), [{ n: 1 }, { n: -1 }]);
  },
);

scenario(
  "a trigger that keeps rows out, a lock, and a table that is gone: nothing is lost",
  async ({ database }) => {
    const db = await database();
    const id = await setAside(db);
    await db.script(`ALTER TABLE "va""lues" DROP CONSTRAINT none;
    CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER no BEFORE INSERT ON "va""lues" FOR EACH ROW EXECUTE FUNCTION no()`);
    const then = await db.dump();
    const kept = await quarantine(db, "restore", id);
    assert.deepEqual([kept.outcome, kept.exit], ["failed", 2]);
    assert.equal(await db.dump(), then);
    await db.script('DROP TABLE "va""lues"');
    const gone = await quarantine(db, "restore", id);
    assert.deepEqual([gone.outcome, gone.exit], ["refused", 3]);
    assert.match(gone.reasons.join(), /no table/);
    assert.equal((await quarantine(db)).batches[0]?.left, 2);
  },
);
