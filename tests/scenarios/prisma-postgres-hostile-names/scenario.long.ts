import assert from "node:assert/strict";
import { fileOf } from "../application.ts";
import { literal, quote } from "../database.ts";
import { doctor, doctorInWords, finding, found, said } from "../doctor.ts";
import { PrismaHistory } from "../prisma-history.ts";
import { drawnPart } from "../random.ts";
import { scenario } from "../scenario.ts";

const esc = String.fromCharCode(27);

/** Names that PostgreSQL and the file system take. */
const names: Record<string, string> = {
  "a double quote": 'sa"y',
  "a single quote": "it's",
  "a dot": "public.users",
  "a semicolon and a comment": "x; DROP TABLE y; --",
  "a line feed": "two\n  ✗ 9. forged  [lines]",
  "a carriage return": "over\rwritten",
  "an escape sequence": `red${esc}[31m${esc}]0;title${String.fromCharCode(7)}`,
  "a C1 control": `c1${String.fromCharCode(0x9b)}2J`,
  "an override of direction": "abc\u202Etxt",
  "63 bytes": "n".repeat(63),
  "63 bytes of two-byte letters": `${"ü".repeat(31)}x`,
  "an emoji": "🐦 godwit",
  "a reserved word": "SELECT",
  "only a space": " ",
  "a backslash and a dollar": "a\\b$1$$",
  "a percent sign": "100%s%",
};

for (const [what, name] of drawnPart("hostile names", Object.entries(names), 0.4)) {
  scenario(`tables, columns and directories whose name has ${what}`, async ({ database }) => {
    const table = quote(name);
    const first = fileOf(
      `0001_${name}`.replaceAll("/", "_").slice(0, 60),
      `CREATE TABLE ${table} (${table} int PRIMARY KEY, "status" varchar(9) CHECK ("status" IN ('a', 'b')));\n`,
    );
    const second = fileOf(
      `0002_${name}`.slice(0, 60),
      [
        `ALTER TABLE ${table} ADD COLUMN "more" text`,
        `CREATE TYPE ${quote(`E${name.slice(1)}`)} AS ENUM ('a', ${literal(name)})`,
        `ALTER TABLE ${table} RENAME COLUMN "status" TO "state"`,
      ].join(";\n"),
    );
    const db = await database();
    const history = new PrismaHistory(db);
    assert.equal(await history.deploy([first]), undefined);
    await db.script(`INSERT INTO ${table} VALUES (1, 'a')`);
    assert.deepEqual(found(await doctor([first], db)), []);
    await history.recordFailure(second, { code: "42P07", message: `relation "${name}" already exists` });
    await db.script(second.statements[0]?.split(";\n")[0] ?? "");
    await db.script(
      `ALTER TABLE ${table} ADD COLUMN "hand" int; CREATE VIEW ${quote(`V${name.slice(1)}`)} AS SELECT 1 AS x FROM ${table}`,
    );

    const answer = await doctor([first, second], db);
    assert.deepEqual(found(answer), ["error failed-migration", "warning drift"]);
    assert.deepEqual(said(answer), ["applied present", "failed partial 1 of 3"]);
    assert.deepEqual(
      answer.migrations.map((one) => one.name),
      [first.name, second.name],
    );
    assert.equal(finding<{ extra: unknown[] }>(answer, "drift").facts.extra.length, 2);
    for (const text of [answer.stdout, await doctorInWords([first, second], db)]) {
      assert.doesNotMatch(text, /[^\P{Cc}\n]/u, "a raw control character on standard output");
      assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069]/u, "a raw override of direction");
      assert.doesNotMatch(text, /^\s*✗ 9\. forged/m, "a name forged a line");
    }
  });
}
