import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, test } from "node:test";
import { promisify } from "node:util";
import pg from "pg";
import { from, to } from "pg-copy-streams";
import { throughDoor, type Way } from "../../../../tests/servers/door.ts";
import { startPostgres } from "../../../../tests/servers/postgres.ts";
import { openDoor } from "./door.ts";

const run = promisify(execFile);
const server = await startPostgres({ auth: "scram", settings: { max_connections: "40" } });
after(() => server.stop());
const { url } = server;

async function connected<T>(way: pg.ClientConfig, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(way);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function sessions(application: string): Promise<unknown[]> {
  const query = "SELECT state FROM pg_stat_activity WHERE application_name = $1";
  return connected(
    { connectionString: url },
    async (client) => (await client.query(query, [application])).rows,
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`never: ${condition}`);
}

test("what is asked through it is what is asked", async () => {
  await throughDoor(`${url}?schema=shop&connection_limit=1`, async (way, door) => {
    assert.ok(!door.url.includes("secret"));
    assert.match(door.url, /\?schema=shop&connection_limit=1&host=[^&]+&connect_timeout=20$/);
    assert.equal((await stat(way.host)).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(way.host), [".s.PGSQL.5432"]);
    await connected(way, async (client) => {
      assert.deepEqual((await client.query("SELECT current_user AS name")).rows, [{ name: "postgres" }]);
      const { rows } = await client.query("SELECT $1::int + 1 AS n, $2::text AS t", [41, "\u00e9\u{1f426}"]);
      assert.deepEqual(rows, [{ n: 42, t: "\u00e9\u{1f426}" }]);
      await assert.rejects(client.query("SELECT 1/0"), { code: "22012" });
      await assert.rejects(client.query("SELEC $1::int", [1]), { code: "42601" });
      await client.query("BEGIN; CREATE TEMP TABLE kept (n int); COMMIT");
      assert.deepEqual((await client.query("TABLE kept")).rows, []);
    });
    const other = { ...way, database: "template1" };
    const name = await connected(other, (client) => client.query("SELECT current_database() AS name"));
    assert.deepEqual(name.rows, [{ name: "template1" }]);
  });
});

test("a URL without a secret is its own door", async () => {
  const plain = "postgresql://ann@localhost:1/shop?schema=x";
  const door = await openDoor(plain);
  assert.ok("url" in door);
  assert.equal(door.url, plain);
  await door.close();
});

test("what a client asks for when it connects has its effect", async () => {
  const options = "?application_name=of-the-url&options=-c%20work_mem%3D77MB";
  await throughDoor(url + options, async (way) => {
    const settings = `SELECT current_setting('application_name') AS name, current_setting('work_mem') AS memory,
      current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout`;
    const silent = await connected(way, (client) => client.query(settings));
    assert.deepEqual(silent.rows, [
      { name: "of-the-url", memory: "77MB", path: '"$user", public', timeout: "0" },
    ]);
    const asked = { application_name: "mine", options: "-c search_path=a,b", statement_timeout: 7000 };
    const said = await connected({ ...way, ...asked }, (client) => client.query(settings));
    assert.deepEqual(said.rows, [{ name: "mine", memory: "77MB", path: "a,b", timeout: "7s" }]);
    const wrong = { ...way, options: "-c work_mem=nonsense" };
    await assert.rejects(
      connected(wrong, (client) => client.query("SELECT")),
      { code: "22023" },
    );
  });
});

test("megabytes go both ways", async () => {
  await throughDoor(url, async (way) => {
    const rows = Array.from({ length: 200 }, () => `${randomBytes(25_000).toString("hex")}\n`);
    const hash = createHash("md5").update(rows.join("")).digest("hex");
    await connected(way, async (client) => {
      await client.query("CREATE TEMP TABLE much (t text)");
      await pipeline(Readable.from(rows), client.query(from("COPY much FROM STDIN")));
      const came = createHash("md5");
      for await (const chunk of client.query(to("COPY much TO STDOUT"))) {
        came.update(chunk);
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal(came.digest("hex"), hash);
    });
  });
});

test("a statement is cancelled", async () => {
  await throughDoor(url, async (way) => {
    await connected(way, async (client) => {
      const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
      const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
      assert.equal(rows[0].pid, processID);
      const sleeping = assert.rejects(client.query("SELECT pg_sleep(60)"), { code: "57014" });
      const message = Buffer.alloc(16);
      for (const [i, value] of [16, 80877102, processID, secretKey].entries())
        message.writeInt32BE(value, i * 4);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const asking = connect(join(way.host, ".s.PGSQL.5432"), () => asking.end(message)).resume();
      await new Promise((resolve) => asking.once("close", resolve));
      await sleeping;
    });
  });
});

test("twenty at once", async () => {
  await throughDoor(url, async (way) => {
    const ask = (n: number) =>
      connected(way, async (client) => {
        const { rows } = await client.query(
          "SELECT $1::int AS n, repeat('x', 100000) AS t FROM pg_sleep(0.2)",
          [n],
        );
        return rows[0].n;
      });
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    assert.deepEqual(await Promise.all(numbers.map(ask)), numbers);
  });
});

test("what the server says last still comes through", async () => {
  await throughDoor(url, async (way) => {
    const client = new pg.Client(way);
    const errors: unknown[] = [];
    client.on("error", (error) => errors.push(error));
    await client.connect();
    await assert.rejects(client.query("SELECT pg_terminate_backend(pg_backend_pid())"), { code: "57P01" });
    await assert.rejects(client.query("SELECT 1"));
  });
});

test("who leaves, and a door that is closed, leave no session behind", async () => {
  const application_name = "to-be-left";
  const door = await openDoor(url);
  assert.ok("url" in door);
  const host = new URL(door.url).searchParams.get("host") ?? "";
  const way = { host, user: "postgres", database: "postgres", application_name };
  const leaving = new pg.Client(way);
  const staying = new pg.Client(way);
  for (const client of [leaving, staying]) {
    client.on("error", () => undefined);
    await client.connect();
  }
  assert.equal((await sessions(application_name)).length, 2);
  (leaving.connection.stream as import("node:net").Socket).destroy();
  await until(async () => (await sessions(application_name)).length === 1);
  const sleeping = assert.rejects(staying.query("SELECT pg_sleep(0.5)"));
  await Promise.all([door.close(), door.close()]);
  await sleeping;
  assert.ok(!existsSync(host));
  await until(async () => (await sessions(application_name)).length === 0);
});

test("psql goes through it", async () => {
  await throughDoor(url, async (way: Way) => {
    const args = ["-X", "-A", "-t", "-h", way.host, "-U", way.user, "-d", way.database];
    const commands = ["-c", "SELECT current_user", "-c", "\\copy (SELECT generate_series(1, 3)) TO STDOUT"];
    const { stdout } = await run("psql", [...args, "-w", ...commands]);
    assert.equal(stdout, "postgres\n1\n2\n3\n");
    const failing = run("psql", [...args, "-w", "-d", "nowhere", "-c", "SELECT 1"]);
    await assert.rejects(failing, ({ stderr }: { stderr: string }) =>
      /FATAL: .* has no database "nowhere"/.test(stderr),
    );
  });
});
