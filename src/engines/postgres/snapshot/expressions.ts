/**
 * Expressions that the queries of many families share. They run with `search_path = ''`, so that the server's texts
 * name everything with its schema.
 */

export const userSchema = (alias: string) =>
  `${alias}.nspname !~ '^pg_' AND ${alias}.nspname <> 'information_schema'`;

/** The first object identifier which is not the server's own: https://www.postgresql.org/docs/current/system-catalog-initial-data.html */
export const firstUserOid = 16_384;

const regclass = (catalog: string) => `'pg_catalog.${catalog}'::pg_catalog.regclass`;

/**
 * What belongs to an extension is left out: the extension stands for it. That the other end is an extension goes without
 * saying; it is said so that the server looks them up by it, and does not read all dependencies.
 */
export const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = ${regclass(catalog)} AND x.objid = ${oid} AND x.refclassid = ${regclass("pg_extension")} AND x.deptype = 'e')`;

/** A join; `comment` is then the text. */
export const commentOf = (catalog: string, oid: string, column = "0") =>
  `LEFT JOIN pg_catalog.pg_description cm ON cm.classoid = ${regclass(catalog)} AND cm.objoid = ${oid} AND cm.objsubid = ${column}`;

export const comment = "cm.description";

export const userName = (oid: string) => `pg_catalog.pg_get_userbyid(${oid})`;

/**
 * Grants as JSON, and nothing where they are what an object has of itself: that is written down only where it was
 * changed and changed back. https://www.postgresql.org/docs/current/ddl-priv.html
 *
 * @param type the letter that `acldefault` takes
 */
export const grants = (acl: string, type: string, owner: string) =>
  `CASE WHEN ${acl} IS NULL THEN NULL WHEN ${acl} @> pg_catalog.acldefault('${type}', ${owner}) AND pg_catalog.acldefault('${type}', ${owner}) @> ${acl} THEN NULL ELSE pg_catalog.to_json(${acl}::text[]) END`;

/**
 * Joins for what few objects have: one look at all of them costs less than one for each object.
 */
export const labelsOf = (catalog: string, oid: string) =>
  `LEFT JOIN (SELECT sl.objoid, pg_catalog.json_agg(sl.provider || ': ' || sl.label ORDER BY sl.provider) AS labels FROM pg_catalog.pg_seclabel sl
     WHERE sl.classoid = ${regclass(catalog)} AND sl.objsubid = 0 GROUP BY 1) lb ON lb.objoid = ${oid}`;

/** Labels of security providers (SECURITY LABEL), as JSON. */
export const labels = "lb.labels";

export const extensionsOf = (catalog: string, oid: string) =>
  `LEFT JOIN (SELECT gd.objid, pg_catalog.json_agg(ge.extname ORDER BY ge.extname) AS extensions FROM pg_catalog.pg_depend gd JOIN pg_catalog.pg_extension ge ON ge.oid = gd.refobjid
     WHERE gd.refclassid = ${regclass("pg_extension")} AND gd.classid = ${regclass(catalog)} AND gd.deptype = 'x' GROUP BY 1) gw ON gw.objid = ${oid}`;

/** `ALTER ... DEPENDS ON EXTENSION`: it goes when the extension goes. */
export const goesWith = "gw.extensions";

export const tablespaceOf = (oid: string) =>
  `LEFT JOIN pg_catalog.pg_tablespace sp ON sp.oid = ${oid} AND ${oid} <> 0`;

export const tablespace = "sp.spcname";

/** The name of a collation, with its schema, where it is not the one that the type has of itself. */
export const collation = (oid: string, usual: string) =>
  `CASE WHEN ${oid} <> 0 AND ${oid} <> ${usual} THEN (SELECT pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
     FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = ${oid}) END`;

/** A function with its arguments; nothing for none. */
export const functionName = (oid: string) =>
  `CASE WHEN ${oid}::pg_catalog.oid <> 0 THEN ${oid}::pg_catalog.oid::pg_catalog.regprocedure::text END`;

/** From version 17, what is left to the server is NULL; it was -1. */
export const statisticsTarget = (column: string) => `CASE WHEN ${column} >= 0 THEN ${column} END`;

/**
 * Relations of which some texts cannot be had now. The server opens a view, and all that it reads, to print it, and a
 * table to print an index, a check, a trigger or a partition of it. It would wait for another session's ACCESS EXCLUSIVE
 * lock; so these are found first, with all that reads them.
 */
export const blocked = `blocked(oid) AS (
    SELECT l.relation FROM pg_catalog.pg_locks l
     WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
    UNION
    SELECT r.ev_class FROM blocked b
      JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = b.oid
      JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid)`;

/** What a function written in the SQL standard's form reads, or a policy: their texts are printed like a view's. */
export const readsBlocked = (catalog: string, oid: string) =>
  `EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN blocked b ON d.refobjid = b.oid WHERE d.classid = ${regclass(catalog)} AND d.objid = ${oid} AND d.refclassid = ${regclass("pg_class")})`;

export const isBlocked = (oid: string) => `EXISTS (SELECT FROM blocked b WHERE b.oid = ${oid})`;
