import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { startPostgres, type TestServer } from "../../../tests/servers/postgres.ts";
import { isKnownError } from "../../errors.ts";
import type { Session } from "../engine.ts";
import { type Client, openClient } from "./connect.ts";
import { parsePostgresUrl } from "./connection/url.ts";
import { sqlState } from "./errors.ts";
import { openSession } from "./session.ts";

let server: TestServer;
let admin: Client;
const as = (user: string, rest = "") =>
  parsePostgresUrl(`postgres://${user}@127.0.0.1:${server.port}/shop${rest}`);

async function using<T>(use: (session: Session) => Promise<T>, target = as("postgres")): Promise<T> {
  const session = await openSession(target);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** Holds a lock on a table in another session while something is done. */
async function whileLocked(table: string, use: () => Promise<void>): Promise<void> {
  const other = await openClient(as("postgres"));
  try {
    await other.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await use();
  } finally {
    await other.end();
  }
}

before(async () => {
  server = await startPostgres();
  const first = await openClient(parsePostgresUrl(server.url));
  await first.query("CREATE DATABASE shop");
  await first.end();
  admin = await openClient(as("postgres"));
  await admin.query(`
    CREATE TABLE history (name text);
    INSERT INTO history VALUES ('0001'), ('0002');
    CREATE ROLE poor LOGIN;
    CREATE ROLE filtered LOGIN;
    CREATE TABLE guarded (owner text);
    INSERT INTO guarded VALUES ('filtered'), ('another');
    ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON guarded USING (owner = current_user);
    GRANT SELECT ON guarded TO filtered;
    CREATE VIEW names AS SELECT name FROM history;`);
});
after(async () => {
  await admin?.end();
  await server?.stop();
});

describe("server facts", () => {
  test("say who and where", async () => {
    await using(async ({ server: facts }) => {
      const { serverIdentity, version, ...others } = facts;
      assert.match(version, new RegExp(`^${server.major}(\\.\\d+)?`));
      assert.match(serverIdentity, new RegExp(`^\\d{20}:${server.port}$`));
      assert.deepEqual(others, {
        major: server.major,
        database: "shop",
        user: "postgres",
        currentSchema: "public",
        superuser: true,
        readOnlyServer: false,
        encoding: "UTF8",
        collation: "C",
      });
    });
  });

  test("are readable for a role without rights, and the same server is known again", async () => {
    const identities = new Set<string>();
    const socket = `?host=${server.socketDirectory}&options=-c%20search_path%3Dnowhere%20-c%20TimeZone%3DAsia/Tokyo`;
    await using(
      async ({ server: facts }) => {
        assert.deepEqual([facts.user, facts.superuser, facts.currentSchema], ["poor", false, undefined]);
        identities.add(facts.serverIdentity);
      },
      as("poor", socket),
    );
    await using(async ({ server: facts }) => identities.add(facts.serverIdentity));
    await using(
      async ({ server: facts }) => identities.add(facts.serverIdentity),
      parsePostgresUrl(server.url),
    );
    assert.equal(identities.size, 1);
  });

  test("tell a server which takes no writes", async () => {
    const readOnly = as("postgres", "?options=-c%20default_transaction_read_only%3Don");
    await using(async ({ server: facts }) => assert.equal(facts.readOnlyServer, true), readOnly);
  });
});

describe("read", () => {
  test("gives rows, also from a query which ends with a comment", async () => {
    await using(async (session) => {
      const answer = await session.read("SELECT name FROM history ORDER BY 1 -- newest last");
      assert.deepEqual(answer, { outcome: "rows", rows: [{ name: "0001" }, { name: "0002" }] });
      assert.deepEqual(await session.read("SELECT name FROM history WHERE false"), {
        outcome: "rows",
        rows: [],
      });
    });
  });

  test("tells a missing table, a missing schema and a missing privilege apart from a mistake", async () => {
    await using(async (session) => {
      assert.deepEqual(await session.read('SELECT * FROM "none"'), { outcome: "no-table" });
      assert.deepEqual(await session.read('SELECT * FROM "none"."history"'), { outcome: "no-table" });
      await assert.rejects(
        session.read("SELECT missing FROM history"),
        (error) => sqlState(error) === "42703",
      );
      await assert.rejects(session.read("SELEC"), (error) => sqlState(error) === "42601");
      assert.equal((await session.read("SELECT 1")).outcome, "rows");
    });
    await using(async (session) => {
      assert.deepEqual(await session.read("SELECT * FROM history"), {
        outcome: "denied",
        problem: "permission denied for table history",
      });
      assert.equal((await session.read("SELECT 1")).outcome, "rows");
    }, as("poor"));
  });

  test("refuses to give a part of the rows for all of them", async () => {
    const answer = await using((session) => session.read("SELECT * FROM guarded"), as("filtered"));
    assert.equal(answer.outcome, "denied");
    const all = await using((session) => session.read("SELECT * FROM guarded"));
    assert.equal(all.outcome === "rows" && all.rows.length, 2);
  });

  test("does not wait for a lock", async () => {
    await using(async (session) => {
      await whileLocked("history", async () => {
        const started = performance.now();
        assert.deepEqual(await session.read("SELECT * FROM history"), { outcome: "locked" });
        assert.ok(performance.now() - started < 2000);
        assert.equal((await session.read("SELECT * FROM guarded")).outcome, "rows");
      });
      assert.equal((await session.read("SELECT * FROM history")).outcome, "rows");
    });
  });

  test("cannot write", async () => {
    await using(async (session) => {
      for (const statement of [
        "INSERT INTO history VALUES ('x')",
        "CREATE TABLE x ()",
        "SELECT nextval('s')",
      ]) {
        await admin.query("CREATE SEQUENCE IF NOT EXISTS s");
        await assert.rejects(session.read(statement), (error) => sqlState(error) === "25006", statement);
      }
      assert.equal((await session.read("SELECT * FROM history")).outcome, "rows");
    });
    assert.equal((await admin.query("SELECT * FROM history"))[0]?.rows.length, 2);
  });

  test("leaves nothing in the session, whether it succeeds or fails", async () => {
    const settings = "SELECT current_setting('row_security') AS rls, current_setting('lock_timeout') AS lock";
    const open = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'godwit'
      AND pid <> pg_backend_pid() AND state <> 'idle'`;
    await using(async (session) => {
      const inside = await session.read(settings);
      assert.deepEqual(inside, { outcome: "rows", rows: [{ rls: "off", lock: "500ms" }] });
      await session.read("SELECT * FROM nothing");
      assert.deepEqual((await admin.query(open))[0]?.rows, [{ n: 0 }]);
    });
  });

  test("asked for several at once, answers each", async () => {
    await using(async (session) => {
      const answers = await Promise.all([
        session.read("SELECT 1 AS n"),
        session.read("SELECT * FROM nothing"),
        session.read("SELECT 3 AS n"),
        session.surroundings([]),
      ]);
      assert.deepEqual(answers.slice(0, 3), [
        { outcome: "rows", rows: [{ n: 1 }] },
        { outcome: "no-table" },
        { outcome: "rows", rows: [{ n: 3 }] },
      ]);
    });
  });

  test("is ended by the server after 5 s", async () => {
    await using(async (session) => {
      await assert.rejects(session.read("SELECT pg_sleep(30)"), (error) => {
        assert.ok(isKnownError(error, "TIMED_OUT"), inspect(error));
        assert.equal(error.details.seconds, 5);
        return true;
      });
      assert.equal((await session.read("SELECT 1")).outcome, "rows");
    });
  });

  test("says that the connection was lost", async () => {
    await using(async (session) => {
      const waiting = assert.rejects(session.read("SELECT pg_sleep(4)"), (e) =>
        isKnownError(e, "CONNECTION_LOST"),
      );
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'godwit' AND pid <> pg_backend_pid()`);
      await waiting;
      await assert.rejects(session.snapshot(), (error) => isKnownError(error, "CONNECTION_LOST"));
    });
  });
});

