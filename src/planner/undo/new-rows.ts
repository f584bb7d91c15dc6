import { objectKey } from "../../schema/object.ts";
import { quoteIdentifier } from "../../sql/identifier.ts";
import type { Difference } from "./difference.ts";

/** A look at what an undo would delete or falsify: what came into the database since the repair. */
export interface Look {
  /** The key of the object that is dropped or changed. */
  readonly object: string;
  readonly kind: "rows" | "values" | "converted";
  /** Its table, for a statement. */
  readonly table: string;
  /** One row, with `n`. */
  readonly sql: string;
}

/** What was seen. Undefined: the server cannot convert the values. */
export type Seen = Look & { readonly count: number | undefined };

/** What is to be looked at before anything is dropped or converted. */
export function looksAt({ drop, change }: Difference): Look[] {
  const isIn = (one: { schema: string; relation?: string }) =>
    drop.some(({ kind, schema, name }) => kind === "table" && schema === one.schema && name === one.relation);
  return [
    ...drop.flatMap((object): Look[] => {
      const { kind, schema, name, relation, attributes } = object;
      if (kind === "table") {
        const table = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
        return [
          { object: objectKey(object), kind: "rows", table, sql: `SELECT count(*)::text AS n FROM ${table}` },
        ];
      }
      if (kind !== "column" || isIn(object) || attributes["generated"] !== "") return [];
      const table = `${quoteIdentifier(schema)}.${quoteIdentifier(relation ?? "")}`;
      const column = quoteIdentifier(name);
      const { default: expression, type } = attributes;
      // Only reading is allowed here, and a sequence gives each row another value anyway.
      const plain = expression !== "" && !/nextval\(/.test(String(expression));
      const other = plain ? ` AND ${column}::text IS DISTINCT FROM (${expression})::${type}::text` : "";
      const sql = `SELECT count(*)::text AS n FROM ${table} WHERE ${column} IS NOT NULL${other}`;
      return [{ object: objectKey(object), kind: "values", table, sql }];
    }),
    ...change.flatMap(({ from, to }): Look[] => {
      const [now, then] = [from.attributes["type"], to.attributes["type"]];
      if (to.kind !== "column" || now === then) return [];
      const table = `${quoteIdentifier(from.schema)}.${quoteIdentifier(from.relation ?? "")}`;
      const column = quoteIdentifier(from.name);
      const sql = `SELECT count(*)::text AS n FROM ${table} WHERE ${column}::text::${then}::text::${now}::text IS DISTINCT FROM ${column}::text`;
      return [{ object: objectKey(to), kind: "converted", table, sql }];
    }),
  ];
}

/** In words, what would be lost. */
export function seenWords({ object, kind, count = 0 }: Seen): string {
  const [rows, values] = [
    `${count} ${count === 1 ? "row" : "rows"}`,
    `${count} ${count === 1 ? "value" : "values"}`,
  ];
  if (kind === "rows") return `${object} has ${rows}, which would be deleted`;
  if (kind === "values") return `${object} has ${values}, which would be deleted`;
  return `${values} of ${object} would become others when the type is changed back (what the repair itself converted comes from the backup)`;
}
