import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import pg from "pg";
import { makeCertificate } from "../../../../tests/servers/certificate.ts";
import { throughDoor } from "../../../../tests/servers/door.ts";
import { freePort, startPostgres } from "../../../../tests/servers/postgres.ts";
import { startupMessage } from "./startup.ts";

const files = await mkdtemp(join(tmpdir(), "godwit-door-tls-"));
const certificate = await makeCertificate(["DNS:localhost"]);
await writeFile(join(files, "ca.crt"), certificate.authority);
const server = await startPostgres({
  auth: "scram",
  ssl: certificate,
  hba: ["hostnossl all all all reject"],
  settings: { max_connections: "6" },
});
after(async () => {
  await server.stop();
  await rm(files, { recursive: true });
});
const verified = `sslmode=verify-full&sslrootcert=${files}/ca.crt`;
const url = (query: string, password = "secret", host = "localhost") =>
  `postgresql://postgres:${password}@${host}:${server.port}/postgres?${query}`;

/** @returns the connection's answer, or its refusal */
async function ask(
  place: string,
  sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
  more = {},
) {
  return throughDoor(place, async (way) => {
    const client = new pg.Client({ ...way, ...more });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return (await client.query(sql)).rows;
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.ok(!`${error.stack} ${JSON.stringify(error)}`.includes("Zq7"), "the password shows");
      return { code: "code" in error ? error.code : undefined, message: error.message };
    } finally {
      await client.end();
    }
  });
}

test("the way on is encrypted, and bound to the certificate, as the URL says", async () => {
  for (const query of ["", "sslmode=require", verified, `${verified}&channel_binding=require`])
    assert.deepEqual(await ask(url(query)), [{ ssl: true }], query);
  assert.deepEqual(await ask(url(verified, "secret", `localhost:${await freePort()},localhost`)), [
    { ssl: true },
  ]);
});

test("a statement is cancelled by an encrypted connection too", async () => {
  await throughDoor(url(verified), async (way) => {
    const client = new pg.Client(way);
    await client.connect();
    const sleeping = assert.rejects(client.query("SELECT pg_sleep(60)"), { code: "57014" });
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const message = Buffer.alloc(16);
    for (const [i, value] of [16, 80877102, processID, secretKey].entries())
      message.writeInt32BE(value, i * 4);
    await new Promise((resolve) => setTimeout(resolve, 200));
    connect(join(way.host, ".s.PGSQL.5432"), function (this: import("node:net").Socket) {
      this.end(message).resume();
    });
    await sleeping;
    await client.end();
  });
});

test("a refusal says why, and never the password", async () => {
  const nobody = await freePort();
  const refused = async (place: string, code: string, words: RegExp, more = {}) => {
    const answer = await ask(place, undefined, more);
    assert.ok("code" in answer, JSON.stringify(answer));
    assert.equal(answer.code, code, answer.message);
    assert.match(answer.message ?? "", words);
  };
  await refused(url("", "Zq7wrong"), "28P01", /does not let in user "postgres": the password is wrong/);
  await refused(url("sslmode=disable", "Zq7"), "28000", /pg_hba/);
  await refused(url("sslmode=verify-full", "Zq7"), "08001", /certificate/);
  await refused(url(""), "3D000", /has no database "nowhere"/, { database: "nowhere" });
  await refused(
    url("", "Zq7", `localhost:${nobody},localhost`).replace(`:${server.port}/`, `:${nobody}/`),
    "08001",
    /nothing listens there; nothing/,
  );
  await refused(url("target_session_attrs=standby"), "08001", /it is not standby/);
  const taken: pg.Client[] = [];
  for (let i = 0; i < 6; i++) {
    const client = new pg.Client({
      connectionString: url("").replace("?", ""),
      ssl: { rejectUnauthorized: false },
    });
    client.on("error", () => undefined);
    await client.connect();
    taken.push(client);
  }
  await refused(url("", "secret"), "53300", /all its connections are taken/);
  await Promise.all(taken.map((client) => client.end()));
});

test("nothing that is sent makes it fail, or keeps others out", async () => {
  const whole = startupMessage(new Map([["user", "postgres"]]));
  await throughDoor(url(""), async (way) => {
    const send = (bytes: Uint8Array) =>
      new Promise<void>((resolve) => {
        const client = connect(join(way.host, ".s.PGSQL.5432"), () => client.end(bytes));
        client.on("error", () => undefined).resume();
        client.once("close", () => resolve());
      });
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.nat(whole.length).map((length) => whole.subarray(0, length)),
      fc.constantFrom(
        Buffer.alloc(100_000),
        Buffer.alloc(100_000, 0xff),
        Buffer.concat([whole, randomQuery]),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => send(Buffer.concat(parts))),
      { numRuns: 100 },
    );
    const waiting = connect(join(way.host, ".s.PGSQL.5432"));
    waiting.on("error", () => undefined);
    const client = new pg.Client(way);
    await client.connect();
    assert.equal((await client.query("SELECT 1 AS n")).rows.length, 1);
    await client.end();
  });
});

const randomQuery = Buffer.from([0x51, 0, 0, 0, 13, ...Buffer.from("SELECT 1\0")]);

test("the directory goes with the process, however it is asked to end", async () => {
  const module = join(import.meta.dirname, "door.ts");
  const script = (end: string) => `import { openDoor } from ${JSON.stringify(module)};
const door = await openDoor("postgresql://ann:Zq7@localhost:1/shop");
process.stdout.write(new URL(door.url).searchParams.get("host"));
${end}`;
  const made = async (end: string) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script(end)], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let directory = "";
    for await (const text of child.stdout.setEncoding("utf8")) directory += text;
    return directory;
  };
  for (const end of ["process.exit(3);", "setTimeout(() => { throw new Error(); });"]) {
    const directory = await made(end);
    assert.match(directory, /godwit-door-/);
    assert.ok(!existsSync(directory), end);
  }
});
