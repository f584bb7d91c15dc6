import type { Plan, PlannedStatement, PlanPart } from "../plan/plan.ts";
import type { SchemaObject } from "../schema/object.ts";
import { dotted } from "../sql/identifier.ts";
import { dropsOf } from "../sql/postgres-drops.ts";
import { targetOf } from "../sql/postgres-target.ts";

/**
 * Tables and columns of the database which these statements drop, by their keys: `table public.users`. That they are
 * made again afterwards, under the same name, does not bring their rows back.
 *
 * @param schema in which unqualified names are meant
 */
export function droppedBy(
  statements: readonly { readonly sql: string }[],
  schema: string,
  objects: ReadonlyMap<string, SchemaObject>,
): string[] {
  const keys = statements.flatMap(({ sql }) => {
    if (!/\bDROP\b/i.test(sql)) return [];
    const { tables, columns } = dropsOf(sql);
    const full = (name: readonly string[]) => (name.length === 1 ? [schema, ...name] : name);
    return [
      ...tables.map((name) => `table ${dotted(...full(name))}`),
      ...columns.map(({ table, column }) => `column ${dotted(...full(table), column)}`),
    ];
  });
  return [...new Set(keys)].filter((key) => objects.has(key));
}

/** Of what a plan drops, what is there again in the end: without the rows that were in it. */
export function emptiedBy(
  parts: readonly PlanPart[],
  schema: string,
  objects: ReadonlyMap<string, SchemaObject>,
  final: ReadonlyMap<string, string>,
): string[] {
  return droppedBy(statementsOf(parts), schema, objects).filter((key) => final.has(`${key}\n`));
}

/** The tables to which a plan's data statements write, as far as their words tell, as `dotted()` writes them. */
export function targetsOf({ parts, schema }: Pick<Plan, "parts" | "schema">): string[] {
  const written = statementsOf(parts).flatMap(({ sql, untraced }) => {
    const target = untraced ? targetOf(sql) : undefined;
    return target === undefined ? [] : [dotted(...(target.length === 1 ? [schema, ...target] : target))];
  });
  return [...written, ...mendedTables({ parts })];
}

/** The tables whose rows a plan mends, as `dotted()` writes them. */
export function mendedTables({ parts }: Pick<Plan, "parts">): string[] {
  const steps = parts.flatMap((part) => (part.kind === "runner" ? [] : part.steps));
  return [...new Set(steps.flatMap((step) => (step.kind === "mend" ? step.tables : [])))];
}

function statementsOf(parts: readonly PlanPart[]): PlannedStatement[] {
  return parts.flatMap((part): readonly PlannedStatement[] =>
    part.kind === "runner"
      ? part.statements
      : part.steps.flatMap((step) => {
          if (step.kind === "mend") return step.instead === undefined ? [] : [step.instead];
          return step.kind === "statements" ? step.statements : [];
        }),
  );
}

/** The tables whose rows a plan deletes although they are there in the end, wholly or in a column. */
export function emptiedTables(
  { empties }: Pick<Plan, "empties">,
  objects: ReadonlyMap<string, SchemaObject>,
): string[] {
  return [
    ...new Set(
      empties.flatMap((key) => {
        const object = objects.get(key);
        return object === undefined ? [] : [dotted(object.schema, object.relation ?? object.name)];
      }),
    ),
  ];
}
