import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { makeCertificate } from "../../../tests/servers/certificate.ts";
import { startPostgres, type TestServer } from "../../../tests/servers/postgres.ts";
import { isKnownError } from "../../errors.ts";
import { type Client, openClient } from "./connect.ts";
import { parsePostgresUrl } from "./connection/url.ts";
import { sqlState } from "./errors.ts";

let server: TestServer;
before(async () => {
  server = await startPostgres({ ssl: await makeCertificate(["DNS:localhost"]) });
});
after(() => server?.stop());

const rows = 20_000;

for (const sslmode of ["disable", "require"]) {
  describe(`COPY with sslmode=${sslmode}`, () => {
    let source: Client;
    let copy: Client;
    before(async () => {
      const target = parsePostgresUrl(`${server.url}?sslmode=${sslmode}`);
      source = await openClient(target);
      copy = await openClient(target);
      await source.query(
        `CREATE TEMP TABLE t AS SELECT n, repeat('x', n % 300) AS t FROM generate_series(1, ${rows}) n`,
      );
      await copy.query("CREATE TEMP TABLE t (n int PRIMARY KEY, t text)");
    });
    after(() => Promise.all([source?.end(), copy?.end()]));

    const sum = async (client: Client) =>
      (await client.query("SELECT count(*), sum(n), md5(string_agg(t, ',' ORDER BY n)) FROM t"))[0]?.rows[0];

    test("rows go from one connection to the other, and both go on", async () => {
      await pipeline(
        source.copyOut("COPY t TO STDOUT (FORMAT binary)"),
        copy.copyIn("COPY t FROM STDIN (FORMAT binary)"),
      );
      assert.deepEqual(await sum(copy), await sum(source));
    });

    test("a refusal while reading takes nothing, and the reading connection goes on", async () => {
      const reading = source.copyOut("COPY (SELECT n + 100000, (1 / (n - 15000))::text FROM t) TO STDOUT");
      const refused = await pipeline(reading, copy.copyIn("COPY t FROM STDIN")).catch(
        (error: unknown) => error,
      );
      assert.equal(sqlState(refused), "22012");
      assert.deepEqual((await source.query("SELECT 1 AS one"))[0]?.rows, [{ one: 1 }]);
      assert.deepEqual((await copy.query("SELECT count(*)::int AS n FROM t WHERE n > 100000"))[0]?.rows, [
        { n: 0 },
      ]);
    });

    test("a refusal while writing is the stream's error, and the writing connection goes on", async () => {
      const other = await openClient(parsePostgresUrl(server.url));
      const reading = other.copyOut(
        "COPY (SELECT n % 100, '' FROM generate_series(200000, 400000) n) TO STDOUT",
      );
      const refused = await pipeline(reading, copy.copyIn("COPY t FROM STDIN")).catch(
        (error: unknown) => error,
      );
      assert.equal(sqlState(refused), "23505");
      await other.end();
      assert.deepEqual((await copy.query("SELECT 1 AS one"))[0]?.rows, [{ one: 1 }]);
    });

    test("no such table", async () => {
      const refused = await source
        .copyOut("COPY nowhere TO STDOUT")
        .toArray()
        .catch((error: unknown) => error);
      assert.equal(sqlState(refused), "42P01");
    });

    test("a reader who comes after the connection was lost is told so, and so is a writer", async () => {
      for (const before of [true, false]) {
        const other = await openClient(parsePostgresUrl(`${server.url}?sslmode=${sslmode}`));
        const end = async () => {
          await copy.query("SELECT pg_terminate_backend($1::int)", [other.processId]);
          await sleep(100);
        };
        if (before) await end();
        const reading = other.copyOut("COPY (SELECT generate_series(1, 1000000)) TO STDOUT");
        if (before) await sleep(10);
        else await end();
        const lost = (error: unknown) => isKnownError(error, "CONNECTION_LOST");
        await assert.rejects(reading.toArray(), lost);
        await assert.rejects(pipeline(Readable.from(["1\t1\n"]), other.copyIn("COPY t FROM STDIN")), lost);
        await assert.rejects(other.query("SELECT 1"), lost);
        await other.end();
      }
    });
  });
}
