import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { redact } from "./redact.ts";

test("passwords are taken out", () => {
  const texts = [
    "postgres://app:hunter2@db:5432/app",
    "postgresql://app:hun/ter2@x@db/app?sslmode=require",
    "mysql://:hunter2@db/app",
    "connect to postgres://app:hunter2",
    "PGPASSWORD=hunter2 psql",
    "password: 'hunter2',",
    '"password":"hunter2"',
    '{\\"password\\":\\"hunter2\\"}',
    "'password' => 'hunter2'",
    "host=db user=app password=hunter2 dbname=app",
    "jdbc:postgresql://db/app?user=a&password=hunter2",
    "CREATE ROLE app PASSWORD 'hunter2'",
    "IDENTIFIED BY 'hunter2'",
    "Authorization: Bearer hunter2hunter2",
    "SECRET_KEY_BASE=hunter2",
    "AWS_SECRET_ACCESS_KEY=hunter2",
    "hunter2@db:5432/app refused",
  ];
  for (const text of texts) assert.doesNotMatch(redact(text), /hunter2|ter2/, text);
});

test("what is no secret stays", () => {
  for (const text of [
    'ERROR: relation "users" already exists',
    "Key (email)=(a@b.c) already exists.",
    "see https://pris.ly/d/migrate-resolve",
  ]) {
    assert.equal(redact(text), text);
  }
});

test("a password of whatever characters is gone, wherever the text is cut", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[^\s]{6,40}$/), fc.nat(500), (password, before) => {
      const secret = `Zq9${password}`;
      const text = `${"x".repeat(before)} postgres://app:${secret}@db:5432/app failed`;
      assert.ok(!redact(text).includes(secret.slice(0, 4)));
    }),
  );
});
