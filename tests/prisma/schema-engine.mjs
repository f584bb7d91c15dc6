#!/usr/bin/env node
// Stands in for Prisma's native `schema-engine` in tests, which its command line would fetch from its own host: the
// same protocol (JSON-RPC, a line each way), the same arguments, and within it the official engine as WebAssembly.
// That engine decides what is read, written, locked and refused. This file decides how it reaches PostgreSQL, and what
// the native engine does by itself: the migration as one message, the error of a refused one, the environment.
//
//   PRISMA_SCHEMA_ENGINE_BINARY=tests/prisma/schema-engine.mjs npx prisma migrate deploy
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { Database } from "./engine-database.mjs";
import { connectionError } from "./engine-errors.mjs";

const args = process.argv.slice(2);
const datamodels = valuesOf("--datamodels").map((file) => [file, readFileSync(file, "utf8")]);
const url = new URL(databaseUrl());

if (args.includes("cli")) await answerOnce(args.at(-1));
else serve();

function valuesOf(option) {
  return args.flatMap((value, index) => (args[index - 1] === option ? [value] : []));
}

/** Prisma 7 hands it over as JSON, Prisma 6 as it is, or in the environment variable which the schema names. */
function databaseUrl() {
  const [given] = valuesOf("--datasource");
  if (given !== undefined) return given.startsWith("{") ? JSON.parse(given).url : given;
  const named = datamodels.map(([, text]) => /url\s*=\s*env\("([^"]+)"\)/.exec(text)?.[1]).find(Boolean);
  const value = process.env[named ?? "DATABASE_URL"];
  if (value === undefined) throw new Error("schema-engine.mjs was given no URL.");
  return value;
}

function connection() {
  return {
    host: url.searchParams.get("host") ?? decodeURIComponent(url.hostname),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password) || undefined,
    database: decodeURIComponent(url.pathname.slice(1)),
  };
}

/** `schema-engine cli can-connect-to-database`: the answer is a line of the log. */
async function answerOnce(command) {
  if (command !== "can-connect-to-database") throw new Error(`schema-engine.mjs does not know ${command}.`);
  // It reads from the second line on.
  log("INFO", { message: "Starting schema engine CLI" });
  const client = new pg.Client({ ...connection(), connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    await client.end();
    log("INFO", { message: "Connection successful" });
  } catch (error) {
    const { error_code, message, meta } = connectionError(error, connection());
    log("ERROR", { message, error_code, is_panic: false, meta: JSON.stringify(meta) });
    process.exitCode = 1;
  }
}

function log(level, fields) {
  const line = { timestamp: new Date().toISOString(), level, fields, target: "schema_engine::logger" };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

function serve() {
  const database = new Database(connection(), url.searchParams.get("schema") ?? "public");
  const engine = makeEngine(database);
  let working = Promise.resolve();
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => {
    working = working.then(() => answer(JSON.parse(line)));
  });
  // The server ends its sessions, and with them its locks.
  input.on("close", () => working.finally(() => process.exit(0)));

  async function answer({ id, method, params }) {
    if (method === undefined) return;
    const said = { jsonrpc: "2.0", id };
    try {
      said.result = (await (await engine)[method](params)) ?? null;
    } catch (error) {
      const message = "An error happened. Check the data field for details.";
      said.error = { code: 4466, message, data: database.refusal ?? plainError(error) };
    }
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
}

function plainError(error) {
  const { message, code = null, meta = null } = error;
  return { is_panic: false, message: message ?? String(error), error_code: code, meta };
}

async function makeEngine(database) {
  const require = createRequire(import.meta.url);
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  // Beside the glue; the package's own entry imports it as a module, which Node does not do everywhere.
  const file = require.resolve("@prisma/schema-engine-wasm/schema_engine_bg").replace(/[.]js$/, ".wasm");
  const module = await WebAssembly.compile(readFileSync(file));
  const { exports } = await WebAssembly.instantiate(module, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  // What a panic says reaches JavaScript by this object alone.
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    set_message: (message) => process.stderr.write(`${message}\n`),
  };
  const factory = bindMigrationAwareSqlAdapterFactory(database);
  return glue.SchemaEngine.new({ datamodels }, () => undefined, factory);
}
