import { dotted, quoteIdentifier } from "../../../sql/identifier.ts";
import type { TableName } from "../../demand.ts";
import type { MendFacts } from "../../mend.ts";
import type { EqualRows } from "./in-the-way.ts";
import { nameOf } from "./own-rows.ts";
import type { Reference } from "./references.ts";

/** Rows that are in the way, by what finds them: the table is `t` in the condition. */
export interface Found {
  readonly table: TableName;
  /** Quoted, perhaps with ONLY. */
  readonly name: string;
  readonly condition: string;
  readonly groups?: EqualRows;
}

/** All but the first of rows that are equal. */
export function laterThanFirst({ name, elements, conditions }: EqualRows, order: string): string {
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : "";
  return `t.ctid IN (SELECT r.tid FROM (SELECT t.ctid AS tid, pg_catalog.row_number() OVER (PARTITION BY ${elements.join(", ")} ORDER BY ${order}) AS place FROM ${name} t${where}) r WHERE r.place > 1)`;
}

/** By the primary key; without one, by where the rows are. */
export function firstOf(table: TableName, facts: MendFacts): string {
  const key = facts.primaryKey(table);
  return key.length === 0 ? "t.ctid" : key.map((column) => `t.${quoteIdentifier(column)}`).join(", ");
}

/** What rows refer to is never deleted: ON DELETE CASCADE would take them along. */
export function unreferenced(references: readonly Reference[]): string[] {
  return references.map(({ from, pairs }) => `NOT EXISTS (SELECT FROM ${from} c WHERE ${pairs})`);
}

/** Nobody writes to them until all is done. */
export function locked(tables: readonly TableName[]): string {
  return `LOCK TABLE ${[...new Set(tables.map(nameOf))].join(", ")} IN SHARE ROW EXCLUSIVE MODE`;
}

export function none({ name, condition }: Pick<Found, "name" | "condition">, problem: string) {
  return { count: `(SELECT count(*) FROM ${name} t WHERE ${condition})`, problem };
}

export function told({ schema, name }: TableName): string {
  return dotted(schema, name);
}
