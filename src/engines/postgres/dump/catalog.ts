/**
 * Pieces of the queries which write a database's definitions as statements. They run with an empty search path, so that
 * the server's own texts name everything with its schema; names are quoted by `format('%I')`.
 */

/** Schemas whose objects are dumped. */
export const userSchema = (alias: string) =>
  `${alias}.nspname NOT LIKE 'pg\\_%' AND ${alias}.nspname <> 'information_schema'`;

/** What an extension has made comes with it. */
export const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND x.objid = ${oid} AND x.deptype = 'e')`;

/** The name of a relation, quoted. */
export const relationName = (oid: string) =>
  `(SELECT pg_catalog.format('%I.%I', rn.nspname, r.relname) FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace WHERE r.oid = ${oid})`;

/** `;ALTER <kind> <name> OWNER TO <role>`, to be appended. */
export const ownedBy = (kind: string, name: string, owner: string) =>
  `pg_catalog.format(E';\\nALTER ${kind} %s OWNER TO %I', ${name}, pg_catalog.pg_get_userbyid(${owner}))`;

/** ` WITH (fillfactor='50')`, from an array of options as the catalogs have them. */
export const withOptions = (options: string) =>
  `coalesce(' WITH (' || (SELECT pg_catalog.string_agg(pg_catalog.split_part(o, '=', 1) || '=' || pg_catalog.quote_literal(pg_catalog.substr(o, pg_catalog.strpos(o, '=') + 1)), ', ') FROM pg_catalog.unnest(${options}) o) || ')', '')`;

/** A collation which is not its type's own. */
export const collation = (collation: string, type: string) =>
  `coalesce((SELECT pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname) FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
     WHERE co.oid = ${collation} AND co.oid <> (SELECT ct.typcollation FROM pg_catalog.pg_type ct WHERE ct.oid = ${type})), '')`;

/**
 * A query for the definitions of one kind of object.
 *
 * @param phase `before` the rows, or `after` them, unless something before them depends on it
 * @param select gives `oid` and `sql`, the statements which make the object
 */
export const definitionsOf = (catalog: string, phase: "before" | "after", select: string) =>
  `SELECT '${catalog}' AS catalog, d.oid::text AS oid, '${phase}' AS phase, d.sql FROM (${select}) d ORDER BY d.oid`;
