import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { startPostgres, type TestServer } from "../../../tests/servers/postgres.ts";
import type { SessionMark } from "../server.ts";
import { type Client, openClient } from "./connect.ts";
import { parsePostgresUrl } from "./connection/url.ts";
import { endSession } from "./end-session.ts";
import { openSession } from "./session.ts";

let server: TestServer;
let administrator: Client;
let holder: Client;

const target = (user: string) => parsePostgresUrl(`postgres://${user}@127.0.0.1:${server.port}/postgres`);

before(async () => {
  server = await startPostgres({ copied: true });
  administrator = await openClient(target("postgres"));
  await administrator.query(`CREATE TABLE users (id int); GRANT ALL ON users TO PUBLIC;
    CREATE ROLE worker LOGIN; CREATE ROLE app LOGIN; CREATE ROLE watcher LOGIN IN ROLE pg_read_all_stats;
    CREATE ROLE signaller LOGIN IN ROLE pg_signal_backend, pg_read_all_stats`);
});

after(async () => {
  await administrator?.end();
  await server?.stop();
});

beforeEach(async () => {
  holder = await hold("worker");
});

afterEach(() => holder.end());

async function hold(user: string): Promise<Client> {
  const client = await openClient(target(user));
  await client.query("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
  return client;
}

/** As it was shown to this role. */
async function markOf(pid: number, user = "postgres"): Promise<SessionMark> {
  const session = await openSession(target(user));
  try {
    const { holders } = await session.users({ pids: [pid] });
    return holders.find((one) => one.pid === pid)?.mark ?? assert.fail(`no mark of ${pid}`);
  } finally {
    await session.close();
  }
}

/** What comes of it, as this role. */
async function end(user: string, pid: number, mark: SessionMark, working = false) {
  const client = await openClient(target(user));
  try {
    return await endSession(client, { pid, mark, working }, []);
  } finally {
    await client.end();
  }
}

const isThere = async ({ processId }: Client) => {
  const [result] = await administrator.query(`SELECT FROM pg_stat_activity WHERE pid = ${processId}`);
  return result?.rowCount === 1;
};

test("a role that may see another's session and not end it: 42501, and what the server says of it", async () => {
  const ending = await end("watcher", holder.processId, await markOf(holder.processId, "watcher"));
  assert.equal(ending.outcome, "denied");
  assert.match(
    "problem" in ending ? ending.problem : "",
    /must be a member of the role|permission denied to terminate/,
  );
  assert.ok(await isThere(holder));
});

test("a role with pg_signal_backend ends it; its own session a role ends always", async () => {
  assert.deepEqual(await end("signaller", holder.processId, await markOf(holder.processId, "signaller")), {
    outcome: "told",
  });
  const own = await hold("app");
  try {
    assert.deepEqual(await end("app", own.processId, await markOf(own.processId, "app")), {
      outcome: "told",
    });
  } finally {
    await own.end();
  }
});

test("a superuser's session is left alone by whoever is not that superuser", async () => {
  await holder.query("ROLLBACK");
  const superusers = await hold("postgres");
  try {
    const mark = await markOf(superusers.processId);
    for (const user of ["signaller", "watcher"])
      assert.deepEqual(await end(user, superusers.processId, mark), { outcome: "not-the-same" }, user);
    assert.ok(await isThere(superusers));
  } finally {
    await superusers.end();
  }
});

test("a number that belongs to another session by now: it is left alone, at work or not", async () => {
  // The server gives numbers anew only after thousands of sessions: the later one is shown with the mark of the former.
  const later = await markOf(holder.processId);
  const mark = { ...later, life: later.life.replace(/^\d{4}/, "2020") };
  for (const working of [false, true])
    assert.deepEqual(await end("postgres", holder.processId, mark, working), { outcome: "not-the-same" });
  assert.ok(await isThere(holder));
});

test("the same session in another transaction is another one too", async () => {
  const mark = await markOf(holder.processId);
  await holder.query("COMMIT; BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
  for (const working of [false, true])
    assert.deepEqual(await end("postgres", holder.processId, mark, working), { outcome: "not-the-same" });
  assert.ok(await isThere(holder));
});

test("what has gone on since: only where its being at work was known", async () => {
  const mark = await markOf(holder.processId);
  await holder.query("SELECT 1");
  assert.deepEqual(await end("postgres", holder.processId, mark), { outcome: "not-the-same" });
  assert.ok(await isThere(holder));
  assert.deepEqual(await end("postgres", holder.processId, mark, true), { outcome: "told" });
});

test("what holds nothing any more is left alone", async () => {
  await holder.query("COMMIT; BEGIN; SELECT 1");
  const session = await openSession(target("postgres"));
  const { holders } = await session.users({ pids: [holder.processId] }).finally(() => session.close());
  assert.deepEqual(holders, []);
  const [row] = await administrator.query(
    `SELECT to_char(backend_start AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || '/' || to_char(xact_start AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') AS life,
            state || '/' || to_char(state_change AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') AS state FROM pg_stat_activity WHERE pid = ${holder.processId}`,
  );
  const mark = row?.rows[0] as unknown as SessionMark;
  assert.deepEqual(await end("postgres", holder.processId, mark), { outcome: "not-the-same" });
  assert.ok(await isThere(holder));
});
