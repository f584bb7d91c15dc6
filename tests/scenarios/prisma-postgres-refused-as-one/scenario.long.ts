import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { found, quickDoctor, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { refused, repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";
import type { Executable } from "../truth.ts";

const shop = fileOf(
  "0001_shop",
  `CREATE TYPE "state" AS ENUM ('open', 'paid');
CREATE TABLE "order" ("id" int PRIMARY KEY, "state" "state" NOT NULL, "email" text);
`,
);
const concurrently = fileOf(
  "0002_index",
  'ALTER TABLE "order" ADD COLUMN "note" text;\nCREATE INDEX CONCURRENTLY "by_note" ON "order" ("note");\n',
);
const enumValue = fileOf(
  "0002_value",
  `ALTER TYPE "state" ADD VALUE 'sent';\nALTER TABLE "order" ALTER COLUMN "state" SET DEFAULT 'sent';\n`,
);
/** As it has to be executed. */
const apart = (file: Executable): Executable => ({
  ...file,
  oneByOne: file.sql.split(";\n").filter(Boolean),
});

const more = fileOf("0003_more", 'ALTER TABLE "order" ADD COLUMN "more" int;\n');
const rows = `INSERT INTO "order" VALUES (1, 'open', 'a'), (2, 'paid', NULL), (3, 'paid', 'a')`;

for (const [code, file] of [
  ["25001", concurrently],
  ["55P04", enumValue],
] as const) {
  scenario(`${code}: executed statement by statement, and what comes after it too`, async ({ database }) => {
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy([shop]);
    await db.script(rows);
    assert.equal((await history.deploy([file]))?.code, code);
    const answer = await quickDoctor([shop, file, more], db);
    assert.deepEqual(found(answer), ["error failed-migration", "error refused-as-one", "info pending"]);
    assert.deepEqual(said(answer), ["applied present", "failed absent", "pending absent"]);
    await repaired([shop, apart(file), more], db, {
      executed: [file.name, more.name],
      remain: ["info refused-as-one"],
    });
  });
}

scenario("executed by hand in part: the rest is executed", async ({ database }) => {
  const db = await database();
  const history = new PrismaHistory(db);
  await history.deploy([shop]);
  await db.script(rows);
  await history.deploy([concurrently]);
  await db.script('ALTER TABLE "order" ADD COLUMN "note" text');
  assert.deepEqual(said(await quickDoctor([shop, concurrently], db)), [
    "applied present",
    "failed partial 1 of 2",
  ]);
  await repaired([shop, apart(concurrently)], db, {
    executed: [],
    marked: [concurrently.name],
    remain: ["info refused-as-one"],
    withoutPrisma: true,
  });
});

scenario(
  "rows stop one of its statements by itself: what is to become of them is asked",
  async ({ database }) => {
    const db = await database();
    const unique = {
      ...concurrently,
      sql: concurrently.sql
        .replace("INDEX CONCURRENTLY", "UNIQUE INDEX CONCURRENTLY")
        .replace('("note")', '("email")'),
    };
    await new PrismaHistory(db).deploy([shop]);
    await db.script(rows);
    await refused([shop, unique], db, "choose", { words: /23505/ });
  },
);
