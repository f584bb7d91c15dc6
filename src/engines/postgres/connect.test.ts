import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { makeCertificate } from "../../../tests/servers/certificate.ts";
import { freePort, startPostgres, type TestServer } from "../../../tests/servers/postgres.ts";
import { type Code, isKnownError, type KnownError } from "../../errors.ts";
import { type Client, openClient } from "./connect.ts";
import { parsePostgresUrl } from "./connection/url.ts";
import { sqlState } from "./errors.ts";

async function using<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = await openClient(parsePostgresUrl(url));
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function value(url: string, query: string): Promise<unknown> {
  return using(url, async (client) => Object.values((await client.query(query))[0]?.rows[0] ?? {})[0]);
}

async function refused(url: string, code: Code): Promise<KnownError> {
  const error = await openClient(parsePostgresUrl(url)).then(
    (client) => client.end().then(() => assert.fail("it connected")),
    (reason: unknown) => reason,
  );
  assert.ok(isKnownError(error, code), inspect(error));
  assert.ok(!inspect(error, { depth: 9 }).includes("Zq7"), "the password shows");
  return error;
}

const encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

describe("a server with SCRAM and TLS", () => {
  let server: TestServer;
  let files: string;
  const url = (rest: string, host = "localhost") =>
    `postgresql://postgres:secret@${host}:${server.port}/postgres?${rest}`;

  before(async () => {
    files = await mkdtemp(join(tmpdir(), "godwit-tls-"));
    const [ours, other] = await Promise.all([
      makeCertificate(["DNS:localhost"]),
      makeCertificate(["DNS:elsewhere.example"]),
    ]);
    await writeFile(join(files, "ca.crt"), ours.authority);
    await writeFile(join(files, "other.crt"), other.authority);
    server = await startPostgres({
      auth: "scram",
      ssl: ours,
      hba: [
        "hostnossl all only_tls all reject",
        "hostssl all only_plain all reject",
        "local all only_socket trust",
      ],
    });
    await using(url(""), async (client) => {
      await client.query(
        "CREATE ROLE only_tls LOGIN PASSWORD 'secret'; CREATE ROLE only_plain LOGIN PASSWORD 'secret'",
      );
      await client.query("CREATE ROLE only_socket LOGIN; CREATE ROLE odd LOGIN PASSWORD 'Zq7#/@%?: ü'");
      await client.query("CREATE DATABASE closed");
      await client.query("REVOKE CONNECT ON DATABASE closed FROM public");
    });
  });
  after(async () => {
    await server?.stop();
    await rm(files, { recursive: true, force: true });
  });

  test("passwords", async () => {
    assert.equal(await value(url(""), "SELECT current_user"), "postgres");
    const odd = encodeURIComponent("Zq7#/@%?: ü");
    assert.equal(
      await value(`postgres://odd:${odd}@localhost:${server.port}/postgres`, "SELECT current_user"),
      "odd",
    );
    const error = await refused(
      `postgres://odd:Zq7wrong@localhost:${server.port}/postgres`,
      "AUTHENTICATION_FAILED",
    );
    assert.match(error.message, new RegExp(`localhost:${server.port} .*"odd"`));
    await refused(`postgres://odd@localhost:${server.port}/postgres`, "AUTHENTICATION_FAILED");
    await refused(`postgres://nobody:Zq7@localhost:${server.port}/postgres`, "AUTHENTICATION_FAILED");
  });

  test("a missing database, and one that may not be entered", async () => {
    const missing = await refused(
      `postgres://odd:Zq7%23%2F%40%25%3F%3A%20%C3%BC@localhost:${server.port}/nope`,
      "DATABASE_MISSING",
    );
    assert.match(missing.message, /no database "nope"/);
    const denied = await refused(
      `postgres://odd:Zq7%23%2F%40%25%3F%3A%20%C3%BC@localhost:${server.port}/closed`,
      "PERMISSION_DENIED",
    );
    assert.match(denied.hint, /GRANT CONNECT ON DATABASE "closed" TO "odd"/);
  });

  test("sslmode", async () => {
    const ca = `sslrootcert=${encodeURIComponent(join(files, "ca.crt"))}`;
    const other = `sslrootcert=${encodeURIComponent(join(files, "other.crt"))}`;
    assert.equal(await value(url("sslmode=disable"), encrypted), false);
    assert.equal(await value(url("sslmode=allow"), encrypted), false);
    assert.equal(await value(url(""), encrypted), true);
    assert.equal(await value(url("sslmode=require"), encrypted), true);
    assert.equal(await value(url("sslmode=require&sslaccept=accept_invalid_certs"), encrypted), true);
    assert.equal(await value(url(`sslmode=verify-ca&${ca}`), encrypted), true);
    assert.equal(await value(url(`sslmode=verify-full&${ca}`), encrypted), true);
    assert.equal(await value(url(`sslmode=verify-ca&${ca}`, "127.0.0.1"), encrypted), true);
    assert.equal(await value(url(`sslmode=verify-full&${ca}&hostaddr=127.0.0.1`), encrypted), true);
    assert.equal(await value(url("sslmode=require&channel_binding=require"), encrypted), true);
    const wrongName = await refused(url(`sslmode=verify-full&${ca}`, "127.0.0.1"), "TLS_FAILED");
    assert.match(wrongName.message, /another host name/);
    for (const untrusted of [
      "sslmode=verify-ca",
      "sslmode=require&sslaccept=strict",
      `sslmode=require&${other}`,
    ]) {
      assert.match((await refused(url(untrusted), "TLS_FAILED")).message, /not among those to trust/);
    }
    const noFile = await refused(url(`sslmode=verify-ca&sslrootcert=${files}/none.crt`), "TLS_FAILED");
    assert.match(noFile.message, /none\.crt cannot be read \(ENOENT\)/);
    await refused(url("sslmode=disable&channel_binding=require"), "TLS_FAILED");
  });

  test("prefer and allow try the other way where pg_hba.conf wants it", async () => {
    const as = (user: string, mode: string) =>
      `postgres://${user}:secret@localhost:${server.port}/postgres?sslmode=${mode}`;
    assert.equal(await value(as("only_tls", "allow"), encrypted), true);
    assert.equal(await value(as("only_plain", "prefer"), encrypted), false);
    await refused(as("only_tls", "disable"), "AUTHENTICATION_FAILED");
    await refused(as("only_plain", "require"), "AUTHENTICATION_FAILED");
  });

  test("a socket, IPv6, and a list of hosts", async () => {
    const socket = `postgres://only_socket@/postgres?host=${server.socketDirectory}&port=${server.port}&sslmode=require`;
    assert.equal(await value(socket, "SELECT inet_server_addr() IS NULL"), true);
    assert.equal(await value(url("", "[::1]"), "SELECT host(inet_server_addr())"), "::1");
    const nobody = await freePort();
    assert.equal(await value(url("", `localhost:${nobody},localhost`), "SELECT 1"), 1);
    assert.equal(await value(url("target_session_attrs=prefer-standby"), "SELECT 1"), 1);
    assert.equal(await value(url("target_session_attrs=read-write"), "SELECT 1"), 1);
    assert.match(
      (await refused(url("target_session_attrs=standby"), "SERVER_UNREACHABLE")).message,
      /is not standby/,
    );
    const both = await refused(`postgres://localhost:${nobody},[::1]:${nobody}/d`, "SERVER_UNREACHABLE");
    assert.match(both.message, new RegExp(`localhost:${nobody}, \\[::1\\]:${nobody} cannot.* listens there`));
  });

  test("only what the URL says goes into the session", async () => {
    // biome-ignore lint/style/noProcessEnv: what the driver would take from it must have no effect
    const environment = process.env;
    const disturbing = {
      PGOPTIONS: "-c search_path=elsewhere",
      PGPASSWORD: "Zq7",
      PGSSLMODE: "disable",
      PGSSLNEGOTIATION: "direct",
    };
    Object.assign(environment, disturbing);
    try {
      assert.equal(await value(url("sslmode=require"), "SHOW search_path"), '"$user", public');
      assert.equal(await value(url("sslmode=disable"), "SHOW application_name"), "godwit");
      await refused(`postgres://odd@localhost:${server.port}/postgres`, "AUTHENTICATION_FAILED");
    } finally {
      for (const name of Object.keys(disturbing)) delete environment[name];
    }
    assert.equal(await value(url("options=-c%20search_path%3Dshop"), "SHOW search_path"), "shop");
    assert.equal(await value(url("application_name=web"), "SHOW application_name"), "web");
    assert.equal(await value(url(""), "SHOW lock_timeout"), "0");
  });

  test("queries", async () => {
    await using(url(""), async (client) => {
      const results = await client.query(
        "SELECT 1 AS a; SELECT 'x' AS b, 2::bigint AS c; CREATE TEMP TABLE t (i int)",
      );
      assert.deepEqual(
        results.map(({ rows }) => rows),
        [[{ a: 1 }], [{ b: "x", c: "2" }], []],
      );
      assert.deepEqual(
        results.map(({ rowCount }) => rowCount),
        [1, 1, null],
      );
      assert.deepEqual(
        (await client.query("SELECT $1::int + 1 AS n", [41])).map(({ rows }) => rows),
        [[{ n: 42 }]],
      );
      const [own] = await client.query("SELECT pg_backend_pid() AS pid");
      assert.equal(own?.rows[0]?.["pid"], client.processId);
      const error = await client.query("SELECT nothing").then(
        () => assert.fail("it succeeded"),
        (reason: unknown) => reason,
      );
      assert.equal(sqlState(error), "42703");
      assert.equal((await client.query("SELECT 1 AS a"))[0]?.rows.length, 1);
    });
  });

  test("a connection that is ended by the server is lost, once, and stays so", async () => {
    const client = await openClient(parsePostgresUrl(url("")));
    const losses: KnownError[] = [];
    client.onLost((error) => losses.push(error));
    const waiting = client.query("SELECT pg_sleep(30)").then(
      () => assert.fail("it succeeded"),
      (reason: unknown) => reason,
    );
    await using(url(""), (other) => other.query(`SELECT pg_terminate_backend(${client.processId})`));
    assert.ok(isKnownError(await waiting, "CONNECTION_LOST"));
    await assert.rejects(client.query("SELECT 1"), (error) => isKnownError(error, "CONNECTION_LOST"));
    await client.end();
    assert.equal(losses.length, 1);

    const idle = await openClient(parsePostgresUrl(url("")));
    const lost = new Promise<KnownError>((resolve) => idle.onLost(resolve));
    await using(url(""), (other) => other.query(`SELECT pg_terminate_backend(${idle.processId})`));
    assert.equal((await lost).code, "CONNECTION_LOST");
    await idle.end();
    idle.onLost(() => assert.fail("nobody asks any more"));
  });
});
