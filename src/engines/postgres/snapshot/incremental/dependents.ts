import { catalogNumber } from "../addresses.ts";
import type { RawRow } from "../rows.ts";
import { ofRelations, type ToRead } from "./to-read.ts";

/**
 * Prepares the question whose text may have changed with a name: one hop, as a text names only what it depends on directly,
 * or through an array of it.
 * Its parameters are the catalogs and the object identifiers of what may have another name.
 */
export function dependentsStatement(name: string): string {
  // OFFSET 0 keeps it a look into the index for each of the few roots.
  return `PREPARE ${name} (oid[], oid[]) AS
SELECT DISTINCT d.classid, d.objid, coalesce(ix.indrelid, r.ev_class, f.adrelid, nullif(k.conrelid, 0), k.contypid, g.tgrelid, o.polrelid), nullif(k.contypid, 0)
  FROM (SELECT u.catalog, u.oid FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) u(catalog, oid)
        UNION SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.typarray FROM pg_catalog.pg_type t WHERE t.oid = ANY ($2) AND t.typarray <> 0) root CROSS JOIN LATERAL
       (SELECT x.classid, x.objid FROM pg_catalog.pg_depend x WHERE x.refclassid = root.catalog AND x.refobjid = root.oid OFFSET 0) d
  LEFT JOIN pg_catalog.pg_index ix ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND ix.indexrelid = d.objid
  LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
  LEFT JOIN pg_catalog.pg_attrdef f ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
  LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
  LEFT JOIN pg_catalog.pg_trigger g ON d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND g.oid = d.objid
  LEFT JOIN pg_catalog.pg_policy o ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND o.oid = d.objid`;
}

const wholeFamilies: Readonly<Record<string, readonly string[]>> = {
  pg_statistic_ext: ["statistics"],
  pg_publication_rel: ["publication-tables"],
  pg_publication_namespace: ["publication-schemas"],
  pg_cast: ["casts"],
  pg_operator: ["operators"],
  pg_opclass: ["operator-classes"],
  pg_opfamily: ["operator-families"],
  pg_transform: ["transforms"],
  pg_conversion: ["conversions"],
  pg_language: ["languages"],
  pg_am: ["access-methods"],
  pg_event_trigger: ["event-triggers"],
  pg_ts_parser: ["text-search-parsers"],
  pg_ts_template: ["text-search-templates"],
  pg_ts_dict: ["text-search-dictionaries"],
  pg_ts_config: ["text-search-configurations"],
  pg_foreign_data_wrapper: ["foreign-data-wrappers"],
  pg_foreign_server: ["foreign-servers"],
  pg_user_mapping: ["user-mappings"],
  pg_default_acl: ["default-privileges"],
};
const byNumber = new Map(
  Object.entries(wholeFamilies).map(([catalog, families]) => [catalogNumber(catalog), families]),
);
/** Members of operator classes. */
const members = new Set([2602, 2603]);
const [relation, type, procedure, constraint, trigger, rule, policy] = [
  "pg_class",
  "pg_type",
  "pg_proc",
  "pg_constraint",
  "pg_trigger",
  "pg_rewrite",
  "pg_policy",
].map(catalogNumber);
const attrdef = 2604;

/** @param row an answer of {@link dependentsQuery} */
export function readDependent(row: RawRow, toRead: ToRead): void {
  const [catalog, oid = null, unit = null, domain = null] = row;
  switch (Number(catalog)) {
    case relation:
      if (unit === null) toRead.of(oid, ...ofRelations);
      else toRead.of(unit, "indexes", "constraints");
      return;
    case type:
      toRead.of(oid, "types", "domain-constraints");
      return;
    case procedure:
      toRead.of(oid, "functions");
      return;
    case constraint:
      if (domain === null) toRead.of(unit, "constraints");
      else toRead.of(domain, "domain-constraints");
      return;
    case trigger:
      toRead.of(unit, "triggers", "constraints");
      return;
    case rule:
      toRead.of(unit, "rules", "relations", "columns");
      return;
    case policy:
      toRead.of(unit, "policies");
      return;
    case attrdef:
      toRead.of(unit, "columns", "relations");
      return;
    default:
      for (const family of byNumber.get(Number(catalog)) ?? []) toRead.all(family);
      if (members.has(Number(catalog)))
        for (const family of ["operator-classes", "operator-families"]) toRead.all(family);
  }
}
