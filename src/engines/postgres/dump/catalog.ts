/**
 * Pieces of the queries which write a database's definitions as statements. They run with an empty search path, so that
 * the server's own texts name everything with its schema; names are quoted by `format('%I')`.
 */

/** Schemas whose objects are dumped. */
export const userSchema = (alias: string) =>
  `${alias}.nspname !~ '^pg_' AND ${alias}.nspname <> 'information_schema'`;

/** What an extension has made comes with it. */
export const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND x.objid = ${oid} AND x.deptype = 'e')`;

/** What is in no schema is the server's own below this number, which is the first that it gives to others. */
export const ofUser = (catalog: string, oid: string) => `${oid} >= 16384 AND ${notOfExtension(catalog, oid)}`;

/** A name with its schema, quoted. */
export const qualified = (schema: string, name: string) => `pg_catalog.format('%I.%I', ${schema}, ${name})`;

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

/** `, OPTION = function`, where there is one. */
export const withFunction = (option: string, oid: string) =>
  `CASE WHEN ${oid} <> 0 THEN ', ${option} = ' || ${oid}::pg_catalog.regproc::text ELSE '' END`;

/** `before` the rows, `after` them, or when all else is there. */
export type Phase = "before" | "after" | "last";

/**
 * A query for the definitions of one kind of object.
 *
 * @param phase at the latest: what something earlier depends on is made with that
 * @param select gives `oid`, and `sql`, the statements which make the object; or `pieces` instead of that, a JSON array of
 *   texts and of arrays of `name=value`, which are options that may be secrets. What may be in a circle has `shell`, a
 *   statement that makes something of that name which others can refer to, and `whole`, which makes of it what it is to
 *   be, unless that is `sql`.
 */
export const definitionsOf = (catalog: string, phase: Phase, select: string) =>
  `SELECT '${catalog}' AS catalog, '${phase}' AS phase, d.* FROM (${select}) d ORDER BY d.oid`;
