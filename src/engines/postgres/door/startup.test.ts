import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import { after, test } from "node:test";
import fc from "fast-check";
import { type Opening, readOpening, startupMessage } from "./startup.ts";

const openings: ((opening: Opening) => void)[] = [];
const server = createServer({ allowHalfOpen: true }, async (socket: Socket) => {
  socket.on("error", () => undefined);
  const opening = await readOpening(socket);
  socket.end();
  socket.resume();
  openings.shift()?.(opening);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => server.close());

async function opening(...parts: readonly Uint8Array[]): Promise<Opening> {
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return new Promise((resolve) => {
    openings.push(resolve);
    const client = connect(address.port, "127.0.0.1", () => {
      for (const part of parts) client.write(part);
      client.end();
    });
    client.on("error", () => undefined).resume();
  });
}

function request(code: number, ...more: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + more.length * 4);
  for (const [i, value] of [bytes.length, code, ...more].entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}

const ssl = request(80877103);
const gss = request(80877104);

test("parameters come as they are, after any request for encryption, in any pieces", async () => {
  const parameters = new Map([
    ["user", "ann"],
    ["options", "-c search_path=\u00e9"],
    ["application_name", ""],
  ]);
  const bytes = Buffer.concat([gss, ssl, startupMessage(parameters)]);
  for (const parts of [[bytes], [...bytes].map((byte) => Uint8Array.of(byte))]) {
    const read = await opening(...parts);
    assert.equal(read.kind, "startup");
    assert.ok("parameters" in read && read.negotiation.length === 0);
    assert.deepEqual(
      [...read.parameters].map(([name, value]) => [name, value.toString()]),
      [...parameters],
    );
  }
});

test("protocol 3.2 and its options are answered with 3.0", async () => {
  const body = Buffer.from("user\0ann\0_pq_.one\0x\0\0");
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.writeUInt32BE((3 << 16) + 2, 4);
  const right = await opening(head, body);
  assert.ok(right.kind === "startup");
  assert.deepEqual([...right.parameters.keys()], ["user"]);
  assert.equal(right.negotiation.toString("latin1"), "v\0\0\0\x15\0\x03\0\0\0\0\0\x01_pq_.one\0");
});

test("a cancel request is told with its key", async () => {
  const message = request(80877102, 7, 0xfedcba98);
  assert.deepEqual(await opening(message), { kind: "cancel", message, key: "00000007fedcba98" });
});

test("what is no opening is refused, and what is none as a whole is left", async () => {
  const whole = startupMessage(new Map([["user", "ann"]]));
  for (const [bytes, kind] of [
    [Buffer.alloc(0), "gone"],
    [whole.subarray(0, 5), "gone"],
    [whole.subarray(0, -1), "gone"],
    [ssl, "gone"],
    [Buffer.concat([ssl, ssl]), "garbage"],
    [Buffer.from("GET / HTTP/1.1\r\n\r\n"), "garbage"],
    [Buffer.alloc(100), "garbage"],
    [Buffer.alloc(100, 0xff), "garbage"],
    [request(2 << 16), "garbage"],
    [request(3 << 16), "garbage"],
  ] as const)
    assert.equal((await opening(bytes)).kind, kind, bytes.toString("hex"));
});

test("nothing that is sent makes it fail or wait", async () => {
  const length = fc.oneof(
    fc.integer({ min: 0, max: 200 }),
    fc.constantFrom(4, 7, 8, 9_999, 10_001, 2 ** 32 - 1),
  );
  const code = fc.constantFrom(3 << 16, (3 << 16) + 2, 80877102, 80877103, 80877104, 0, 2 ** 31);
  const framed = fc.tuple(length, code, fc.uint8Array({ maxLength: 200 })).map(([size, value, body]) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(size);
    head.writeUInt32BE(value, 4);
    return Buffer.concat([head, body]);
  });
  const bytes = fc.array(fc.oneof(framed, fc.uint8Array({ maxLength: 64 }), fc.constant(ssl)), {
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(bytes, async (parts) => {
      const { kind } = await opening(...parts);
      assert.ok(["startup", "cancel", "garbage", "gone"].includes(kind));
    }),
    { numRuns: 500 },
  );
});
