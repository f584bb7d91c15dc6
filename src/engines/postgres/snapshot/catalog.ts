import { blocked } from "./expressions.ts";
import { columns } from "./families/columns.ts";
import { constraints, domainConstraints } from "./families/constraints.ts";
import {
  accessMethods,
  collations,
  conversions,
  defaultPrivileges,
  eventTriggers,
  extensions,
  languages,
  schemas,
  statistics,
} from "./families/database.ts";
import { foreignDataWrappers, foreignServers, userMappings } from "./families/foreign.ts";
import { functions } from "./families/functions.ts";
import { indexes } from "./families/indexes.ts";
import { casts, operatorClasses, operatorFamilies, operators, transforms } from "./families/operators.ts";
import {
  publicationSchemas,
  publications,
  publicationTables,
  subscriptions,
} from "./families/publications.ts";
import { policies, rules, triggers } from "./families/reactions.ts";
import { relations } from "./families/relations.ts";
import {
  textSearchConfigurations,
  textSearchDictionaries,
  textSearchParsers,
  textSearchTemplates,
} from "./families/text-search.ts";
import { types } from "./families/types.ts";
import type { Family } from "./family.ts";

/**
 * All that is read of a database, in this order: what parts belong to comes before them.
 *
 * @param major the server's major version: catalogs differ
 */
export function familiesOf(major: number): readonly Family[] {
  return [
    schemas,
    extensions,
    relations(major),
    types(major),
    columns(major),
    constraints,
    domainConstraints,
    indexes,
    functions(major),
    triggers(major),
    rules,
    policies,
    operators,
    operatorClasses,
    operatorFamilies,
    casts,
    transforms,
    collations(major),
    conversions,
    languages,
    accessMethods,
    statistics,
    textSearchParsers,
    textSearchTemplates,
    textSearchDictionaries,
    textSearchConfigurations,
    foreignDataWrappers,
    foreignServers,
    userMappings,
    eventTriggers,
    publications(major),
    publicationTables(major),
    ...(major >= 15 ? [publicationSchemas] : []),
    subscriptions(major),
    defaultPrivileges,
  ];
}

/**
 * The query of a family.
 *
 * @param options.only a condition, `AND ...`, which leaves rows out
 * @param options.alone nobody else is connected to the database, so nobody holds a lock
 */
export function queryOf(
  { own, content, from, blocked: asksForLocks }: Family,
  { only = "", alone = false }: { readonly only?: string; readonly alone?: boolean } = {},
): string {
  const selected = Object.entries(own).map(([name, sql]) => `${sql} AS "${name}"`);
  // One text, by which equal content is recognised before it is taken apart.
  const contents = Object.values(content);
  selected.push(`${contents.length === 0 ? "'()'" : `ROW(${contents.join(", ")})::text`} AS content`);
  const head = alone
    ? "WITH blocked AS (SELECT NULL::oid AS oid WHERE false)\n"
    : `WITH RECURSIVE ${blocked}\n`;
  return `${asksForLocks ? head : ""}SELECT ${selected.join(", ")}\n${from} ${only}`;
}

/**
 * Every query of a snapshot, by the name of its family.
 *
 * @example
 * [...catalogQueries(15)].map(([family, sql]) => `${family}: ${sql.length}`);
 */
export function catalogQueries(major: number): Map<string, string> {
  const queries = familiesOf(major).map((family) => [family.name, queryOf(family)] as const);
  return new Map([...queries, ["dependencies", dependenciesQuery]]);
}

/**
 * Who depends on whom, of what is not the server's own. A view depends through its rule, a column through its default:
 * they are told in their place.
 */
export const dependenciesQuery = `
SELECT CASE WHEN r.oid IS NOT NULL OR f.oid IS NOT NULL THEN 1259 ELSE d.classid END, coalesce(r.ev_class, f.adrelid, d.objid),
       coalesce(f.adnum, d.objsubid), d.refclassid, d.refobjid, d.refobjsubid
  FROM pg_catalog.pg_depend d
  LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid AND r.rulename = '_RETURN'
  LEFT JOIN pg_catalog.pg_attrdef f ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
 WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a', 'i')
   AND d.classid <> 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.classid <> 'pg_catalog.pg_amproc'::pg_catalog.regclass`;
