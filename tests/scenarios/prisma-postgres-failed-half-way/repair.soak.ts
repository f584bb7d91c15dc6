import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import { type Database, quote } from "../database.ts";
import { PrismaHistory } from "../prisma-history.ts";
import type { Random } from "../random.ts";
import { repaired } from "../repair.ts";
import { scenario } from "../scenario.ts";

scenario("statements 1-3 of 7 are there: the other four are executed", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  const db = await withFailure(await database(), migrations, failed, [1, 2, 3]);
  const { plan } = await repaired(migrations, db, { marked: [failed.name], executed: [] });
  const executed = plan?.parts.flatMap((part) => (part.kind === "transaction" ? part.steps : []));
  assert.deepEqual(
    executed?.flatMap((step) =>
      step.kind === "statements" ? step.statements.map(({ number }) => number) : [],
    ),
    [4, 5, 6, 7],
  );
});

scenario("any three of the 128 subsets of seven statements are there", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const failed = migrations.at(-1) as AppMigration;
  for (let i = 0; i < 3; i++) {
    const mask = random.integer(1, 126);
    const present = [1, 2, 3, 4, 5, 6, 7].filter((number) => mask & (1 << (number - 1)));
    const db = await withFailure(await database(), migrations, failed, present);
    await telling(failed, present, () =>
      repaired(migrations, db, { marked: [failed.name], executed: [], withoutPrisma: true }),
    );
    await db.drop();
  }
});

scenario(
  "a part of the first migration is there, whose statements need each other",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const [failed, ...later] = migrations;
    for (let i = 0; i < 2; i++) {
      const present = drawPossible(random, failed);
      const db = await withFailure(await database(), [failed], failed, present);
      await telling(failed, present, () =>
        repaired(migrations, db, {
          marked: [failed.name],
          executed: later.map(({ name }) => name),
          withoutPrisma: true,
        }),
      );
    }
  },
);

/** A column that the half-executed migration adds, and a later one drops, must not come back. */
scenario(
  "rows fill what the file has made already, and later migrations wait",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const table = quote(migrations[0].makes);
    const statements = [
      `ALTER TABLE ${table} ADD COLUMN "first" int`,
      `ALTER TABLE ${table} ADD COLUMN "second" int NOT NULL DEFAULT 7`,
      'CREATE TABLE "third" ("id" int PRIMARY KEY)',
    ];
    const failed = { ...fileOf("9000_half", `${statements.join(";\n")};\n`), statements };
    const next = fileOf("9001_next", `ALTER TABLE ${table} RENAME COLUMN "first" TO "renamed";\n`);
    const files = [...migrations, failed, next];
    const db = await withFailure(await database(), files.slice(0, -1), failed, [1, 3]);
    await db.script(`UPDATE ${table} SET "first" = 42; INSERT INTO "third" VALUES (1), (2)`);
    await repaired(files, db, { marked: [failed.name], executed: [next.name], withoutPrisma: true });
    const rows = await db.rows(`SELECT "renamed", "second" FROM ${table}`);
    assert.ok(rows.length > 0);
    for (const row of rows) assert.deepEqual(row, { renamed: 42, second: 7 });
  },
);

/** All before it ran, its own row says that it failed, and some of its statements stayed. */
async function withFailure(
  db: Database,
  migrations: readonly AppMigration[],
  failed: AppMigration,
  present: readonly number[],
): Promise<Database> {
  const history = new PrismaHistory(db);
  await history.deploy(migrations.filter((one) => one !== failed));
  await history.recordFailure(failed, { code: "57014", message: "canceling statement due to user request" });
  await db.script(present.map((number) => failed.statements[number - 1]).join(";\n"));
  return db;
}

/** A subset, neither empty nor all, which holds with every statement all that it needs. */
function drawPossible(random: Random, { needs }: AppMigration): number[] {
  for (;;) {
    const share = random.next();
    const taken = new Set<number>();
    const take = (statement: number) => {
      taken.add(statement);
      for (const needed of needs[statement] ?? []) take(needed);
    };
    for (const statement of needs.keys()) if (random.chance(share)) take(statement);
    if (taken.size === 0 || taken.size === needs.length) continue;
    return [...taken].sort((a, b) => a - b).map((statement) => statement + 1);
  }
}

async function telling(
  failed: AppMigration,
  present: readonly number[],
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const file = failed.statements.map((statement, i) => `${i + 1}. ${statement}`).join("\n");
    if (error instanceof Error) error.message = `statements ${present} were there: ${error.message}\n${file}`;
    throw error;
  }
}
