import { literal, quote } from "./database.ts";
import type { Names } from "./names.ts";
import type { Random } from "./random.ts";

/** A column with the values which its rows get. */
export interface Column {
  name: string;
  type: string;
  default?: string;
  notNull: boolean;
  /** Every row has a value here, and each another one. */
  readonly distinct: boolean;
  /** A view, a generated column or a check uses it: its type cannot be changed, and it cannot be dropped. */
  pinned: boolean;
  value(row: number): string;
}

export interface Table {
  name: string;
  readonly columns: Column[];
  readonly rowCount: number;
  /** Never renamed and never dropped: what proves that the migration which makes it ran. */
  readonly lasting: boolean;
  /** What a reference to `id` has as its type, and its values. */
  readonly key: { readonly type: string; readonly reference: string; value(row: number): string };
}

const keys: readonly Table["key"][] = [
  { type: "SERIAL", reference: "INTEGER", value: (row) => String(row) },
  { type: "BIGSERIAL", reference: "BIGINT", value: (row) => String(row) },
  { type: "TEXT", reference: "TEXT", value: (row) => `'key-${row}'` },
  { type: "UUID", reference: "UUID", value: uuid },
];

type Kind = Pick<Column, "type" | "value" | "distinct"> & { readonly default?: string };

const kinds: readonly Kind[] = [
  { type: "TEXT", distinct: true, value: (row) => `'it''s text ${row}'` },
  { type: "VARCHAR(40)", distinct: true, value: (row) => `'short ${row}'` },
  { type: "INTEGER", distinct: true, value: (row) => String(row * 7) },
  { type: "BIGINT", distinct: true, value: (row) => String(row * 10_000_000_000) },
  { type: "DECIMAL(10,2)", distinct: false, value: (row) => `${row}.50` },
  { type: "DOUBLE PRECISION", distinct: false, value: (row) => `${row}.25` },
  { type: "BOOLEAN", distinct: false, default: "false", value: (row) => String(row % 2 === 0) },
  {
    type: "TIMESTAMP(3)",
    distinct: false,
    default: "CURRENT_TIMESTAMP",
    value: (row) => `'2024-01-0${row % 9 || 9}'`,
  },
  { type: "JSONB", distinct: false, value: (row) => `'{"n": ${row}}'` },
  { type: "UUID", distinct: false, default: "gen_random_uuid()", value: uuid },
  { type: "TEXT[]", distinct: false, default: "ARRAY[]::TEXT[]", value: (row) => `ARRAY['a', 'b${row}']` },
];

function uuid(row: number): string {
  return `'00000000-0000-4000-8000-${String(row).padStart(12, "0")}'`;
}

/** What a column of type VARCHAR(20) may hold, before a later check allows more. */
export const statuses = ["draft", "open", "done"];

/** Draws a column of any type. Those of plain texts come most often, because most can be done with them. */
export function drawColumn(random: Random, names: Names): Column {
  const kind = random.chance(0.4) ? random.pick(kinds.slice(0, 2)) : random.pick(kinds);
  const { type, value, distinct } = kind;
  const withDefault = kind.default !== undefined && random.chance(0.7) ? { default: kind.default } : {};
  return {
    name: names.trait(),
    type,
    value,
    distinct,
    ...withDefault,
    notNull: random.chance(0.4),
    pinned: false,
  };
}

/** Draws a table: an `id`, a checked status, an enum sometimes, a reference to another table where there is one. */
export function drawTable(
  random: Random,
  names: Names,
  given: {
    readonly enumType?: string | undefined;
    readonly parent?: Table | undefined;
    readonly lasting: boolean;
  },
): { table: Table; sql: string; foreignKey?: string } {
  const status: Column = {
    name: "status",
    type: "VARCHAR(20)",
    default: "'draft'",
    notNull: true,
    distinct: false,
    pinned: true,
    value: (row) => `'${statuses[row % statuses.length]}'`,
  };
  const drawn = Array.from({ length: random.integer(6, 10) }, () => drawColumn(random, names));
  const special: Column[] = [];
  if (given.enumType !== undefined) {
    const type = quote(given.enumType);
    const value = (row: number) => `'value ${row % 2}'`;
    special.push({
      name: names.trait(),
      type,
      default: "'value 0'",
      notNull: true,
      distinct: false,
      pinned: true,
      value,
    });
  }
  const { parent } = given;
  if (parent !== undefined) {
    const value = (row: number) => parent.key.value(((row - 1) % parent.rowCount) + 1);
    const { reference } = parent.key;
    special.push({
      name: names.trait(),
      type: reference,
      notNull: false,
      distinct: false,
      pinned: true,
      value,
    });
  }
  const table: Table = {
    name: names.thing(),
    columns: [status, ...drawn, ...special],
    rowCount: random.integer(1, 5),
    lasting: given.lasting,
    key: random.pick(keys),
  };
  const lines = [
    `"id" ${table.key.type} NOT NULL`,
    ...table.columns.map(columnText),
    `CONSTRAINT ${quote(`${table.name}_pkey`)} PRIMARY KEY ("id")`,
    `CONSTRAINT ${quote(`${table.name}_status`)} CHECK ("status" IN (${statuses.map(literal).join(", ")}))`,
  ];
  const sql = `CREATE TABLE ${quote(table.name)} (\n    ${lines.join(",\n    ")}\n)`;
  const reference = special.at(-1);
  if (parent === undefined || reference === undefined) return { table, sql };
  const foreignKey = `ALTER TABLE ${quote(table.name)} ADD CONSTRAINT ${quote(`${table.name}_fkey`)} FOREIGN KEY (${quote(reference.name)}) REFERENCES ${quote(parent.name)}("id") ON DELETE SET NULL ON UPDATE CASCADE`;
  return { table, sql, foreignKey };
}

export function columnText({ name, type, notNull, default: value }: Column): string {
  return `${quote(name)} ${type}${notNull ? " NOT NULL" : ""}${value === undefined ? "" : ` DEFAULT ${value}`}`;
}

/** Fills a new table. */
export function rowsOf({ name, columns, key, rowCount }: Table): string {
  const into = ["id", ...columns.map((column) => column.name)].map(quote).join(", ");
  const rows = Array.from({ length: rowCount }, (_, i) => {
    const values = [key.value(i + 1), ...columns.map((column) => column.value(i + 1))];
    return `(${values.join(", ")})`;
  });
  return `INSERT INTO ${quote(name)} (${into}) VALUES ${rows.join(", ")}`;
}
