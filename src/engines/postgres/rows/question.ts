import { quoteIdentifier, quoteLiteral } from "../../../sql/identifier.ts";
import type { Demand, RowFacts, RowQuestion, TableName } from "../../demand.ts";
import { callsOthers, checkExpression, foreignKeyDefinition, keyDefinition } from "./definition.ts";
import { misfitsOf } from "./misfits.ts";

/**
 * How to find the rows of a real database that do not meet a demand.
 *
 * @returns undefined where no question is known that tells it: nothing is claimed then
 * @example
 * questionOf({ kind: "not-null", table: { schema: "public", name: "users" }, column: "email" }, facts)?.count(100);
 * // SELECT count(*) AS n FROM (SELECT 1 FROM "public"."users" t WHERE t."email" IS NULL LIMIT 101) x
 */
export function questionOf(demand: Demand, facts: RowFacts): RowQuestion | undefined {
  const { table } = demand;
  switch (demand.kind) {
    case "not-null": {
      if (facts.typeOf(table, demand.column) === undefined) return undefined;
      const what = rowsThat(`without a value in ${demand.column}`);
      const condition = `t.${quoteIdentifier(demand.column)} IS NULL`;
      return rowsWhere({ what, code: "23502", table, condition, value: "NULL" }, facts);
    }
    case "no-rows":
      return rowsWhere(
        {
          what: rowsThat(`for which ${demand.column} would have no value`),
          code: "23502",
          table,
          condition: "true",
          value: "NULL",
        },
        facts,
      );
    case "check": {
      const expression = checkExpression(demand.definition);
      if (expression === undefined || callsOthers(expression)) return undefined;
      // It holds for the table's own rows, and not for those of tables which inherit from it.
      if (/ NO INHERIT\b/.test(demand.definition)) return undefined;
      const what = rowsThat(`against CHECK (${expression})`);
      // What is unknown passes: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
      return rowsWhere(
        { what, code: "23514", table, condition: `NOT (${expression})`, value: "NULL" },
        facts,
      );
    }
    case "unique":
      return duplicates(demand, facts);
    case "foreign-key":
      return orphans(demand, facts);
    case "type": {
      const misfits = misfitsOf(demand, facts);
      if (misfits === undefined) return undefined;
      const column = `t.${quoteIdentifier(demand.column)}`;
      const what = [
        `value of ${demand.column} ${misfits.what}`,
        `values of ${demand.column} ${misfits.what}`,
      ] as const;
      const { code, condition } = misfits;
      return rowsWhere({ what, code, table, condition, value: `${column}::text` }, facts);
    }
    case "exclusion":
      return undefined;
  }
}

function rowsThat(are: string): RowQuestion["what"] {
  return [`row ${are}`, `rows ${are}`];
}

/** Rows of one table that a condition finds, each by itself. */
function rowsWhere(
  asked: {
    readonly what: RowQuestion["what"];
    readonly code: string;
    readonly table: TableName;
    /** Absent: with the rows of tables that inherit from it. */
    readonly from?: string;
    readonly condition: string;
    readonly value: string;
  },
  facts: RowFacts,
): RowQuestion {
  const { what, code, table, condition, value } = asked;
  const name = asked.from ?? nameOf(table);
  const from = `FROM ${name} t`;
  return {
    what,
    code,
    count: (most) => `SELECT count(*) AS n FROM (SELECT 1 ${from} WHERE ${condition} LIMIT ${most + 1}) x`,
    sample: (most) =>
      `SELECT ${keyOf(table, facts)} AS key, ${value} AS value ${from} WHERE ${condition} LIMIT ${most}`,
    estimate: (percent) =>
      `SELECT count(*) AS looked, count(*) FILTER (WHERE ${condition}) AS n FROM ${name} t TABLESAMPLE SYSTEM (${percent})`,
    size: sizeOf(table),
    list: `SELECT * ${from} WHERE ${condition};`,
  };
}

