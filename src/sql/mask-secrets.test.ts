import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hideSecrets, maskSecrets } from "./mask-secrets.ts";

const canary = "Canary7Zq9";

/** Places which say that a secret is there. */
const places: Record<string, (secret: string) => string> = {
  "a URL": (secret) => `dial postgresql://app:${secret}@db:5432/app failed`,
  "a role": (secret) => `ALTER ROLE app PASSWORD '${secret}'`,
  "a role, with escapes": (secret) => `ALTER ROLE app PASSWORD E'\\'${secret}' VALID UNTIL 'infinity'`,
  "a role, with Unicode": (secret) => `ALTER ROLE app PASSWORD U&'${secret}'`,
  "a role, in dollars": (secret) => `CREATE USER app ENCRYPTED PASSWORD $x$${secret}$x$`,
  "a role, in dollars which it has itself": (secret) => `ALTER ROLE app PASSWORD $x$$${secret}$y$x$`,
  "a role, within a string": (secret) => `EXECUTE 'ALTER ROLE app PASSWORD ''${secret}'''`,
  "a role, cut off": (secret) => `ALTER ROLE app PASSWORD '${secret}`,
  "a role, within a string that is cut off": (secret) => `EXECUTE 'ALTER ROLE app PASSWORD ''${secret}`,
  "a connection that is cut off": (secret) => `dblink('host=h password=''${secret}`,
  "a user mapping": (secret) => `CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password '${secret}')`,
  "another option": (secret) =>
    `ALTER SERVER s OPTIONS (SET "api_key" '${secret}', ADD session_token '${secret}')`,
  "a subscription": (secret) =>
    `CREATE SUBSCRIPTION s CONNECTION 'host=h password=${secret} user=a' PUBLICATION p`,
  "a connection": (secret) => `connection to host=h dbname=d password=${secret}`,
  "a connection, in quotes": (secret) => `dblink('host=h password=''${secret} x'' dbname=d')`,
};

for (const [where, write] of Object.entries(places)) {
  test(`a secret is taken out of ${where}`, () => {
    const masked = maskSecrets(write(canary));
    assert.ok(!masked.includes(canary), masked);
    assert.ok(masked.includes("***"), masked);
    const long = `${canary}${"x".repeat(3000)}${canary}`;
    assert.ok(!maskSecrets(write(long)).includes(canary), "a long one");
    assert.equal(maskSecrets(masked), masked, "it is as it was the second time");
  });
}

test("what only speaks of secrets stays", () => {
  for (const text of [
    `ALTER TABLE "users" ADD COLUMN "password" text NOT NULL DEFAULT ''`,
    `CREATE TYPE "credential" AS ENUM ('password', 'token')`,
    `COMMENT ON COLUMN "users"."token" IS 'what they show'`,
    'password authentication failed for user "app"',
    "see https://pris.ly/d/migrate-resolve",
    "ALTER ROLE app PASSWORD NULL",
  ])
    assert.equal(maskSecrets(text), text);
});

test("a quote within the password of a URL does not save it", () => {
  for (const text of [
    `cannot reach postgresql://app:it's${canary}@h/d`,
    `RAISE EXCEPTION 'cannot reach postgresql://app:it''s"${canary}@h/d'`,
  ])
    assert.ok(!hideSecrets(text).includes(canary), hideSecrets(text));
  const other = `VALUES ('http://h:8080/x','ann@example.org')`;
  assert.equal(hideSecrets(other), other);
});

test("the literal goes at which the server did not understand a statement", () => {
  for (const text of [
    `syntax error at or near "'${canary}'"`,
    `Syntaxfehler bei »'${canary}''x'«`,
    `42601: syntax error at or near "E'${canary}" (`,
  ])
    assert.ok(!hideSecrets(text).includes(canary), hideSecrets(text));
  for (const text of [
    'relation "it\'s" does not exist',
    'column "a" of "b" does not exist',
    `a "" and ''`,
    `m"'\\$1`,
  ])
    assert.equal(hideSecrets(text), text);
});

test("any text is survived, and nothing but secrets is taken out of it", () => {
  const piece = fc.constantFrom(
    "password",
    " ",
    "'",
    "''",
    "=",
    "host",
    "$$",
    "://",
    "@",
    ":",
    "token",
    "\n",
    "x",
    "\\",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      const masked = maskSecrets(text);
      assert.ok(masked === text || masked.includes("***"));
    }),
  );
});
