import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sameButForLayout } from "./postgres-layout.ts";

const table = "CREATE TABLE \"t\" (id int, note text DEFAULT 'a -- b');\nSELECT 1 >= 2;";

test("comments and space are layout", () => {
  for (const other of [
    `-- a note\n${table}`,
    `/* a /* nested */ note */ ${table.replaceAll("\n", "\r\n\r\n")}  `,
    table.replace("(id int,", "(\n  id int -- the key\n  ,"),
    table.replaceAll(" ", "\t"),
  ].map((text) => text.replace("'a\t--\tb'", "'a -- b'")))
    assert.ok(sameButForLayout(table, other), other);
});

test("all else is not", () => {
  for (const [one, other] of [
    [table, table.replace("a -- b", "a --  b")],
    [table, table.replace(">=", "> =")],
    [table, table.replace('"t"', "t")],
    [table, `${table} SELECT 2`],
    [table, table.replace("note", "Note")],
    ["SELECT B'1'", "SELECT B '1'"],
    ["SELECT U&'x'", "SELECT U &'x'"],
    ["SELECT 'a'\n'b'", "SELECT 'a' 'b'"],
    ["SELECT 1 -- 2", "SELECT 1 - 2"],
    ["DO $$ BEGIN /* a */ END $$", "DO $$ BEGIN END $$"],
    ["SELECT E'\\' -- '", "SELECT E'\\' --'"],
    ["", "SELECT 1"],
  ] as const)
    assert.ok(!sameButForLayout(one, other), other);
});

test("what any comment or space is added to, between statements, is the same", () => {
  const added = fc.array(fc.constantFrom(" ", "\n", "-- x ' $$\n", "/* ; ' */", "\t"), { maxLength: 5 });
  const statement = fc.constantFrom(
    "SELECT 1",
    "SELECT 'it''s; --'",
    "DO $x$ BEGIN; END $x$",
    'DROP TABLE "a;b"',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(statement, added)), (pieces) => {
      const plain = pieces.map(([text]) => `${text};`).join("");
      assert.ok(sameButForLayout(plain, pieces.map(([text, gap]) => `${gap.join("")}${text};`).join("")));
    }),
  );
});