function duplicates(
  { table, definition }: Extract<Demand, { definition: string }>,
  facts: RowFacts,
): RowQuestion | undefined {
  const key = keyDefinition(definition);
  if (key === undefined || key.unusual) return undefined;
  const { elements, nullsNotDistinct, where } = key;
  if ([...elements, where ?? ""].some(callsOthers)) return undefined;
  const conditions = [
    ...(where === undefined ? [] : [where]),
    ...(nullsNotDistinct ? [] : elements.map((element) => `(${element}) IS NOT NULL`)),
  ];
  const numbers = elements.map((_, i) => i + 1).join(", ");
  const groups = (more: string) =>
    `SELECT ${elements.join(", ")}${more} FROM ${ownRows(table, facts)} t${conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : ""} GROUP BY ${numbers} HAVING count(*) > 1`;
  const primary = facts.primaryKey(table);
  const name = primary.length === 1 ? `t.${quoteIdentifier(primary[0] ?? "")}` : "t.ctid";
  const keys = `pg_catalog.array_to_string((pg_catalog.array_agg(${name} ORDER BY ${name}))[1:5], ', ')`;
  const told = primary.length === 1 ? primary[0] : "ctid";
  const values = `pg_catalog.concat_ws(', ', ${elements.map((element) => `(${element})::text`).join(", ")})`;
  return {
    what: [
      `value of ${elements.join(", ")} in more than one row`,
      `values of ${elements.join(", ")} in more than one row`,
    ],
    code: "23505",
    count: (most) => `SELECT count(*) AS n FROM (${groups("")} LIMIT ${most + 1}) x`,
    sample: (most) =>
      `SELECT ${quoteLiteral(`${told} `)} || keys AS key, value FROM (${groups(`, ${keys} AS keys, ${values} AS value`)} LIMIT ${most}) x`,
    size: sizeOf(table),
    list: `${groups(", count(*)")} ORDER BY count(*) DESC;`,
  };
}

function orphans(
  { table, definition }: Extract<Demand, { definition: string }>,
  facts: RowFacts,
): RowQuestion | undefined {
  const key = foreignKeyDefinition(definition);
  if (key === undefined || key.matchFull) return undefined;
  const parent = { schema: key.schema, name: key.table };
  for (const column of key.columns) {
    const type = facts.typeOf(table, column);
    if (type === undefined || !facts.isComparable(type)) return undefined;
  }
  for (const column of key.references) {
    const type = facts.typeOf(parent, column);
    if (type === undefined || !facts.isComparable(type)) return undefined;
  }
  const own = key.columns.map((column) => `t.${quoteIdentifier(column)}`);
  const pairs = key.references.map((column, i) => `p.${quoteIdentifier(column)} = ${own[i]}`);
  const condition = [
    ...own.map((column) => `${column} IS NOT NULL`),
    `NOT EXISTS (SELECT FROM ${ownRows(parent, facts)} p WHERE ${pairs.join(" AND ")})`,
  ].join(" AND ");
  const what = rowsThat(`with a ${key.columns.join(", ")} that no row of ${parent.name} has`);
  const value = `pg_catalog.concat_ws(', ', ${own.map((column) => `${column}::text`).join(", ")})`;
  return rowsWhere({ what, code: "23503", table, from: ownRows(table, facts), condition, value }, facts);
}

/** By what a person finds a row: its primary key, or where it is. */
function keyOf(table: TableName, facts: RowFacts): string {
  const primary = facts.primaryKey(table);
  if (primary.length === 0) return "'ctid ' || t.ctid::text";
  const parts = primary.map(
    (column, i) =>
      `${quoteLiteral(`${i === 0 ? "" : ", "}${column} `)} || t.${quoteIdentifier(column)}::text`,
  );
  return parts.join(" || ");
}

function nameOf({ schema, name }: TableName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/**
 * Keys see the rows of the table itself, and not those of tables which inherit from it:
 * https://www.postgresql.org/docs/current/ddl-inherit.html#DDL-INHERIT-CAVEATS
 */
function ownRows(table: TableName, facts: RowFacts): string {
  return facts.isPartitioned(table) ? nameOf(table) : `ONLY ${nameOf(table)}`;
}

/** As the server last counted; below zero it never did. Partitions count for the whole. */
function sizeOf(table: TableName): string {
  const relation = `${quoteLiteral(nameOf(table))}::pg_catalog.regclass`;
  return `SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::int8 AS n FROM pg_catalog.pg_class c
    WHERE c.oid = ${relation} OR c.oid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree(${relation}) p WHERE p.isleaf)`;
}
