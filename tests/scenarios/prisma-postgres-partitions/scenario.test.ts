import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { doctor, finding, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused } from "../repair.ts";
import { scenario } from "../scenario.ts";

const whole = 'CREATE TABLE "event" ("at" date NOT NULL, "n" int) PARTITION BY RANGE ("at");\n';
const partition = `CREATE TABLE "event_2021" PARTITION OF "event" FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');\n`;
const columns = 'ALTER TABLE "event" ADD COLUMN "note" text;\nALTER TABLE "event" ADD COLUMN "kind" int;\n';

scenario(
  "a partition was dropped: the migration that changed it with its table ran",
  async ({ database }) => {
    const files = [fileOf("0001_event", whole + partition), fileOf("0002_note", columns)];
    const db = await database();
    await new PrismaHistory(db).deploy(files);
    await db.script('DROP TABLE "event_2021"');
    const answer = await doctor(files, db);
    assert.deepEqual(found(answer), ["error drift"]);
    const { facts, remedies } = finding<{ missing: { object: string; of?: string }[] }>(answer, "drift");
    assert.deepEqual(
      facts.missing.flatMap(({ object, of }) => (of === undefined ? [object] : [])),
      ["table public.event_2021"],
    );
    // Repair would refuse to make it: so that is not offered, neither for it nor for its columns.
    assert.deepEqual(
      remedies.map(({ id }) => id),
      ["adopt", "keep"],
    );
    assert.equal(said(answer)[1], "applied present");
  },
);

scenario("the column is there, and the partition before it is not", async ({ database }) => {
  const files = [fileOf("0001_event", whole), fileOf("0002_more", partition + columns)] as const;
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([files[0]]);
  await history.recordKilled(files[1]);
  await db.script('ALTER TABLE "event" ADD COLUMN "note" text');
  const answer = await doctor(files, db);
  assert.deepEqual(found(answer), ["error failed-migration"]);
  assert.equal(said(answer)[1], "failed partial 2 of 3");
  // Made now, the partition gets its columns in another way than it did where the files were tried.
  await refused(files, db, "refused", { words: /event_2021/ });
});
