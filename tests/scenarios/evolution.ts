import { literal, quote } from "./database.ts";
import type { Names } from "./names.ts";
import type { Random } from "./random.ts";
import { type Column, columnText, drawColumn, drawTable, rowsOf, statuses, type Table } from "./tables.ts";

/** What has been made so far, and what the migration that is being written has touched. */
export interface Draft {
  readonly random: Random;
  readonly names: Names;
  readonly tables: Table[];
  readonly enums: string[];
  readonly indexes: string[];
  /** Columns which the migration has touched: its other statements leave them alone, so that each can run by itself. */
  readonly touched: Set<Column>;
  /** Inserted after the migration. */
  readonly rows: string[];
}

/** Draws one statement; undefined where nothing fits. Each can run without the others of its migration. */
export type Operation = (draft: Draft) => string | undefined;

export const createTable: Operation = (draft) => {
  const { random, names, tables } = draft;
  const { table, sql } = drawTable(random, names, { lasting: true });
  draft.rows.push(rowsOf(table));
  for (const column of table.columns) draft.touched.add(column);
  tables.push(table);
  return sql;
};

const addColumn: Operation = ({ random, names, tables, touched }) => {
  const table = random.pick(tables.filter((one) => !one.columns.every((column) => touched.has(column))));
  const column = { ...drawColumn(random, names), distinct: false };
  if (column.default === undefined) column.notNull = false;
  touched.add(column);
  table.columns.push(column);
  return `ALTER TABLE ${quote(table.name)} ADD COLUMN ${columnText(column)}`;
};

const createIndex: Operation = (draft) =>
  onColumn(
    draft,
    ({ type }) => type !== "JSONB",
    (table, column) => {
      const unique = column.distinct && draft.random.chance(0.5) ? "UNIQUE " : "";
      const where = draft.random.chance(0.4) ? ` WHERE "status" IN ('draft', 'open')` : "";
      const name = draft.names.thing();
      column.pinned = true;
      return `CREATE ${unique}INDEX ${quote(name)} ON ${quote(table)}(${quote(column.name)})${where}`;
    },
  );

const dropIndex: Operation = ({ indexes }) => {
  const name = indexes.pop();
  return name === undefined ? undefined : `DROP INDEX ${quote(name)}`;
};

const addCheck: Operation = (draft) =>
  onColumn(
    draft,
    ({ type }) => type.startsWith("VARCHAR") || type === "TEXT",
    (table, column) => {
      column.pinned = true;
      const allowed =
        column.name === "status"
          ? `IN (${[...statuses, "closed"].map(literal).join(", ")})`
          : `NOT IN ('', '-', ${literal(draft.names.trait())})`;
      return `ALTER TABLE ${quote(table)} ADD CONSTRAINT ${quote(draft.names.thing())} CHECK (${quote(column.name)} ${allowed})`;
    },
  );

const addUnique: Operation = (draft) =>
  onColumn(
    draft,
    ({ distinct }) => distinct,
    (table, column) => {
      column.pinned = true;
      return `ALTER TABLE ${quote(table)} ADD CONSTRAINT ${quote(draft.names.thing())} UNIQUE (${quote(column.name)})`;
    },
  );

const createEnum: Operation = ({ enums, names, random }) => {
  const name = names.thing();
  enums.push(name);
  const labels = Array.from({ length: random.integer(2, 5) }, (_, i) => literal(`value ${i}`));
  return `CREATE TYPE ${quote(name)} AS ENUM (${labels.join(", ")})`;
};

const createView: Operation = (draft) =>
  onColumn(
    draft,
    ({ name }) => name !== "status",
    (table, column) => {
      column.pinned = true;
      return `CREATE VIEW ${quote(draft.names.thing())} AS SELECT "id", ${quote(column.name)} FROM ${quote(table)} WHERE "status" IN ('open', 'done')`;
    },
  );

const setDefault: Operation = (draft) =>
  onColumn(
    draft,
    (column) => column.type === "TEXT" && column.default === undefined,
    (table, column) => {
      column.default = literal(draft.names.trait());
      return `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column.name)} SET DEFAULT ${column.default}`;
    },
  );

const setNotNull: Operation = (draft) =>
  onColumn(
    draft,
    (column) => column.distinct && !column.notNull,
    (table, column) => {
      column.notNull = true;
      return `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column.name)} SET NOT NULL`;
    },
  );

const widen: Operation = (draft) =>
  onColumn(
    draft,
    ({ type, pinned }) => type === "VARCHAR(40)" && !pinned,
    (table, column) => {
      column.type = `VARCHAR(${draft.random.integer(41, 250)})`;
      return `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column.name)} SET DATA TYPE ${column.type}`;
    },
  );

const renameColumn: Operation = (draft) =>
  onColumn(
    draft,
    ({ name, pinned }) => name !== "status" && !pinned,
    (table, column) => {
      const before = column.name;
      column.name = draft.names.trait();
      return `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(before)} TO ${quote(column.name)}`;
    },
  );

const dropColumn: Operation = (draft) =>
  onColumn(
    draft,
    ({ pinned }) => !pinned,
    (table, column, columns) => {
      columns.splice(columns.indexOf(column), 1);
      return `ALTER TABLE ${quote(table)} DROP COLUMN ${quote(column.name)}`;
    },
  );

const addGenerated: Operation = (draft) =>
  onColumn(
    draft,
    ({ type }) => type === "INTEGER" || type === "BIGINT",
    (table, column) => {
      column.pinned = true;
      return `ALTER TABLE ${quote(table)} ADD COLUMN ${quote(draft.names.trait())} NUMERIC GENERATED ALWAYS AS (${quote(column.name)} * 2) STORED`;
    },
  );

/** Picks a column that the migration has not touched. */
function onColumn(
  { random, tables, touched }: Draft,
  fits: (column: Column) => boolean,
  write: (table: string, column: Column, columns: Column[]) => string,
): string | undefined {
  const fitting = tables.flatMap((table) =>
    table.columns
      .filter((column) => !touched.has(column) && fits(column))
      .map((column) => ({ table, column })),
  );
  if (fitting.length === 0) return undefined;
  const { table, column } = random.pick(fitting);
  touched.add(column);
  return write(table.name, column, table.columns);
}

export const operations: readonly Operation[] = [
  createTable,
  addColumn,
  createIndex,
  dropIndex,
  addCheck,
  addUnique,
  createEnum,
  createView,
  setDefault,
  setNotNull,
  widen,
  renameColumn,
  dropColumn,
  addGenerated,
];
