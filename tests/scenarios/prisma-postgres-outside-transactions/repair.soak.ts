import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

const first = {
  ...fileOf(
    "0001_first",
    `CREATE TYPE "mood" AS ENUM ('sad');\nCREATE TABLE "t" ("id" int PRIMARY KEY, "mood" "mood");\n`,
  ),
  rows: [`INSERT INTO "t" SELECT n, 'sad' FROM generate_series(1, 20) AS n`],
};

scenario("a new value of an enum, and the next migration uses it", async ({ database }) => {
  const files = [
    first,
    fileOf("0002_value", `ALTER TYPE "mood" ADD VALUE 'happy';\n`),
    fileOf(
      "0003_use",
      `ALTER TABLE "t" ALTER COLUMN "mood" SET DEFAULT 'happy';\nUPDATE "t" SET "mood" = 'happy' WHERE "id" = 1;\n`,
    ),
  ];
  const db = await database();
  await new PrismaHistory(db).deploy([first]);
  await repaired(files, db, { executed: ["0002_value", "0003_use"], written: ["t"] });
  assert.deepEqual(await db.rows(`SELECT "mood"::text, count(*)::int AS n FROM "t" GROUP BY 1 ORDER BY 1`), [
    { mood: "happy", n: 1 },
    { mood: "sad", n: 19 },
  ]);
});

for (const command of ["repair", "migrate"] as const) {
  scenario(`${command}: an index is built concurrently, between other migrations`, async ({ database }) => {
    const files = [
      first,
      fileOf("0002_before", 'ALTER TABLE "t" ADD COLUMN "a" int DEFAULT 1;\n'),
      fileOf("0003_index", 'CREATE INDEX CONCURRENTLY "by_a" ON "t" ("a");\n'),
      fileOf("0004_after", 'ALTER INDEX "by_a" RENAME TO "by_that";\n'),
    ];
    const db = await database();
    await new PrismaHistory(db).deploy([first]);
    const { plan } = await repaired(files, db, {
      command,
      executed: files.slice(1).map(({ name }) => name),
      ...(command === "migrate" && { withoutPrisma: true }),
    });
    assert.ok(
      plan?.parts.some(({ kind }) => kind === "alone"),
      `${plan?.parts.map(({ kind }) => kind)}`,
    );
  });
}

scenario("the first of what is pending cannot be in a transaction", async ({ database }) => {
  const files = [first, fileOf("0002_index", 'CREATE INDEX CONCURRENTLY "by_mood" ON "t" ("mood");\n')];
  const db = await database();
  await new PrismaHistory(db).deploy([first]);
  await repaired(files, db, { executed: ["0002_index"], withoutPrisma: true });
});

scenario("a file that is VACUUM alone", async ({ database }) => {
  const files = [
    first,
    fileOf("0002_vacuum", 'VACUUM "t";\n'),
    fileOf("0003_more", 'ALTER TABLE "t" ADD COLUMN "b" int;\n'),
  ];
  const db = await database();
  await new PrismaHistory(db).deploy([first]);
  await repaired(files, db, { executed: ["0002_vacuum", "0003_more"] });
});

scenario("a file with BEGIN and COMMIT of its own", async ({ database }) => {
  const files = [
    first,
    fileOf(
      "0002_own",
      'BEGIN;\nALTER TABLE "t" ADD COLUMN "c" int;\nCREATE INDEX "by_c" ON "t" ("c");\nCOMMIT;\n',
    ),
    fileOf("0003_more", 'ALTER TABLE "t" ADD COLUMN "d" int;\n'),
  ];
  const db = await database();
  await new PrismaHistory(db).deploy([first]);
  await repaired(files, db, { executed: ["0002_own", "0003_more"] });
});
