import { quoteIdentifier } from "../../../sql/identifier.ts";
import type { Demand, RowFacts, RowQuestion } from "../../demand.ts";
import { callsOthers, checkExpression, foreignKeyDefinition, keyDefinition } from "./definition.ts";
import { excluded } from "./exclusion.ts";
import { misfitsOf } from "./misfits.ts";
import { type MisfitRows, nameOf, ownRows } from "./own-rows.ts";

/** Rows which are in the way because there is another one like them. */
export interface EqualRows {
  readonly kind: "groups";
  readonly name: string;
  /** What is equal. */
  readonly elements: readonly string[];
  /** Of which rows it is asked. */
  readonly conditions: readonly string[];
}

/**
 * Which rows do not meet a demand.
 *
 * @returns undefined where that is not known for sure
 */
export function inTheWayOf(demand: Demand, facts: RowFacts): MisfitRows | EqualRows | undefined {
  const { table } = demand;
  const rows = { kind: "rows", name: nameOf(table) } as const;
  switch (demand.kind) {
    case "not-null": {
      if (facts.typeOf(table, demand.column) === undefined) return undefined;
      const what = rowsThat(`without a value in ${demand.column}`);
      const condition = `t.${quoteIdentifier(demand.column)} IS NULL`;
      return { ...rows, what, code: "23502", condition, value: "NULL" };
    }
    case "no-rows": {
      const what = rowsThat(`for which ${demand.column} would have no value`);
      return { ...rows, what, code: "23502", condition: "true", value: "NULL" };
    }
    case "check": {
      const expression = checkExpression(demand.definition);
      if (expression === undefined || callsOthers(expression)) return undefined;
      // It holds for the table's own rows, and not for those of tables which inherit from it.
      if (/ NO INHERIT\b/.test(demand.definition)) return undefined;
      const what = rowsThat(`against CHECK (${expression})`);
      // What is unknown passes: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
      return { ...rows, what, code: "23514", condition: `NOT (${expression})`, value: "NULL" };
    }
    case "unique":
      return duplicates(demand, facts);
    case "foreign-key":
      return orphans(demand, facts);
    case "type": {
      const misfits = misfitsOf(demand, facts);
      if (misfits === undefined) return undefined;
      const what = [
        `value of ${demand.column} ${misfits.what}`,
        `values of ${demand.column} ${misfits.what}`,
      ] as const;
      const { code, condition } = misfits;
      return { ...rows, what, code, condition, value: `t.${quoteIdentifier(demand.column)}::text` };
    }
    case "exclusion":
      return excluded(demand, facts);
  }
}

function rowsThat(are: string): RowQuestion["what"] {
  return [`row ${are}`, `rows ${are}`];
}

function duplicates(
  { table, definition }: Extract<Demand, { definition: string }>,
  facts: RowFacts,
): EqualRows | undefined {
  const key = keyDefinition(definition);
  if (key === undefined || key.unusual) return undefined;
  const { elements, nullsNotDistinct, where } = key;
  if ([...elements, where ?? ""].some(callsOthers)) return undefined;
  const conditions = [
    ...(where === undefined ? [] : [where]),
    ...(nullsNotDistinct ? [] : elements.map((element) => `(${element}) IS NOT NULL`)),
  ];
  return { kind: "groups", name: ownRows(table, facts), elements, conditions };
}

function orphans(
  { table, definition, toEmpty }: Extract<Demand, { definition: string }>,
  facts: RowFacts,
): MisfitRows | undefined {
  const key = foreignKeyDefinition(definition);
  if (key === undefined || key.matchFull) return undefined;
  const parent = { schema: key.schema, name: key.table };
  for (const column of key.columns) {
    const type = facts.typeOf(table, column);
    if (type === undefined || !facts.isComparable(type)) return undefined;
  }
  const own = key.columns.map((column) => `t.${quoteIdentifier(column)}`);
  const given = own.map((column) => `${column} IS NOT NULL`);
  const value = `pg_catalog.concat_ws(', ', ${own.map((column) => `${column}::text`).join(", ")})`;
  const rows = { kind: "rows", code: "23503", name: ownRows(table, facts), value } as const;
  if (toEmpty) {
    const what = rowsThat(
      `with a ${key.columns.join(", ")}, and by then there is no row in ${parent.name}, which is new`,
    );
    return { ...rows, what, condition: given.join(" AND ") };
  }
  for (const column of key.references) {
    const type = facts.typeOf(parent, column);
    if (type === undefined || !facts.isComparable(type)) return undefined;
  }
  const pairs = key.references.map((column, i) => `p.${quoteIdentifier(column)} = ${own[i]}`);
  const missing = `NOT EXISTS (SELECT FROM ${ownRows(parent, facts)} p WHERE ${pairs.join(" AND ")})`;
  const what = rowsThat(`with a ${key.columns.join(", ")} that no row of ${parent.name} has`);
  return { ...rows, what, condition: [...given, missing].join(" AND ") };
}
