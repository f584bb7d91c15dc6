import { quoteIdentifier, quoteLiteral } from "../../../sql/identifier.ts";
import type { Demand, RowFacts, RowQuestion, TableName } from "../../demand.ts";
import { type EqualRows, inTheWayOf } from "./in-the-way.ts";
import { type MisfitRows, nameOf } from "./own-rows.ts";

/**
 * How to find the rows of a real database that do not meet a demand.
 *
 * @returns undefined where no question is known that tells it: nothing is claimed then
 * @example
 * questionOf({ kind: "not-null", table: { schema: "public", name: "users" }, column: "email" }, facts)?.count(100);
 * // SELECT count(*) AS n FROM (SELECT 1 FROM "public"."users" t WHERE t."email" IS NULL LIMIT 101) x
 */
export function questionOf(demand: Demand, facts: RowFacts): RowQuestion | undefined {
  const inTheWay = inTheWayOf(demand, facts);
  if (inTheWay === undefined) return undefined;
  return inTheWay.kind === "rows"
    ? questionOfRows(inTheWay, demand.table, facts)
    : questionOfGroups(inTheWay, demand.table, facts);
}

/** Rows of one table that a condition finds, each by itself. */
function questionOfRows(
  { what, code, name, condition, value, pair, beside }: MisfitRows,
  table: TableName,
  facts: RowFacts,
): RowQuestion {
  const from = `FROM ${name} t`;
  const part = (percent: number) => `${from} TABLESAMPLE BERNOULLI (${percent}) REPEATABLE (1)`;
  return {
    what,
    code,
    count: (most) => `SELECT count(*) AS n FROM (SELECT 1 ${from} WHERE ${condition} LIMIT ${most + 1}) x`,
    sample: (most) =>
      `SELECT ${keyOf(table, facts)}${pair === undefined ? "" : ` || ', ' || ${pair.key}`} AS key, ${value} AS value ${from} WHERE ${pair?.condition ?? condition} LIMIT ${most}`,
    ...(beside !== undefined && { sampled: beside }),
    estimate: (percent) =>
      // As a condition, the server looks for the other row in all at once; and a part of whole pages would be none.
      beside !== undefined
        ? `SELECT (SELECT count(*) ${part(percent)}) AS looked, (SELECT count(*) ${part(percent)} WHERE ${condition}) AS n`
        : `SELECT count(*) AS looked, count(*) FILTER (WHERE ${condition}) AS n FROM ${name} t TABLESAMPLE SYSTEM (${percent})`,
    size: sizeOf(table),
    list: `SELECT * ${from} WHERE ${condition};`,
  };
}

function questionOfGroups(
  { name: from, elements, conditions }: EqualRows,
  table: TableName,
  facts: RowFacts,
): RowQuestion {
  const numbers = elements.map((_, i) => i + 1).join(", ");
  const groups = (more: string) =>
    `SELECT ${elements.join(", ")}${more} FROM ${from} t${conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : ""} GROUP BY ${numbers} HAVING count(*) > 1`;
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

/** As the server last counted; below zero it never did. Partitions count for the whole. */
function sizeOf(table: TableName): string {
  const relation = `${quoteLiteral(nameOf(table))}::pg_catalog.regclass`;
  return `SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::int8 AS n FROM pg_catalog.pg_class c
    WHERE c.oid = ${relation} OR c.oid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree(${relation}) p WHERE p.isleaf)`;
}
