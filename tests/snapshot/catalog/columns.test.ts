import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { catalogQueries } from "../../../src/engines/postgres/snapshot/catalog.ts";
import { type Major, majors, serverOf, whyNot } from "../../servers/majors.ts";
import { connect } from "../database.ts";
import { type Catalogs, type References, referencesOf } from "./references.ts";
import { type ColumnsOf, conditions, followed, ignored, ignoredCatalogs, printed } from "./unread.ts";

/** @param major leaves out what is listed for other versions; without it, all are given */
const namesOf = (columns: ColumnsOf, major = 0): string[] =>
  Object.entries(columns).flatMap(([catalog, names]) =>
    names.split(" ").flatMap((listed) => {
      const [name, until = Number.POSITIVE_INFINITY] = listed.split("<");
      return major < Number(until) ? [`${catalog}.${name}`] : [];
    }),
  );

const ignoredColumns = (major?: number) =>
  Object.values(ignored).flatMap((columns) => namesOf(columns, major));
const listedColumns = (major?: number) => [
  ...ignoredColumns(major),
  ...Object.values(printed).flatMap((columns) => namesOf(columns, major)),
  ...namesOf(followed, major),
  ...namesOf(conditions, major),
];

/** Every column of every catalog that a server has; not its views, which show the same again. */
async function catalogsOf(major: Major): Promise<Catalogs> {
  const connection = await connect((await serverOf(major)).url);
  const rows = await connection.rows(
    `SELECT c.relname AS catalog, array_agg(a.attname::text) AS columns FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1`,
  );
  await connection.end();
  return new Map(rows.map(({ catalog, columns }) => [String(catalog), new Set(columns as string[])]));
}

const there = (catalogs: Catalogs, columns: readonly string[]) =>
  columns.filter((column) => {
    const [catalog = "", name = ""] = column.split(".");
    return catalogs.get(catalog)?.has(name);
  });

for (const major of majors) {
  describe(`what DDL writes into the catalogs of PostgreSQL ${major} is in the snapshot`, {
    skip: await whyNot(major),
  }, () => {
    let catalogs: Catalogs;
    let found: References;
    let read: ReadonlySet<string>;

    test("the queries can be understood", async () => {
      catalogs = await catalogsOf(major);
      found = await referencesOf(catalogQueries(major).values(), catalogs);
      read = new Set([...found.shown, ...found.compared]);
    });

    test("every column is shown, printed by the server, or has a reason not to be", () => {
      const known = new Set([...listedColumns(major), ...found.shown]);
      const all = [...catalogs].flatMap(([catalog, names]) =>
        catalog in ignoredCatalogs ? [] : [...names].map((name) => `${catalog}.${name}`),
      );
      assert.deepEqual(
        all.filter((column) => !known.has(column) && !column.endsWith(".oid")),
        [],
      );
    });

    test("the functions and views that are said to show columns are asked", () => {
      const called = Object.keys(printed).filter((name) => found.asked.has(name));
      assert.deepEqual(called, Object.keys(printed));
    });

    test("numbers that are said to be followed are, and what is said to be asked for is", () => {
      assert.deepEqual(
        there(catalogs, [...namesOf(followed), ...namesOf(conditions)]).filter((column) => !read.has(column)),
        [],
      );
    });

    test("nothing that is said to be ignored is shown", () => {
      assert.deepEqual(
        ignoredColumns(major).filter((column) => found.shown.has(column)),
        [],
      );
    });
  });
}

test("every column and catalog that is listed exists somewhere, and is listed once", async () => {
  const all = new Set<string>();
  for (const major of majors) {
    if (await whyNot(major)) continue;
    const catalogs = await catalogsOf(major);
    for (const column of there(catalogs, listedColumns())) all.add(column);
    for (const catalog of catalogs.keys()) all.add(catalog);
  }
  assert.deepEqual(
    [...listedColumns(), ...Object.keys(ignoredCatalogs)].filter((name) => !all.has(name)),
    [],
  );
  assert.equal(new Set(listedColumns()).size, listedColumns().length);
});
