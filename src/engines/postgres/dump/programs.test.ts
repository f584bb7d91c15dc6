import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePostgresUrl } from "../connection/url.ts";
import { libpqEnvironment, withoutOrders } from "./programs.ts";

const environmentOf = (rest: string, major = 17) =>
  libpqEnvironment(parsePostgresUrl(`postgresql://ann:pw@db:6000/shop${rest}`), major);

test("a connection as libpq's variables", () => {
  const plain = environmentOf("?sslmode=disable");
  assert.equal(plain?.["PGHOST"], "db");
  assert.equal(plain?.["PGPORT"], "6000");
  assert.equal(plain?.["PGPASSWORD"], "pw");
  assert.equal(plain?.["PGSSLMODE"], "disable");
  assert.equal(environmentOf("?sslmode=verify-full&sslrootcert=/ca.pem")?.["PGSSLROOTCERT"], "/ca.pem");
  assert.equal(environmentOf("?sslmode=verify-full")?.["PGSSLROOTCERT"], "system");
  assert.equal(environmentOf("?sslmode=require")?.["PGSSLMODE"], "require");
});

test("what libpq has no variable for is not approximated", () => {
  assert.equal(environmentOf("?sslmode=verify-full", 15), undefined);
  assert.equal(environmentOf("?sslmode=verify-ca"), undefined);
  assert.equal(environmentOf("?sslidentity=/id.p12&sslmode=require"), undefined);
});

test("orders to psql are left out, and nothing which looks like one", () => {
  const body = "--\nSELECT '\n\\restrict x\n\\unrestrict abc\n';\n";
  assert.equal(withoutOrders(`--\n\\restrict abc9\n${body}\\unrestrict abc9\n\n`), `--\n${body}\n`);
  assert.equal(withoutOrders(body.replace("\\restrict x", "x")), body.replace("\\restrict x", "x"));
});
