import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after } from "node:test";
import pg from "pg";
import { startPostgres, type TestServer } from "../../servers/postgres.ts";
import { type AppMigration, drawApplication } from "../application.ts";
import { repairWith } from "../conversation.ts";
import { create, type Database, quote } from "../database.ts";
import { finding, found, quickDoctor } from "../doctor.ts";
import { newDirectory } from "../godwit.ts";
import { urlFor } from "../hosted.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { ask, repair, repaired } from "../repair.ts";
import { scenario, type World } from "../scenario.ts";

/** A table of the first migration is locked, and the last migration is pending. */
async function held({ random, database }: World) {
  const { migrations } = drawApplication(random);
  const db = await database();
  await new PrismaHistory(db).deploy(migrations.slice(0, -1));
  const table = quote(migrations[0]?.makes ?? "");
  return { migrations, db, table, last: migrations.at(-1) as AppMigration };
}

/** A session that does as it is told, and tells whether it still lives. */
async function session({ url }: Database, ...statements: string[]) {
  const client = new pg.Client({ connectionString: url, application_name: "psql of Ann" });
  client.on("error", () => undefined);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
  return {
    client,
    pid: Number(rows[0].pid),
    lives: () =>
      client.query("SELECT 1").then(
        () => true,
        () => false,
      ),
    end: () => client.end().catch(() => undefined),
  };
}

