import type { ObjectKind } from "../../schema/object.ts";
import { splitDotted, textLiteral } from "../../sql/identifier.ts";
import type { ObjectName } from "../client-script.ts";

type Parts = readonly [first: string, second: string, third: string];

/** What stands between EXISTS and its parenthesis, for an object of each kind. Names are literals already. */
type Query = (parts: Parts, suffix: string, options: { whole: boolean }) => string;

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

/** What has a name in a schema, and nothing else. */
const named =
  (catalog: string, schemaColumn: string, column: string): Query =>
  ([schema, name]) =>
    `${inSchema(catalog, schemaColumn, schema)} AND o.${column} = ${name}`;

/** What has a name in the database. */
const global =
  (catalog: string, column: string): Query =>
  ([name]) =>
    `SELECT FROM pg_catalog.${catalog} o WHERE o.${column} = ${name}`;

/** Behind the name, ` USING btree`. */
const ofMethod =
  (catalog: string, schemaColumn: string, column: string, method: string): Query =>
  ([schema, name], suffix) =>
    `${inSchema(catalog, schemaColumn, schema)} AND o.${column} = ${name} AND (SELECT ' USING ' || m.amname FROM pg_catalog.pg_am m WHERE m.oid = o.${method}) = ${textLiteral(suffix)}`;

/** A type as it is printed; an operator may have but one. */
const operand = (oid: string) => `coalesce(pg_catalog.format_type(NULLIF(${oid}, 0), NULL), 'NONE')`;

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
  index: ([schema, name], _suffix, { whole }) =>
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
  type: type("o.typtype IN ('c', 'r', 'b', 'p')"),
  collation: named("pg_collation", "collnamespace", "collname"),
  conversion: named("pg_conversion", "connamespace", "conname"),
  statistics: named("pg_statistic_ext", "stxnamespace", "stxname"),
  "text-search-parser": named("pg_ts_parser", "prsnamespace", "prsname"),
  "text-search-template": named("pg_ts_template", "tmplnamespace", "tmplname"),
  "text-search-dictionary": named("pg_ts_dict", "dictnamespace", "dictname"),
  "text-search-configuration": named("pg_ts_config", "cfgnamespace", "cfgname"),
  operator: ([schema, name], suffix) =>
    `${inSchema("pg_operator", "oprnamespace", schema)} AND o.oprname = ${name} AND ' (' || ${operand("o.oprleft")} || ', ' || ${operand("o.oprright")} || ')' = ${textLiteral(suffix)}`,
  "operator-class": ofMethod("pg_opclass", "opcnamespace", "opcname", "opcmethod"),
  "operator-family": ofMethod("pg_opfamily", "opfnamespace", "opfname", "opfmethod"),
  // Their names are what they are for.
  cast: ([name]) =>
    `SELECT FROM pg_catalog.pg_cast k WHERE pg_catalog.format('(%s AS %s)', ${operand("k.castsource")}, ${operand("k.casttarget")}) = ${name}`,
  transform: ([name]) =>
    `SELECT FROM pg_catalog.pg_transform f JOIN pg_catalog.pg_language l ON l.oid = f.trflang WHERE pg_catalog.format('FOR %s LANGUAGE %I', ${operand("f.trftype")}, l.lanname) = ${name}`,
  language: global("pg_language", "lanname"),
  "access-method": global("pg_am", "amname"),
  "foreign-data-wrapper": global("pg_foreign_data_wrapper", "fdwname"),
  "foreign-server": global("pg_foreign_server", "srvname"),
  "event-trigger": global("pg_event_trigger", "evtname"),
  publication: global("pg_publication", "pubname"),
  subscription: global("pg_subscription", "subname"),
  "user-mapping": ([server, user]) =>
    `SELECT FROM pg_catalog.pg_user_mappings m WHERE m.srvname = ${server} AND m.usename = ${user}`,
  "publication-table": ([publication, schema, table]) =>
    `SELECT FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid JOIN pg_catalog.pg_class c ON c.oid = r.prrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE p.pubname = ${publication} AND n.nspname = ${schema} AND c.relname = ${table}`,
  "publication-schema": ([publication, schema]) =>
    `SELECT FROM pg_catalog.pg_publication_namespace s JOIN pg_catalog.pg_publication p ON p.oid = s.pnpubid JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid WHERE p.pubname = ${publication} AND n.nspname = ${schema}`,
  // For all schemas, there is but the role.
  "default-privileges": ([first, second], suffix) =>
    `SELECT FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace WHERE ${second === "''" ? `pg_catalog.pg_get_userbyid(d.defaclrole) = ${first} AND n.oid IS NULL` : `n.nspname = ${first} AND pg_catalog.pg_get_userbyid(d.defaclrole) = ${second}`} AND CASE d.defaclobjtype WHEN 'r' THEN ' tables' WHEN 'S' THEN ' sequences' WHEN 'f' THEN ' functions' WHEN 'T' THEN ' types' WHEN 'n' THEN ' schemas' ELSE ' large objects' END = ${textLiteral(suffix)}`,
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
  return `EXISTS (${queries[kind](literals, rest, { whole })})`;
}
