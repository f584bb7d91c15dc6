import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { inspect } from "node:util";
import { freePort } from "../../../tests/servers/postgres.ts";
import { type Code, isKnownError } from "../../errors.ts";
import { openClient } from "./connect.ts";
import { parsePostgresUrl } from "./connection/url.ts";

async function refused(url: string, code: Code): Promise<string> {
  const error = await openClient(parsePostgresUrl(url)).then(
    (client) => client.end().then(() => assert.fail("it connected")),
    (reason: unknown) => reason,
  );
  assert.ok(isKnownError(error, code), inspect(error));
  assert.ok(!inspect(error, { depth: 9 }).includes("Zq7"), "the password shows");
  return error.message;
}

async function listening(
  answer: (socket: Socket) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    answer(socket);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function refusedBy(answer: (socket: Socket) => void, query: string, code: Code): Promise<string> {
  const { port, close } = await listening(answer);
  try {
    return await refused(`postgres://u:Zq7@127.0.0.1:${port}/d?${query}`, code);
  } finally {
    await close();
  }
}

const silent = () => undefined;
const reject = (socket: Socket) => socket.once("data", () => socket.write("N"));

test("nothing is there", async () => {
  const port = await freePort();
  assert.match(
    await refused(`postgres://localhost:${port}/d`, "SERVER_UNREACHABLE"),
    /nothing listens there/,
  );
  assert.match(await refused("postgres://nowhere.invalid/d", "SERVER_UNREACHABLE"), /its name/);
  assert.match(await refused("postgres:///d?host=/nonexistent", "SERVER_UNREACHABLE"), /no such socket/);
});

test("it does not answer in time", async () => {
  const started = performance.now();
  assert.match(await refusedBy(silent, "connect_timeout=1", "SERVER_UNREACHABLE"), /no answer came in time/);
  assert.ok(performance.now() - started < 3000);
});

test("it closes the connection, or is something else", async () => {
  assert.match(
    await refusedBy((socket) => socket.end(), "sslmode=disable", "SERVER_UNREACHABLE"),
    /closed the connection/,
  );
  assert.match(
    await refusedBy((socket) => socket.resetAndDestroy(), "", "SERVER_UNREACHABLE"),
    /closed the connection/,
  );
  const mysql = (socket: Socket) =>
    socket.write("J\0\0\0\n8.0.39\0xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
  assert.match(await refusedBy(mysql, "", "SERVER_UNREACHABLE"), /not PostgreSQL/);
  assert.match(await refusedBy(mysql, "sslmode=disable", "SERVER_UNREACHABLE"), /not PostgreSQL/);
});

test("it offers no encryption", async () => {
  assert.match(await refusedBy(reject, "sslmode=require", "TLS_FAILED"), /offers none/);
  assert.match(await refusedBy(reject, "sslmode=require&sslaccept=strict", "TLS_FAILED"), /offers none/);
});

test("a version which is too old", async () => {
  const old = (socket: Socket) => socket.once("data", () => socket.write(oldGreeting));
  assert.match(await refusedBy(old, "sslmode=disable", "SERVER_UNSUPPORTED"), /9\.6\.24; Godwit needs 13/);
});

test("a server without encryption is asked for it once", async () => {
  let connections = 0;
  const withoutEncryption = (socket: Socket) => {
    connections += 1;
    socket.on("data", (asked) => socket.write(asked.length === 8 ? "N" : oldGreeting));
  };
  const { port, close } = await listening(withoutEncryption);
  const url = `postgres://u:Zq7@127.0.0.1:${port}/d`;
  for (const expected of [2, 3, 4]) {
    await refused(url, "SERVER_UNSUPPORTED");
    assert.equal(connections, expected);
  }
  // Whoever demands encryption is not given what was remembered.
  await refused(`${url}?sslmode=require`, "TLS_FAILED");
  await close();
});

/** What 9.6 says when the user is in. */
const oldGreeting = Buffer.concat([
  message("R", Buffer.alloc(4)),
  message("S", Buffer.from("server_version\x009.6.24\0")),
  message("Z", Buffer.from("I")),
]);

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
