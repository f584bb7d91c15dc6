import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Greeting } from "./greeting.ts";

function message(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const accepted = message("R", Buffer.alloc(4));
const key = message("K", Buffer.from("0000002a01020304", "hex"));
const ready = message("Z", Buffer.from("I"));
const notice = message("N", Buffer.from("Mhello\0\0"));

test("keeps what comes after the login and may come at any time, however it is cut", () => {
  const body = fc.uint8Array({ maxLength: 40 });
  const login = fc.array(
    body.map((bytes) => message("R", Buffer.from([0, 0, 0, 12, ...bytes]))),
    { maxLength: 3 },
  );
  const statuses = fc.array(
    body.map((bytes) => message("S", bytes)),
    { maxLength: 5 },
  );
  const answers = fc.array(
    body.map((bytes) => message("D", bytes)),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(
      login,
      statuses,
      answers,
      fc.nat(4),
      fc.array(fc.nat(300)),
      (before, told, rows, tail, cuts) => {
        const greeting = [accepted, ...told, notice, key, ready];
        const unfinished = notice.subarray(0, tail);
        const all = Buffer.concat([...before, ...greeting, ...rows, ready, notice, unfinished]);
        const reader = new Greeting();
        let at = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), all.length]) {
          reader.read(all.subarray(at, cut));
          at = Math.max(at, Math.min(cut, all.length));
        }
        assert.deepEqual(reader.bytes(), Buffer.concat([...greeting, notice, unfinished]));
        assert.equal(reader.key, "0000002a01020304");
      },
    ),
  );
});
