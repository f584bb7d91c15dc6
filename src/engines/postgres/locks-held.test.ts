import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { majors, serverOf, whyNot } from "../../../tests/servers/majors.ts";
import { openClient } from "./connect.ts";
import { parsePostgresUrl } from "./connection/url.ts";
import { looking, others, relations } from "./locks-held.ts";
import { openSession } from "./session.ts";

describe("what a session holds, and what tables weigh", async () => {
  for (const major of majors) {
    test(`on PostgreSQL ${major}`, { skip: await whyNot(major) }, async () => {
      const server = await serverOf(major);
      const target = parsePostgresUrl(server.url);
      const [client, other, session] = await Promise.all([
        openClient(target),
        openClient(target),
        openSession(target),
      ]);
      try {
        await client.query(
          `CREATE TABLE "A" (id int PRIMARY KEY, n int); INSERT INTO "A" SELECT n, n FROM generate_series(1, 100) n;
           CREATE TABLE log (at int) PARTITION BY RANGE (at); CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (9);
           INSERT INTO log VALUES (1); CREATE TABLE bare (id int); CREATE TABLE new (id int); INSERT INTO new VALUES (1);
           ANALYZE "A", log`,
        );
        const weights = await session.weigh([
          'public."A"',
          "public.log",
          "public.bare",
          "public.new",
          "public.no",
        ]);
        assert.deepEqual([...weights].map(([name, { rows, hasRows }]) => [name, rows, hasRows]).toSorted(), [
          ['public."A"', 100, true],
          ["public.bare", 0, false],
          ["public.log", 1, true],
          ["public.new", undefined, true],
        ]);
        const there = new Map([...(await relations(client)).values()].map((one) => [one.name, one]));
        assert.equal(there.get('public."A_pkey"')?.of, there.get('public."A"')?.oid);
        assert.equal(there.get("public.log_1")?.whole, there.get("public.log")?.oid);
        assert.ok((there.get("public.log")?.bytes ?? 0) > 0);
        await client.query("BEGIN");
        const before = (await relations(client)).get(there.get('public."A"')?.oid ?? "");
        const statements = [
          'UPDATE "A" SET n = 0 WHERE id < 4; SELECT 1',
          'CREATE INDEX i ON "A" (n) -- and so on',
        ];
        const looks = await looking(client, statements, { before: "SAVEPOINT x", after: "RELEASE x" });
        const held = looks.map(({ tables }) =>
          tables.find(({ oid }) => oid === there.get('public."A"')?.oid),
        );
        assert.deepEqual(
          held.map((one) => [one?.lock, one && one.rows - (before?.rows ?? 0), one?.indexes.length]),
          [
            [undefined, undefined, undefined],
            ["RowExclusiveLock", 3, 0],
            ["ShareLock", 3, 2],
          ],
        );
        assert.ok((looks[0]?.at ?? 0) < (looks[2]?.at ?? 0));
        const seen = await others(other);
        assert.ok(seen.processes.includes(client.processId) && !seen.processes.includes(other.processId));
        assert.deepEqual(
          seen.locks.map(({ process, lock }) => [process, lock]).filter(([, lock]) => lock === "ShareLock"),
          [[client.processId, "ShareLock"]],
        );
        // Who holds everything keeps the sizes from being read, and nobody waits for that.
        await client.query('LOCK TABLE "A"');
        assert.equal((await session.weigh(['public."A"'])).size, 0);
      } finally {
        await Promise.all([client.end(), other.end(), session.close()]);
      }
    });
  }
});
