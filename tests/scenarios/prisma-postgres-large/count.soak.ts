import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileOf } from "../application.ts";
import { literal } from "../database.ts";
import { finding, found, quickDoctor } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { explain, repair } from "../repair.ts";
import { scenario } from "../scenario.ts";

const count = 5_000;
/** Of each table: one migration makes it, nine change it. */
const perTable = 10;

function sqlOf(number: number): string {
  const [table, step] = [`"t${Math.floor(number / perTable)}"`, number % perTable];
  if (step === 0) return `CREATE TABLE ${table} ("id" int PRIMARY KEY);\n`;
  return step < 8
    ? `ALTER TABLE ${table} ADD COLUMN "c${step}" text;\n`
    : `CREATE INDEX "i${number}" ON ${table} ("c${step - 7}");\n`;
}

scenario("five thousand migrations: what is gone is found, and made again", async ({ database }) => {
  const files = Array.from({ length: count }, (_, i) => fileOf(String(20_000_000_000_000 + i), sqlOf(i)));
  const [first, ...others] = files.slice(0, -3);
  assert.ok(first !== undefined);
  const db = await database();
  await new PrismaHistory(db).deploy([first]);
  await db.connected(async (client) => {
    for (const { name, sql } of others) {
      const checksum = createHash("sha256").update(sql).digest("hex");
      await client.query(`${sql}; INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
        VALUES (gen_random_uuid(), ${literal(checksum)}, ${literal(name)}, clock_timestamp(), 1)`);
    }
  });
  assert.deepEqual(found(await quickDoctor(files, db)), ["info pending"]);
  await db.script('DROP INDEX "i39"; ALTER TABLE "t4" DROP COLUMN "c3"');
  const answer = await quickDoctor(files, db);
  assert.deepEqual(found(answer), ["error history-without-objects", "info pending"]);
  assert.deepEqual(finding<{ lost: string[] }>(answer, "history-without-objects").facts.lost.toSorted(), [
    "column public.t4.c3",
    "index public.i39",
  ]);
  const repaired = await repair(files, db, { choose: ["history-without-objects=make-again"] });
  assert.deepEqual([repaired.outcome, repaired.exit], ["done", 0], explain(repaired));
  assert.deepEqual(found(await quickDoctor(files, db)), []);
});
