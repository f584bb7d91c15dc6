import { literal, quote } from "./database.ts";
import { createTable, type Draft, operations } from "./evolution.ts";
import { Names } from "./names.ts";
import type { MigrationFile } from "./prisma-history.ts";
import type { Random } from "./random.ts";
import { drawTable, rowsOf, type Table } from "./tables.ts";

/** A migration whose statements are known one by one. */
export interface AppMigration extends MigrationFile {
  readonly statements: readonly string[];
  /** For each statement, those of the same file (zero-based) without which it cannot run. */
  readonly needs: readonly (readonly number[])[];
  /** What the application writes once this migration has run: rows for every table that it made. */
  readonly rows: readonly string[];
  /** A table which it makes, and which every later migration keeps. */
  readonly makes: string;
}

export interface Application {
  readonly migrations: readonly [AppMigration, AppMigration, ...AppMigration[], AppMigration];
}

/**
 * Draws a small application: a first migration with enums, tables, indexes and foreign keys, then some which each make
 * a table that lasts and change others. The last one has seven statements, and each of them can run by itself.
 */
export function drawApplication(random: Random): Application {
  const draft: Draft = {
    random,
    names: new Names(random),
    tables: [],
    enums: [],
    indexes: [],
    touched: new Set(),
    rows: [],
  };
  const first = drawFirst(draft);
  const second = drawNext(draft, 2, 3);
  const between = Array.from({ length: random.integer(0, 2) }, (_, i) =>
    drawNext(draft, i + 3, random.integer(2, 5)),
  );
  return { migrations: [first, second, ...between, drawNext(draft, between.length + 3, 7)] };
}

function drawFirst(draft: Draft): AppMigration {
  const { random, names, tables, enums, indexes } = draft;
  const statements: string[] = [];
  const needs: number[][] = [];
  const add = (sql: string, needed: number[]) => {
    needs.push(needed);
    return statements.push(sql) - 1;
  };
  const enumType = names.thing();
  enums.push(enumType);
  const enumAt = add(`CREATE TYPE ${quote(enumType)} AS ENUM ('value 0', 'value 1')`, []);
  const made: { table: Table; at: number; foreignKey?: string; parentAt?: number }[] = [];
  for (let i = random.integer(3, 5); i > 0; i--) {
    const parent = made.length > 0 && random.chance(0.7) ? random.pick(made) : undefined;
    const usesEnum = made.length === 0 || random.chance(0.4);
    const { table, sql, foreignKey } = drawTable(random, names, {
      enumType: usesEnum ? enumType : undefined,
      parent: parent?.table,
      lasting: true,
    });
    const at = add(sql, usesEnum ? [enumAt] : []);
    made.push({ table, at, ...(foreignKey && parent && { foreignKey, parentAt: parent.at }) });
  }
  for (const { table, at } of made) {
    const column = table.columns.find(({ distinct }) => distinct);
    if (column === undefined) continue;
    column.pinned = true;
    const index = names.thing();
    indexes.push(index);
    add(`CREATE INDEX ${quote(index)} ON ${quote(table.name)}(${quote(column.name)})`, [at]);
  }
  for (const { foreignKey, at, parentAt } of made) if (foreignKey) add(foreignKey, [at, parentAt ?? at]);
  tables.push(...made.map(({ table }) => table));
  return migrationOf("0001_init", statements, needs, tables.map(rowsOf), tables[0]?.name ?? "");
}

function drawNext(draft: Draft, number: number, length: number): AppMigration {
  const { random, tables } = draft;
  draft.touched.clear();
  draft.rows.length = 0;
  const statements: string[] = [];
  const makes = createTable(draft);
  const name = tables.at(-1)?.name ?? "";
  while (statements.length < length - 1) {
    const statement = random.pick(operations)(draft);
    if (statement !== undefined) statements.push(statement);
  }
  statements.splice(random.integer(0, statements.length), 0, makes ?? "");
  const title = `${String(number).padStart(4, "0")}_${random.pick(["add", "change", "more"])}_${random.integer(1, 99)}`;
  return migrationOf(
    title,
    statements,
    statements.map(() => []),
    [...draft.rows],
    name,
  );
}

function migrationOf(
  name: string,
  statements: readonly string[],
  needs: readonly (readonly number[])[],
  rows: readonly string[],
  makes: string,
): AppMigration {
  const sql = statements
    .map((statement) => `-- ${statement.split(" ", 2).join(" ")}\n${statement};\n`)
    .join("\n");
  return { name, sql, statements, needs, rows, makes };
}

/** A file of nothing but this SQL. */
export function fileOf(name: string, sql: string): AppMigration {
  return { ...migrationOf(name, [sql], [[]], [], ""), sql };
}

/** Another application which shares the database: its tables have rows, and no name of ours. */
export function neighbour(random: Random): string {
  const prefix = `wp${random.integer(1, 99)}_`;
  const posts = Array.from({ length: random.integer(1, 6) }, (_, i) => `(${i + 1}, ${literal(`post ${i}`)})`);
  return `
    CREATE TABLE ${prefix}posts (id integer PRIMARY KEY, body text NOT NULL);
    CREATE TABLE ${prefix}comments (id serial PRIMARY KEY, post integer REFERENCES ${prefix}posts, body text);
    CREATE INDEX ${prefix}comments_post ON ${prefix}comments (post);
    INSERT INTO ${prefix}posts VALUES ${posts.join(", ")};
    INSERT INTO ${prefix}comments (post, body) SELECT id, 'a comment' FROM ${prefix}posts;`;
}
