import assert from "node:assert/strict";
import { test } from "node:test";
import { readCodes } from "./codes.ts";

const sure = (text: string): string[] =>
  readCodes(text)
    .filter(({ needsError }) => !needsError)
    .map(({ code }) => code);

test("a place that makes them codes", () => {
  const places: readonly (readonly [string, string])[] = [
    ["SQLSTATE[42P07]: Duplicate table", "42P07"],
    ["failed (SQLSTATE 42P01)", "42P01"],
    ["SQLSTATE: 42P01", "42P01"],
    ["Database error code: 42P01", "42P01"],
    ["Database error code: 1050", "1050"],
    ["code: SqlState(E42P01), message", "42P01"],
    ["  code: '42P07',", "42P07"],
    ['"code":"42P07"', "42P07"],
    ["ERROR:  42P01: relation", "42P01"],
    ["PG::UndefinedTable: ERROR:", "42P01"],
    ["PG::TRDeadlockDetected: ERROR:", "40P01"],
    ["(psycopg2.errors.DuplicateTable) relation", "42P07"],
    ["psycopg.errors.UniqueViolation: x", "23505"],
    ["asyncpg.exceptions.DuplicateTableError: x", "42P07"],
    ["ERROR 1050 (42S01) at line 1: Table", "1050"],
    ['(pymysql.err.OperationalError) (1050, "Table', "1050"],
    ["errno: 1050,", "1050"],
    ['"errno":1050', "1050"],
    ["SQLSTATE[42S01]: Base table or view already exists: 1050 Table 'a'", "1050"],
    ["SQLSTATE[HY000] [1049] Unknown database", "1049"],
    ["code: 'ER_TABLE_EXISTS_ERROR',", "1050"],
    ["Error: P3009", "P3009"],
    ["Error: P1001: Can't reach", "P1001"],
    ['error_code: "P3018"', "P3018"],
  ];
  for (const [text, code] of places) assert.ok(sure(text).includes(code), text);
});

test("anything else is not", () => {
  const texts = [
    "order 23505 was paid",
    "Product P3009 sold",
    "Error: P3009 is out of stock",
    "42P07",
    "GET /42P01 1050",
    "table 1050 is reserved",
    "(1050, table 4)",
    "code: 'P3009'",
    "http code 1050",
  ];
  for (const text of texts) assert.deepEqual(sure(text), [], text);
});

test("five digits in quotes need an error beside them", () => {
  assert.deepEqual(readCodes("code: '23505',"), [{ code: "23505", needsError: true }]);
});
