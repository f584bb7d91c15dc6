/**
 * The catalog queries of the snapshot: one SELECT for each family of objects, all sent in one message.
 *
 * They run with `search_path = ''`, so that the server's texts name everything with its schema. Names come as they
 * are; quoting is done in one place, `schema/identity.ts`. What belongs to an extension is left out: the extension
 * stands for it.
 *
 * Catalogs: https://www.postgresql.org/docs/current/catalogs.html
 */
export type Family =
  | "schemas"
  | "extensions"
  | "relations"
  | "columns"
  | "constraints"
  | "indexes"
  | "types"
  | "functions"
  | "triggers"
  | "rules"
  | "policies"
  | "dependencies";

const userSchema = (alias: string) =>
  `${alias}.nspname NOT LIKE 'pg\\_%' AND ${alias}.nspname <> 'information_schema'`;

const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND x.objid = ${oid} AND x.deptype = 'e')`;

const comment = (catalog: string, oid: string, column = "0") =>
  `(SELECT d.description FROM pg_catalog.pg_description d WHERE d.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objoid = ${oid} AND d.objsubid = ${column}) AS comment`;

const owner = (oid: string) => `pg_catalog.pg_get_userbyid(${oid}) AS owner`;

/**
 * Relations of which some texts cannot be had now. The server opens a view, and all that it reads, to print it, and a
 * table to print an index, a check, a trigger or a partition of it. It would wait for another session's ACCESS EXCLUSIVE
 * lock; so these are found first, with all that reads them.
 */
const blocked = `blocked(oid) AS (
    SELECT l.relation FROM pg_catalog.pg_locks l
     WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
    UNION
    SELECT r.ev_class FROM blocked b
      JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = b.oid
      JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid)`;

/** What a function written in the SQL standard's form reads, or a policy: their texts are printed like a view's. */
const readsBlocked = (catalog: string, oid: string) =>
  `EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN blocked b ON d.refobjid = b.oid WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objid = ${oid} AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)`;

const isBlocked = (oid: string) => `EXISTS (SELECT FROM blocked b WHERE b.oid = ${oid})`;

const policyBlocked = `(${isBlocked("c.oid")} OR ${readsBlocked("pg_policy", "o.oid")})`;

/**
 * @param major the server's major version: catalogs differ
 * @example
 * [...catalogQueries(15)].map(([family, sql]) => `${family}: ${sql.length}`);
 */
export function catalogQueries(major: number): Map<Family, string> {
  return new Map<Family, string>([
    [
      "schemas",
      `SELECT n.oid, n.nspname AS name, ${owner("n.nspowner")}, n.nspacl::text[] AS grants, ${comment("pg_namespace", "n.oid")}
         FROM pg_catalog.pg_namespace n WHERE ${userSchema("n")} AND ${notOfExtension("pg_namespace", "n.oid")}`,
    ],
    [
      "extensions",
      `SELECT e.oid, e.extname AS name, e.extversion AS version, n.nspname AS schema
         FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'`,
    ],
    [
      "relations",
      `WITH RECURSIVE ${blocked}
       SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relpersistence AS persistence,
              c.relrowsecurity AS "rowSecurity", c.relforcerowsecurity AS "forceRowSecurity", c.reloptions AS options,
              CASE WHEN c.relkind = 'p' AND NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_partkeydef(c.oid) END AS "partitionKey",
              c.relispartition AS partition, CASE WHEN c.relispartition AND NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS "partitionBound",
              (SELECT pg_catalog.array_agg(i.inhparent::text ORDER BY i.inhseqno) FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) AS parents,
              CASE WHEN c.relkind IN ('v', 'm') AND NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
              ${isBlocked("c.oid")} AS blocked,
              s.seqtypid::pg_catalog.regtype::text AS "sequenceType", s.seqstart::text AS start, s.seqincrement::text AS increment,
              s.seqmin::text AS minimum, s.seqmax::text AS maximum, s.seqcycle AS cycle,
              (SELECT pg_catalog.array_agg(d.refobjid::text || '/' || d.refobjsubid::text) FROM pg_catalog.pg_depend d
                WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')) AS "ownedBy",
              ${owner("c.relowner")}, c.relacl::text[] AS grants, ${comment("pg_class", "c.oid")}
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
    ],
    [
      "columns",
      `WITH RECURSIVE ${blocked}
       SELECT a.attrelid AS relation, a.attnum AS position, a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
              a.attnotnull AS "notNull", a.attidentity AS identity, a.attgenerated AS generated,
              CASE WHEN a.atthasdef AND NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_expr(f.adbin, f.adrelid) END AS expression,
              a.atthasdef AND ${isBlocked("c.oid")} AS blocked,
              CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN (SELECT pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) END AS collation,
              a.attacl::text[] AS grants, ${comment("pg_class", "c.oid", "a.attnum")}
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
    ],
    [
      "constraints",
      `WITH RECURSIVE ${blocked}
       SELECT k.oid, k.conrelid AS relation, k.contypid AS type, k.conname AS name, k.contype AS kind,
              CASE WHEN k.contype NOT IN ('c', 'x') OR NOT ${isBlocked("k.conrelid")} THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition,
              k.convalidated AS validated, coalesce(i.indisvalid, true) AS valid, ${comment("pg_constraint", "k.oid")}
         FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
         LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
        WHERE k.contype IN ('p', 'u', 'x', 'f', 'c') AND ${userSchema("n")} AND ${notOfExtension("pg_class", "k.conrelid")} AND ${notOfExtension("pg_type", "k.contypid")}`,
    ],
    [
      "indexes",
      `WITH RECURSIVE ${blocked}
       SELECT i.indexrelid AS oid, i.indrelid AS relation, n.nspname AS schema, c.relname AS name,
              CASE WHEN NOT ${isBlocked("i.indrelid")} THEN pg_catalog.pg_get_indexdef(i.indexrelid) END AS definition,
              i.indisvalid AS valid, i.indisreplident AS "replicaIdentity", ${comment("pg_class", "c.oid")}
         FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE ${userSchema("n")} AND ${notOfExtension("pg_class", "i.indrelid")}
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))`,
    ],
    [
      "types",
      `SELECT t.oid, n.nspname AS schema, t.typname AS name, t.typtype AS kind,
              CASE t.typtype WHEN 'e' THEN (SELECT pg_catalog.array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
                             WHEN 'c' THEN (SELECT pg_catalog.array_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
                                              FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
                             WHEN 'r' THEN (SELECT ARRAY[pg_catalog.format_type(r.rngsubtype, NULL)] FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid) END AS parts,
              CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS base, t.typnotnull AS "notNull",
              -- Not typdefault: that text is as it was when the domain was made, under its maker's search path.
              pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::pg_catalog.regclass) AS "default",
              ${owner("t.typowner")}, t.typacl::text[] AS grants, ${comment("pg_type", "t.oid")}
         FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
         LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
        WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${userSchema("n")} AND ${notOfExtension("pg_type", "t.oid")}`,
    ],
    [
      "functions",
      `WITH RECURSIVE ${blocked}
       SELECT p.oid, n.nspname AS schema, p.proname AS name, p.prokind AS kind, pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
              CASE WHEN p.prokind = 'a' THEN NULL WHEN ${major >= 14 ? `p.prosqlbody IS NOT NULL AND ${readsBlocked("pg_proc", "p.oid")}` : "false"} THEN NULL ELSE pg_catalog.pg_get_functiondef(p.oid) END AS definition,
              (SELECT g.aggtransfn::text || ' ' || pg_catalog.format_type(g.aggtranstype, NULL) || ' ' || g.aggfinalfn::text || ' ' || coalesce(g.agginitval, '') FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid) AS aggregate,
              ${owner("p.proowner")}, p.proacl::text[] AS grants, ${comment("pg_proc", "p.oid")}
         FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE ${userSchema("n")} AND ${notOfExtension("pg_proc", "p.oid")}
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'i')`,
    ],
    [
      "triggers",
      `WITH RECURSIVE ${blocked}
       SELECT g.oid, g.tgrelid AS relation, g.tgname AS name, CASE WHEN NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_triggerdef(g.oid) END AS definition, g.tgenabled AS enabled, ${comment("pg_trigger", "g.oid")}
         FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
    ],
    [
      "rules",
      `WITH RECURSIVE ${blocked}
       SELECT r.oid, r.ev_class AS relation, r.rulename AS name, r.ev_enabled AS enabled, CASE WHEN NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_ruledef(r.oid) END AS definition, ${comment("pg_rewrite", "r.oid")}
         FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE r.rulename <> '_RETURN' AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
    ],
    [
      "policies",
      `WITH RECURSIVE ${blocked}
       SELECT o.oid, o.polrelid AS relation, o.polname AS name, o.polcmd AS command, o.polpermissive AS permissive,
              (SELECT pg_catalog.array_agg(CASE WHEN u = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(u)::text END ORDER BY 1) FROM pg_catalog.unnest(o.polroles) u) AS roles,
              ${policyBlocked} AS blocked,
              CASE WHEN NOT ${policyBlocked} THEN pg_catalog.pg_get_expr(o.polqual, o.polrelid) END AS using,
              CASE WHEN NOT ${policyBlocked} THEN pg_catalog.pg_get_expr(o.polwithcheck, o.polrelid) END AS "check", ${comment("pg_policy", "o.oid")}
         FROM pg_catalog.pg_policy o JOIN pg_catalog.pg_class c ON c.oid = o.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
    ],
    [
      // 16384 is the first object identifier which is not the server's own.
      "dependencies",
      `SELECT d.classid::pg_catalog.regclass::text AS catalog, d.objid AS oid, d.objsubid AS column,
              d.refclassid::pg_catalog.regclass::text AS "onCatalog", d.refobjid AS "onOid", d.refobjsubid AS "onColumn",
              coalesce(r.ev_class, f.adrelid) AS carrier, coalesce(f.adnum, 0) AS "carrierColumn"
         FROM pg_catalog.pg_depend d
         LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid AND r.rulename = '_RETURN'
         LEFT JOIN pg_catalog.pg_attrdef f ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
        WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a', 'i')`,
    ],
  ]);
}