scenario("a lock is held in vain: named, waited for, refused, nobody is ended", async (world) => {
  const { migrations, db, table } = await held(world);
  const holder = await session(db, "BEGIN", `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const args = ["--wait", "1"];
  const began = performance.now();
  const said = await ask(migrations, db, { args });
  assert.ok(performance.now() - began >= 1000);
  assert.equal(said.exit, 3);
  const words = [`pid ${holder.pid}`, "psql of Ann", "127.0.0.1", "idle in transaction", " UTC"];
  for (const word of words) assert.ok(said.stderr.includes(word), `${word}: ${said.stderr}`);
  assert.match(said.stdout, new RegExp(`--choose lock-held:${holder.pid}=end-session`));
  assert.ok(await holder.lives());
  await holder.end();
});

scenario("the lock is released while it is waited for: the migration goes on", async (world) => {
  const { migrations, db, table, last } = await held(world);
  const expected = {
    command: "migrate",
    args: ["--wait", "60"],
    executed: [last.name],
    withoutPrisma: true,
  } as const;
  await repaired(migrations, db, expected, async () => {
    const holder = await session(db, "SELECT pg_advisory_lock(72707369)", "BEGIN", `LOCK TABLE ${table}`);
    setTimeout(() => void holder.end(), 1500);
    const answer = await repair(migrations, db, expected);
    assert.match(answer.stderr, new RegExp(`Waiting up to 60 s for a lock. pid ${holder.pid} .*holds`));
    assert.match(answer.stderr, /The lock was released; going on\./);
    return answer;
  });
});

scenario("exactly the session that was chosen is ended, and that is written down", async (world) => {
  const { migrations, db, last } = await held(world);
  const stateDirectory = await newDirectory("state");
  let pid = 0;
  await repaired(migrations, db, { stateDirectory, executed: [last.name] }, async () => {
    const left = await session(db, "SELECT pg_advisory_lock(72707369)");
    const other = await session(db, "BEGIN", "SELECT count(*) FROM _prisma_migrations");
    ({ pid } = left);
    const choose = [`lock-held:${pid}=end-session`];
    assert.match(await refusal(migrations, db, { choose, args: ["--no-yes"] }), /nobody said yes/);
    const words = await refusal(migrations, db, { choose, args: ["--rehearse-only"] });
    assert.match(words, /--rehearse-only changes nothing/);
    assert.ok(await left.lives());
    // It has just done something, and so it is shown anew.
    const answer = await repair(migrations, db, { choose, stateDirectory });
    assert.deepEqual([await left.lives(), await other.lives()], [false, true]);
    await other.end();
    return answer;
  });
  const [directory = ""] = await readdir(stateDirectory);
  const journal = await readFile(join(stateDirectory, directory, "journal.jsonl"), "utf8");
  assert.deepEqual(
    journal.split("\n", 2).map((line) => {
      const { at: _, seal: __, ...entry } = JSON.parse(line);
      return entry;
    }),
    [
      {
        event: "ending-session",
        pid,
        user: "postgres",
        application: "psql of Ann",
        client: "127.0.0.1",
        working: false,
      },
      { event: "session-ended", pid, outcome: "told" },
    ],
  );
});

scenario("a session at work is ended only by the word which says that it works", async (world) => {
  const { migrations, db, table, last } = await held(world);
  const busy = await session(db, "BEGIN", `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const working = busy.client.query("SELECT pg_sleep(600)").catch(() => undefined);
  const words = await refusal(migrations, db, { choose: [`lock-held:${busy.pid}=end-session`] });
  assert.match(words, /it is at work.*end-working-session/s);
  const choose = [`lock-held:${busy.pid}=end-working-session`];
  const answer = await repair(migrations, db, { choose });
  assert.deepEqual([answer.outcome, answer.exit], ["done", 0], answer.stderr);
  await working;
  assert.equal(await busy.lives(), false);
  assert.deepEqual(answer.plan?.makes.length !== 0, true, last.name);
});

scenario("what may not be ended is not, and the reason is told", async (world) => {
  const { migrations, db } = await held(world);
  const holder = await session(db, "SELECT pg_advisory_lock(72707369)");
  await db.script(`CREATE ROLE poor LOGIN; GRANT USAGE ON SCHEMA public TO poor;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO poor`);
  const url = urlFor(db.url, "poor");
  const choose = [`lock-held:${holder.pid}=end-session`];
  assert.match(
    await refusal(migrations, db, { url, choose }),
    /does not show this role.*pg_terminate_backend/s,
  );
  await db.script("GRANT pg_read_all_stats TO poor");
  assert.match(await refusal(migrations, db, { url, choose }), /superuser/);
  assert.match(await refusal(migrations, db, { choose: ["lock-held=end-session"] }), /only by its number/);
  assert.match(await refusal(migrations, db, { choose: ["lock-held:1=kill"] }), /no remedy/);
  assert.ok(await holder.lives());
  await holder.end();
});

scenario(
  "a table in use while the plan is carried out: the users are named, and can be chosen",
  async (world) => {
    const { migrations, db, table } = await held(world);
    const late = { name: "9999_late", sql: `ALTER TABLE ${table} ADD COLUMN "late" int;\n` };
    const files = [...migrations, late as AppMigration];
    for (const mode of ["ROW EXCLUSIVE", "ACCESS EXCLUSIVE"]) {
      let pid = 0;
      let end = async () => undefined as unknown;
      const result = await repairWith(
        async () => {
          const user = await session(db, "BEGIN", `LOCK TABLE ${table} IN ${mode} MODE`);
          ({ pid, end } = user);
          return true;
        },
        files,
        db,
        { wait: 1 },
      );
      assert.deepEqual([result.outcome, result.failure?.left, result.committed], ["failed", "nothing", 0]);
      assert.notEqual(result.failure?.reason.kind, "changed");
      assert.match(
        result.remedy ?? "",
        new RegExp(`pid ${pid} .*idle in transaction`),
        JSON.stringify(result.failure),
      );
      if (mode === "ROW EXCLUSIVE") {
        const answer = await repair(files, db, {
          choose: [`lock-held:${pid}=end-session`],
          args: ["--wait", "1", "--rehearse-only"],
        });
        assert.equal(answer.exit, 3);
        assert.match(answer.stderr, new RegExp(`Session ${pid} was not ended: --rehearse-only`));
      }
      await end();
    }
  },
);

let servers: Promise<TestServer> | undefined;
after(async () => (await servers)?.stop());

scenario("a prepared transaction holds a table: it is named, and left alone", async ({ random }) => {
  servers ??= startPostgres({ copied: true, settings: { max_prepared_transactions: "2" } });
  const db = await create(await servers);
  const { migrations } = drawApplication(random);
  await new PrismaHistory(db).deploy(migrations.slice(0, -1));
  const table = quote(migrations[0]?.makes ?? "");
  await db.script(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE; PREPARE TRANSACTION 'order''s 17'`);
  const answer = await quickDoctor(migrations, db);
  assert.equal(found(answer)[0], "error lock-held");
  const { evidence, remedies } = finding(answer, "lock-held");
  assert.match(
    evidence[0] ?? "",
    /prepared transaction "order's 17" \(owner postgres\) holds public\..* UTC/,
  );
  assert.match(JSON.stringify(remedies), /ROLLBACK PREPARED 'order''s 17'/);
  const said = await ask(migrations, db, { args: ["--wait", "0"] });
  assert.equal(said.exit, 3);
  assert.equal((await db.rows("SELECT gid FROM pg_prepared_xacts")).length, 1);
  await db.script("ROLLBACK PREPARED 'order''s 17'");
});

async function refusal(
  migrations: readonly AppMigration[],
  db: Database,
  asking: Parameters<typeof ask>[2],
): Promise<string> {
  const said = await ask(migrations, db, { ...asking, args: ["--wait", "0", ...(asking?.args ?? [])] });
  assert.ok(said.exit === 3 || said.exit === 64, `exit ${said.exit}: ${said.stdout}`);
  return said.stderr;
}
