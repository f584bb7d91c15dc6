import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { splitPostgres } from "../../src/sql/postgres-split.ts";
import { startPostgres, type TestServer } from "../servers/postgres.ts";
import { makeDatabase, type TestDatabase } from "./database.ts";

let server: TestServer;
let database: TestDatabase;

before(async () => {
  server = await startPostgres();
  database = await makeDatabase(server);
  await database.run("CREATE TABLE t (a text); CREATE TABLE u (a text)");
});
after(async () => {
  await database?.end();
  await server?.stop();
});

const content = fc
  .array(fc.constantFrom("a", ";", " ", "--", "/*", "*/", "é", '"', "$x$", "(", ")", "END", "\n"), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));
const gap = fc.oneof(
  fc.constantFrom(" ", "\n", "\t\r\n"),
  content.map((text) => ` -- ${text.replaceAll("\n", " ")}\n`),
  content.map((text) => ` /* ${text.replace(/\*\/|\/\*/g, "")} /* ; */ */ `),
);
const comment = content.map((text) => ` -- ${text.replaceAll("\n", " ")}\n`);
const statement = fc.oneof(
  content.map((text) => `SELECT '${text.replaceAll("'", "''")}''${text}'`),
  // A string goes on behind space, an end of line and comments, with the escapes with which it began.
  fc.tuple(content, comment, comment).map(([text, a, b]) => `SELECT E'${text}'${a}${b}  '\\'${text}'`),
  content.map((text) => `SELECT $tag$${text}'$tag$`),
  fc
    .tuple(gap, content)
    .map(([space, text]) => `INSERT INTO t${space}VALUES ($$${text.replaceAll("$", "")}$$)`),
  fc
    .array(fc.constantFrom("SELECT CASE WHEN true THEN 1 END", "SELECT 1 AS end"), {
      minLength: 1,
      maxLength: 3,
    })
    .map(
      (body) => `CREATE OR REPLACE FUNCTION f(begin int) RETURNS int BEGIN ATOMIC ${body.join("; ")}; END`,
    ),
  gap.map((space) => `CREATE OR REPLACE RULE r AS ON DELETE TO t DO ALSO (SELECT 1;${space}DELETE FROM u)`),
  content.map((text) => `DO $do$ BEGIN PERFORM $$${text.replaceAll("$", "")}$$; END $do$`),
);

test("the server answers a script as often as it has statements", async () => {
  const script = fc
    .array(fc.tuple(gap, statement, gap, fc.constantFrom(";", ";;", "; ;")), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.map((part) => part.join("")).join(""));
  await fc.assert(
    fc.asyncProperty(script, async (text) => {
      const answers = await database.run(text);
      assert.equal(
        splitPostgres(text).length,
        answers.filter(({ command }) => command !== null).length,
        text,
      );
    }),
    { numRuns: 300 },
  );
});
