import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownError } from "../../errors.ts";
import { parsePostgresUrl } from "./connection/url.ts";
import { connecting, sqlState, translate } from "./errors.ts";

const target = parsePostgresUrl("postgresql://ann:Zq7@db:5432/shop");
const server = (code: string) =>
  Object.assign(new Error("quoted by the server"), { code, severity: "FEHLER" });
const system = (code: string) => Object.assign(new Error("whatever"), { code });
const codeOf = (error: unknown, doing = "reading") => translate(error, target, doing)?.code;

test("SQLSTATE decides, whatever language the server speaks", () => {
  const codes: Record<string, string | undefined> = {
    "28P01": "AUTHENTICATION_FAILED",
    "28000": "AUTHENTICATION_FAILED",
    "3D000": "DATABASE_MISSING",
    "57P03": "SERVER_BUSY",
    "53300": "SERVER_BUSY",
    "57014": "TIMED_OUT",
    "55P03": "TIMED_OUT",
    "42501": "PERMISSION_DENIED",
    "57P01": "CONNECTION_LOST",
    "08006": "CONNECTION_LOST",
    "42P01": undefined,
    "25006": undefined,
  };
  for (const [state, code] of Object.entries(codes)) assert.equal(codeOf(server(state)), code, state);
});

test("codes of Node.js decide", () => {
  const codes: Record<string, string | undefined> = {
    ECONNREFUSED: "SERVER_UNREACHABLE",
    ENOTFOUND: "SERVER_UNREACHABLE",
    EAI_AGAIN: "SERVER_UNREACHABLE",
    ETIMEDOUT: "SERVER_UNREACHABLE",
    EHOSTUNREACH: "SERVER_UNREACHABLE",
    ENOENT: "SERVER_UNREACHABLE",
    ECONNRESET: "CONNECTION_LOST",
    EPIPE: "CONNECTION_LOST",
    DEPTH_ZERO_SELF_SIGNED_CERT: "TLS_FAILED",
    ERR_TLS_CERT_ALTNAME_INVALID: "TLS_FAILED",
    ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "TLS_FAILED",
    ERR_ASSERTION: undefined,
  };
  for (const [name, code] of Object.entries(codes)) assert.equal(codeOf(system(name)), code, name);
});

test("a code of Node.js is no SQLSTATE", () => {
  assert.equal(sqlState(system("EPIPE")), undefined);
  assert.equal(sqlState(server("42P01")), "42P01");
  assert.equal(sqlState("42P01"), undefined);
});

test("what is not known stays what it is", () => {
  assert.equal(translate(new TypeError("x is not a function"), target, "reading"), undefined);
  assert.equal(translate("text", target, "reading"), undefined);
  const known = new KnownError("DATABASE_MISSING", { address: "a", database: "b" });
  assert.equal(translate(known, target, "reading"), known);
});

test("words name the place, the limit and the statement that helps", () => {
  const words = (error: unknown, doing: string) => {
    const known = translate(error, target, doing, { statement: 20, lock: 0.5 });
    return `${known?.message} ${known?.hint}`;
  };
  assert.match(words(system("ECONNREFUSED"), connecting), /at db:5432 .* nothing listens there/);
  assert.match(words(server("57014"), "reading the schema"), /within 20 s while reading the schema/);
  assert.match(words(server("55P03"), "reading the schema"), /within 0.5 s/);
  assert.match(
    words(server("42501"), connecting),
    /database "shop".* GRANT CONNECT ON DATABASE "shop" TO "ann";/,
  );
  assert.match(words(server("42501"), "reading the schema"), /reading the schema/);
});

test("a host that the system refuses to look for is not reached, whatever the code", () => {
  for (const syscall of ["getaddrinfo", "connect"]) {
    const error = translate(Object.assign(system("EINVAL"), { syscall }), target, connecting);
    assert.equal(error?.code, "SERVER_UNREACHABLE");
    assert.match(error?.message ?? "", /the system refuses it \(EINVAL\)/);
  }
  assert.equal(codeOf(Object.assign(system("EINVAL"), { syscall: "open" })), undefined);
  assert.equal(codeOf(Object.assign(system("ECONNRESET"), { syscall: "connect" })), "CONNECTION_LOST");
});
