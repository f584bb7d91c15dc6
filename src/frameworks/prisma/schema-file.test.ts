import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readDatasource } from "./schema-file.ts";

test("both URLs and the provider", () => {
  const schema = `
    datasource db {
      provider  = "postgresql"
      url       = env("DATABASE_URL") // the pooler
      directUrl = env("DIRECT_URL")
    }`;
  assert.deepEqual(readDatasource(schema), {
    provider: { literal: "postgresql" },
    url: { variable: "DATABASE_URL" },
    directUrl: { variable: "DIRECT_URL" },
  });
});

test("comments and texts hide nothing and show nothing", () => {
  const schema = `
    // datasource db { url = "in a comment" }
    /* datasource db { url = "in a comment" } */
    /// datasource db {
    generator client { provider = "datasource db { url = \\"x\\" }" }
    datasource db { /* { */ // }
      // url = "in a comment"
      url = "postgres://u:p\\"}@h/d//e" /// url = "x"
      shadowDatabaseUrl = env("SHADOW")
      extensions = [a, b]
    }
    model url { url String @default("}") }`;
  assert.deepEqual(readDatasource(schema), { url: { literal: 'postgres://u:p"}@h/d//e' } });
});

test("a model or a field called datasource is none", () => {
  assert.equal(readDatasource('model A { datasource db { url = "x" } }'), undefined);
  assert.equal(readDatasource("model datasource { id Int }"), undefined);
  assert.equal(readDatasource(""), undefined);
});

test("a block without URLs, as Prisma 7 has it, and one cut off", () => {
  assert.deepEqual(readDatasource('datasource db { provider = "postgresql" }'), {
    provider: { literal: "postgresql" },
  });
  assert.deepEqual(readDatasource("datasource db { url = env("), {});
  assert.deepEqual(readDatasource('datasource db { url = "x'), {});
});

test("any text is survived", () => {
  const parts = fc.constantFrom(
    "datasource",
    "db",
    "{",
    "}",
    "url",
    "=",
    "env(",
    '"',
    "//",
    "/*",
    "\\",
    "\n",
    " ",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(parts).map((all) => all.join("")),
      ),
      (text) => {
        readDatasource(text);
      },
    ),
  );
});
