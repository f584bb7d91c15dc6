import assert from "node:assert/strict";
import { type AppMigration, drawApplication, fileOf } from "../application.ts";
import type { Database } from "../database.ts";
import { type Answer, finding, found, quickDoctor, told } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { scenario } from "../scenario.ts";

interface Facts {
  holders: { pid: number; holds: { kind: string; relations?: string[] }; state: string }[];
  historyUnread?: string;
  unread: string[];
}

const viewed = fileOf(
  "9000_viewed",
  `CREATE TABLE "viewed" ("id" int PRIMARY KEY, "kind" varchar(9) CHECK ("kind" IN ('a', 'b')));
CREATE VIEW "seen" AS SELECT "id" FROM "viewed" WHERE "kind" IN ('a', 'c');
CREATE INDEX "partly" ON "viewed" ("id") WHERE "kind" IN ('a');
`,
);

/** Diagnoses while another session sits idle in a transaction; the schema has been replayed before. */
async function whileHeld(
  db: Database,
  files: readonly AppMigration[],
  statement: string,
): Promise<{ answer: Answer; pid: number }> {
  await quickDoctor(files, db);
  const before = await db.dump();
  const held = await db.connected(async (holder) => {
    await holder.query("BEGIN");
    await holder.query(statement);
    const pid: number = (await holder.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
    const began = performance.now();
    const answer = await quickDoctor(files, db);
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds < 5, `doctor took ${seconds} s`);
    // It neither ended the session nor took its lock.
    assert.deepEqual((await holder.query("SELECT 1 AS alive")).rows, [{ alive: 1 }]);
    await holder.query("ROLLBACK");
    return { answer, pid };
  });
  assert.equal(await db.dump(), before);
  return held;
}

scenario("somebody holds ACCESS EXCLUSIVE on a table which has a view", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const files = [...migrations, viewed];
  const db = await database();
  await new PrismaHistory(db).deploy(files);
  const { answer, pid } = await whileHeld(db, files, 'LOCK TABLE "viewed" IN ACCESS EXCLUSIVE MODE');
  assert.deepEqual(found(answer), ["error lock-held"]);
  const { facts, evidence } = finding<Facts>(answer, "lock-held");
  assert.deepEqual(
    facts.holders.map((holder) => [holder.pid, holder.holds.kind, holder.state]),
    [[pid, "relations", "idle in transaction"]],
  );
  assert.deepEqual(facts.holders[0]?.holds.relations, ["public.viewed"]);
  assert.ok(evidence.some((line) => line.includes(String(pid))));
  assert.ok(facts.unread.length > 0, "what could not be read is not named");
  // What is behind the lock is not known; all else is.
  assert.deepEqual(
    answer.migrations.map(({ actual }) => actual),
    files.map((file) => (file === viewed ? "unknown" : "present")),
  );
  assert.deepEqual([answer.position?.exact ?? false, answer.exit], [false, 1]);
});

scenario("somebody holds the history table", async ({ random, database }) => {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations);
  const { answer, pid } = await whileHeld(
    db,
    migrations,
    "LOCK TABLE _prisma_migrations IN ACCESS EXCLUSIVE MODE",
  );
  assert.deepEqual(found(answer), ["error lock-held"]);
  const { facts } = finding<Facts>(answer, "lock-held");
  assert.equal(facts.historyUnread, "public._prisma_migrations");
  assert.deepEqual(
    facts.holders.map((holder) => holder.pid),
    [pid],
  );
  // The history was not read: nothing of it may be claimed, nothing recommended but to look at the session.
  assert.deepEqual(
    told(answer).filter((step) => JSON.parse(step).kind !== "person"),
    [],
  );
  assert.deepEqual(
    answer.migrations.map(({ actual }) => actual),
    migrations.map(() => "present"),
  );
  assert.equal(answer.exit, 1);
});

scenario(
  "Prisma's lock is held and the last row has no end: it is running, not failed",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const db = await database();
    const history = new PrismaHistory(db);
    await history.deploy(migrations.slice(0, -1));
    await history.recordKilled(migrations.at(-1) as AppMigration);
    const { answer, pid } = await whileHeld(db, migrations, "SELECT pg_advisory_lock(72707369)");
    assert.deepEqual(found(answer), ["error lock-held"]);
    const { facts } = finding<Facts>(answer, "lock-held");
    assert.deepEqual(
      facts.holders.map((holder) => [holder.pid, holder.holds.kind]),
      [[pid, "framework-lock"]],
    );
    assert.equal(answer.migrations.at(-1)?.state, "running");
    assert.deepEqual(
      told(answer).filter((step) => JSON.parse(step).kind !== "person"),
      [],
    );
    assert.equal(answer.exit, 1);
    const after = await quickDoctor(migrations, db);
    assert.deepEqual(found(after), ["error failed-migration"]);
  },
);

scenario(
  "Prisma's lock is held in another database of the server: that is nobody's concern",
  async ({ random, database }) => {
    const { migrations } = drawApplication(random);
    const [db, other] = [await database(), await database()];
    await new PrismaHistory(db).deploy(migrations);
    await other.connected(async (holder) => {
      await holder.query("SELECT pg_advisory_lock(72707369)");
      const answer = await quickDoctor(migrations, db);
      assert.deepEqual([found(answer), answer.exit], [[], 0]);
    });
  },
);
