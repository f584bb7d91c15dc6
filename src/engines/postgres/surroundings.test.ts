import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { startPostgres, type TestServer } from "../../../tests/servers/postgres.ts";
import type { LockHolder, Surroundings } from "../engine.ts";
import { type Client, openClient } from "./connect.ts";
import { parsePostgresUrl } from "./connection/url.ts";
import { openSession } from "./session.ts";
import { maskQuery } from "./surroundings.ts";

describe("sessions that stand in the way", () => {
  let server: TestServer;
  let holder: Client;
  const target = (user: string) => parsePostgresUrl(`postgres://${user}@127.0.0.1:${server.port}/postgres`);

  async function surroundings(keys: readonly string[], user = "postgres"): Promise<Surroundings> {
    const session = await openSession(target(user));
    try {
      return await session.surroundings(keys);
    } finally {
      await session.close();
    }
  }

  before(async () => {
    server = await startPostgres();
    holder = await openClient(target("postgres"), { applicationName: "web" });
    await holder.query(
      `CREATE TABLE users (email text); CREATE TABLE "Odd.Name" (); CREATE ROLE poor LOGIN; CREATE ROLE app`,
    );
  });
  after(async () => {
    await holder?.end();
    await server?.stop();
  });

  test("nobody", async () => {
    assert.deepEqual(await surroundings(["72707369"]), {
      holders: [],
      prepared: [],
      roles: ["app", "poor", "postgres"],
    });
  });

  test("a holder of tables, with what it does and since when", async () => {
    const started = Date.now();
    await holder.query("BEGIN; ALTER TABLE users ADD note text DEFAULT 'private 17'");
    await holder.query(`LOCK TABLE "Odd.Name" IN ACCESS EXCLUSIVE MODE`);
    await holder.query("SELECT email, 42 FROM users WHERE email = 'ann@example.org'");
    try {
      const [first, ...others] = (await surroundings([])).holders;
      assert.deepEqual(others, []);
      const { since, mark, quietSeconds, ...rest } = first as LockHolder;
      assert.ok(mark !== undefined && quietSeconds !== undefined && quietSeconds < 5);
      assert.ok(since && Math.abs(since.getTime() - started) < 5000);
      assert.deepEqual(rest, {
        pid: holder.processId,
        user: "postgres",
        application: "web",
        client: "127.0.0.1",
        state: "idle in transaction",
        query: "SELECT email, ? FROM users WHERE email = ?",
        holds: { kind: "relations", relations: ['public."Odd.Name"', "public.users"] },
      });
      const [seen] = (await surroundings([], "poor")).holders;
      assert.deepEqual(seen, {
        pid: holder.processId,
        user: "postgres",
        application: "web",
        holds: { kind: "relations", relations: ['public."Odd.Name"', "public.users"] },
      });
    } finally {
      await holder.query("ROLLBACK");
    }
  });

  test("locks which let others read are none", async () => {
    await holder.query("BEGIN; LOCK TABLE users IN EXCLUSIVE MODE");
    assert.deepEqual((await surroundings([])).holders, []);
    await holder.query("ROLLBACK");
  });

  test("holders of the framework's lock, whatever its key", async () => {
    for (const key of ["72707369", "-1", "-9223372036854775808", "9223372036854775807", "5000000000", "0"]) {
      await holder.query(
        `SELECT pg_advisory_lock(${key === "-9223372036854775808" ? "(-9223372036854775808)::bigint" : key})`,
      );
      const { holders } = await surroundings(["7", key]);
      assert.deepEqual(
        holders.map(({ pid, holds, since }) => [pid, holds, since instanceof Date]),
        [[holder.processId, { kind: "framework-lock" }, true]],
        key,
      );
      assert.deepEqual((await surroundings(["7"])).holders, []);
      await holder.query("SELECT pg_advisory_unlock_all()");
    }
  });

  test("a lock of two 32-bit keys, or of another database, is another lock", async () => {
    const [rows] = await holder.query("SELECT count(*) FROM pg_database WHERE datname = 'other'");
    assert.equal(rows?.rows[0]?.["count"], "0");
    await holder.query("CREATE DATABASE other");
    const other = await openClient(parsePostgresUrl(`postgres://postgres@127.0.0.1:${server.port}/other`));
    await other.query("SELECT pg_advisory_lock(72707369)");
    await holder.query("SELECT pg_advisory_lock(0, 72707369)");
    assert.deepEqual((await surroundings(["72707369"])).holders, []);
    await holder.query("SELECT pg_advisory_unlock_all()");
    await other.end();
  });
});

describe("what is shown of a query", () => {
  test("literals are masked", () => {
    const cases: Record<string, string> = {
      "UPDATE users SET email = 'ann@example.org' WHERE id = 7": "UPDATE users SET email = ? WHERE id = ?",
      "SELECT  1.5e3,\n\t$1 -- to Ann\n FROM t1": "SELECT ?, $? FROM t1",
      "SELECT E'it\\'s', U&'d', $tag$ body 'x' $tag$, b'01' /* Ann */": "SELECT ?, U&?, ?, b?",
      "SELECT 'it''s' || \"column 1\"": 'SELECT ? || "column 1"',
      "SELECT 'cut off by the serv": "SELECT ?",
      "SET x = 'C:\\', password = 'secret'": "SET x = ?",
    };
    for (const [query, expected] of Object.entries(cases)) assert.equal(maskQuery(query), expected);
  });

  test("it is short", () => {
    assert.equal(maskQuery(`SELECT ${"a, ".repeat(100)}b`).length, 120);
  });

  test("no text of a literal survives, wherever the server cuts the query", () => {
    const literal = fc
      .string({ unit: fc.constantFrom("'", "\\", "$", '"', "a", "-", "*", "/", " ", "7"), maxLength: 8 })
      .map((noise) => `${noise}Zq7Zq8`);
    const quoted = fc.oneof(
      literal.map((value) => `'${value.replaceAll("'", "''")}'`),
      literal.map((value) => `E'${value.replaceAll(/['\\]/g, "\\$&")}'`),
      literal.map((value) => `$t$${value}$t$`),
    );
    fc.assert(
      fc.property(fc.array(quoted, { minLength: 1, maxLength: 4 }), fc.nat(100), (values, cut) => {
        const query = `SELECT ${values.join(", ")}`;
        assert.ok(!maskQuery(query).includes("Zq"), query);
        assert.ok(!maskQuery(query.slice(0, query.length - cut)).includes("Zq"), query);
      }),
    );
  });
});