describe("snapshot", () => {
  test("reads the objects", async () => {
    const { objects } = await using((session) => session.snapshot());
    assert.ok(objects.has("table public.history"));
    assert.ok(objects.has("view public.names"));
  });

  test("answers while a table is locked", async () => {
    await using(async (session) => {
      await whileLocked("history", async () => {
        const started = performance.now();
        const { unreadable } = await session.snapshot();
        assert.ok(unreadable.includes("public.history"), inspect(unreadable));
        assert.ok(performance.now() - started < 4000);
      });
    });
  });

  test("tries once more when a lock of the catalog was in the way, and not for ever", async () => {
    await using(async (session) => {
      await whileLocked("pg_catalog.pg_policy", async () => {
        const started = performance.now();
        await assert.rejects(session.snapshot(), (error) => {
          assert.ok(isKnownError(error, "TIMED_OUT"), inspect(error));
          assert.deepEqual(error.details, { doing: "reading the schema", seconds: 0.5 });
          return true;
        });
        assert.ok(performance.now() - started < 3000);
      });
      let snapshot: Promise<unknown> | undefined;
      await whileLocked("pg_catalog.pg_policy", async () => {
        snapshot = session.snapshot();
        await new Promise((resolve) => setTimeout(resolve, 700));
      });
      await assert.doesNotReject(snapshot ?? Promise.reject());
    });
  });
});
