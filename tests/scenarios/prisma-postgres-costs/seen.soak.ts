import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import type { RepairResult } from "../../../src/workflows/repair-result.ts";
import { prismaEnvironment } from "../../prisma/cli.ts";
import { fileOf } from "../application.ts";
import { documentOf, godwit, newDirectory, writeProject } from "../godwit.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repair, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";
import { base } from "./base.ts";

/** Takes its time on the rows that are there, and none on an empty table. */
const slow = (seconds: number) =>
  fileOf(
    "0002_slow",
    `ALTER TABLE "order" ALTER COLUMN "total" TYPE bigint USING (CASE WHEN "id" = 1 AND pg_sleep(${seconds}) IS NULL THEN 0 ELSE "total" END);
CREATE TABLE "fresh" ("id" int PRIMARY KEY, "customer" int REFERENCES "customer");
`,
  );

scenario("others wait for longer than they put up with", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const files = [base, slow(5.5)];
  const rehearse = (level: string) =>
    repair(files, db, { command: "migrate", args: ["--rehearse-only", "--level", level] });
  const { certificate } = await rehearse("full");
  assert.deepEqual(certificate?.hazards, ["long"]);
  const [order, customer] = certificate?.tables ?? [];
  assert.deepEqual([order?.table, customer?.table], ["public.order", "public.customer"]);
  assert.ok((order?.kept[0]?.seconds ?? 0) >= 5.5 && order?.timeTells, JSON.stringify(order));
  // It is locked by the second statement, when the first is done.
  assert.ok((customer?.kept[0]?.seconds ?? 9) < 5, JSON.stringify(customer));
  // Without rows nothing takes long, and that says nothing.
  const empty = (await rehearse("schema")).certificate;
  assert.deepEqual([empty?.hazards, empty?.tables[0]?.timeTells], [[], false]);
});

scenario("what it says before it asks", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const said = await godwit([
    ...["migrate", "--rehearse-only", "--project", await writeProject([base, slow(0.2)])],
    ...["--database", db.url, "--state-dir", await newDirectory("state")],
  ]);
  const words = said.stdout.replaceAll(/\s+/g, " ");
  assert.match(
    words,
    /Tables public\.order \(about 20,000 rows, 3\.\d MB; rewritten\): nobody reads or writes it for 0\.\d\d s, from prisma\/migrations\/0002_slow\/migration\.sql:1 to COMMIT/,
  );
  assert.match(words, /public\.customer \(about 100 rows, \d+ kB\): nobody writes to it/);
  assert.doesNotMatch(words, /public\.fresh \(/);
});

scenario(
  "of a copy of the tables concerned, those are part to which a new key points",
  async ({ database }) => {
    const db = await database();
    await new PrismaHistory(db).deploy([base]);
    const key = fileOf(
      "0002_key",
      'ALTER TABLE "order" ADD CONSTRAINT "fk" FOREIGN KEY ("customer") REFERENCES "customer";\n',
    );
    const { outcome, certificate } = await repair([base, key], db, {
      command: "migrate",
      args: ["--rehearse-only", "--level", "affected"],
    });
    assert.equal(outcome, "rehearsed");
    assert.deepEqual(certificate?.tables.map(({ table, timeTells }) => [table, timeTells]).toSorted(), [
      ["public.customer", true],
      ["public.order", true],
    ]);
  },
);

scenario("a statement by itself keeps nobody out", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const index = fileOf("0002_index", 'CREATE INDEX CONCURRENTLY "by_note" ON "order" ("note");\n');
  const { certificate } = await repaired([base, index], db, { command: "migrate", withoutPrisma: true });
  const [order] = certificate?.tables ?? [];
  assert.deepEqual(
    [order?.table, order?.kept, order?.indexes, order?.rewritten],
    ["public.order", [], ["public.by_note"], false],
  );
});

scenario("what the project's own Prisma does is seen from outside", async ({ database }) => {
  const db = await database();
  await new PrismaHistory(db).deploy([base]);
  const project = await writeProject([base, slow(0.5)]);
  await symlink(join(import.meta.dirname, "../../../node_modules"), join(project, "node_modules"));
  const said = await godwit(
    [
      ...["migrate", "--json", "--rehearse-only", "--project", project],
      ...["--database", db.url, "--state-dir", await newDirectory("state")],
    ],
    await prismaEnvironment(),
  );
  const { certificate, plan } = documentOf<RepairResult>(said);
  assert.deepEqual(
    plan?.parts.map(({ kind }) => kind),
    ["runner"],
  );
  const [order] = certificate?.tables ?? [];
  assert.equal(order?.table, "public.order");
  const [kept] = order?.kept ?? [];
  assert.deepEqual(
    [kept?.from, kept?.sampled, order?.rewritten],
    ["reading and writing", true, true],
    JSON.stringify(order),
  );
  assert.ok((kept?.seconds ?? 0) > 0.3 && (kept?.seconds ?? 9) < 3, JSON.stringify(kept));
  assert.match(kept?.by ?? "", /^Prisma 7/);
});
