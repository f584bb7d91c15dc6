import type { ObjectKind } from "../../schema/object.ts";
import { splitDotted, textLiteral } from "../../sql/identifier.ts";
import type { ObjectName } from "../client-script.ts";

type Parts = readonly [first: string, second: string, third: string];

/** What stands between EXISTS and its parenthesis, for an object of each kind. Names are literals already. */
type Query = (parts: Parts, suffix: string, whole: boolean) => string;

const relation =
  (kinds: string): Query =>
  ([schema, name]) =>
    `${inSchema("pg_class", "relnamespace", schema)} AND o.relname = ${name} AND o.relkind IN (${kinds})`;

const type =
  (condition: string): Query =>
  ([schema, name]) =>
    `${inSchema("pg_type", "typnamespace", schema)} AND o.typname = ${name} AND ${condition}`;

/** What belongs to a relation, which a column of its catalog names. */
const part =
  (catalog: string, owner: string, named: string, condition = ""): Query =>
  ([schema, table, name]) =>
    `SELECT FROM pg_catalog.${catalog} p JOIN pg_catalog.pg_class o ON o.oid = p.${owner} JOIN pg_catalog.pg_namespace n ON n.oid = o.relnamespace WHERE n.nspname = ${schema} AND o.relname = ${table} AND p.${named} = ${name}${condition}`;

function inSchema(catalog: string, column: string, schema: string): string {
  return `SELECT FROM pg_catalog.${catalog} o JOIN pg_catalog.pg_namespace n ON n.oid = o.${column} WHERE n.nspname = ${schema}`;
}

/** As the queries of the snapshot tell the kinds apart. */
const queries: Readonly<Record<ObjectKind, Query>> = {
  schema: ([name]) => `SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = ${name}`,
  extension: ([name]) => `SELECT FROM pg_catalog.pg_extension e WHERE e.extname = ${name}`,
  table: relation("'r', 'p', 'f'"),
  view: relation("'v'"),
  "materialized-view": relation("'m'"),
  sequence: relation("'S'"),
  column: part("pg_attribute", "attrelid", "attname", " AND p.attnum > 0 AND NOT p.attisdropped"),
  // Of a table, or of a domain.
  constraint: ([schema, owner, name]) =>
    `SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = k.conrelid LEFT JOIN pg_catalog.pg_type t ON t.oid = k.contypid WHERE n.nspname = ${schema} AND coalesce(c.relname, t.typname) = ${owner} AND k.conname = ${name} AND k.contype IN ('p', 'u', 'x', 'f', 'c')`,
  index: ([schema, name], _suffix, whole) =>
    `SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class o ON o.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = o.relnamespace WHERE n.nspname = ${schema} AND o.relname = ${name}${whole ? " AND i.indisvalid" : ""}`,
  trigger: part("pg_trigger", "tgrelid", "tgname", " AND NOT p.tgisinternal"),
  rule: part("pg_rewrite", "ev_class", "rulename"),
  policy: part("pg_policy", "polrelid", "polname"),
  // The arguments are printed for the search path, which is empty where they are compared.
  function: ([schema, name], suffix) =>
    `${inSchema("pg_proc", "pronamespace", schema)} AND o.proname = ${name} AND pg_catalog.pg_get_function_identity_arguments(o.oid) = ${textLiteral(suffix.slice(1, -1))}`,
  enum: type("o.typtype = 'e'"),
  "enum-value": ([schema, name, label]) =>
    `SELECT FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = ${schema} AND t.typname = ${name} AND e.enumlabel = ${label}`,
  domain: type("o.typtype = 'd'"),
  type: type("o.typtype IN ('c', 'r')"),
};

/**
 * An expression which is true while an object is there. It asks the catalog, and is to be evaluated with an empty
 * search path.
 *
 * @param options.whole an index which the server could not finish does not count
 * @example
 * existence({ kind: "column", identity: 'public."User".email' }); // EXISTS (SELECT FROM ...)
 */
export function existence({ kind, identity }: ObjectName, { whole = false } = {}): string {
  const { parts, rest } = splitDotted(identity);
  const [first = "", second = "", third = ""] = parts;
  const literals = [textLiteral(first), textLiteral(second), textLiteral(third)] as const;
  return `EXISTS (${queries[kind](literals, rest, whole)})`;
}
