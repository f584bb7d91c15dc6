import assert from "node:assert/strict";
import { test } from "node:test";
import { maskMessage } from "./mask-message.ts";

for (const [code, message] of [
  ["42P01", 'relation "users" does not exist'],
  ["42P07", `relation "it's" already exists`],
  ["23505", 'could not create unique index "users_email_key"'],
  ["23502", 'null value in column "email" of relation "users" violates not-null constraint'],
  ["42601", 'syntax error at or near "TABEL"'],
  ["55P03", "canceling statement due to lock timeout"],
  ["22001", "value too long for type character varying(5)"],
] as const) {
  test(`nothing is masked: ${message}`, () => assert.equal(maskMessage(code, message), message));
}

for (const [code, message, masked] of [
  ["22P02", 'invalid input syntax for type integer: "ann"', 'invalid input syntax for type integer: "…"'],
  ["22P02", "ungültige Eingabesyntax für Typ integer: »ann«", "ungültige Eingabesyntax für Typ integer: »…»"],
  ["P0001", "Ann Miller has no address", "…"],
  ["42601", `syntax error at or near "'ann'"`, 'syntax error at or near "…"'],
  [
    "42601",
    `unterminated quoted string at or near "'ann, 12); SELECT`,
    'unterminated quoted string at or near "…"',
  ],
  ["23505", "Key (email)=(ann) already exists", "Key (email)=(…) already exists"],
  ["08006", "connection to postgresql://a:hunter2@h failed", "connection to postgresql://a:***@h failed"],
  ["42P01", "not at ann@example.org", "not at ***"],
  ["42704", "no such thing: 'ann", "no such thing: '…'"],
] as const) {
  test(`masked: ${message}`, () => assert.equal(maskMessage(code, message), masked));
}
