import assert from "node:assert/strict";
import { test } from "node:test";
import { primaryOf } from "./read-only.ts";

test("host and port of a connection string, and no word of its password", () => {
  for (const [conninfo, primary] of [
    ["user=repl password=canary host=db1 port=5433 sslmode=prefer", "db1:5433"],
    ["password='it\\'s host=evil' host='db 1'", "db 1:5432"],
    ["hostaddr=10.0.0.3 password = 'a b'", "10.0.0.3:5432"],
    ["host=/var/run/postgresql port=5432", "/var/run/postgresql:5432"],
    ["user=repl password=canary", undefined],
    ["postgresql://repl:canary@db1/x", undefined],
    ["", undefined],
  ] as const)
    assert.equal(primaryOf(conninfo), primary, conninfo);
});
