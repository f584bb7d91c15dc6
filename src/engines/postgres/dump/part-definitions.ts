import { definitionsOf, notOfExtension, ownedBy, relationName, userSchema, withOptions } from "./catalog.ts";

const relation = "pg_catalog.format('%I.%I', n.nspname, c.relname)";

/** The index of a partition becomes a part of the partitioned table's. */
const attach = (index: string) =>
  `coalesce((SELECT pg_catalog.format(E';\\nALTER INDEX %s ATTACH PARTITION %s', ${relationName("h.inhparent")}, ${relationName("h.inhrelid")}) FROM pg_catalog.pg_inherits h WHERE h.inhrelid = ${index}), '')`;

/** A constraint's definition does not tell them. */
const indexOptions = `coalesce((SELECT pg_catalog.format(E';\\nALTER INDEX %s SET%s', ${relationName("x.oid")}, pg_catalog.replace(${withOptions("x.reloptions")}, ' WITH ', ' ')) FROM pg_catalog.pg_class x WHERE x.oid = k.conindid AND x.reloptions IS NOT NULL), '')`;

/** How much is sampled of an index's expressions. */
const indexStatistics = (index: string) =>
  `coalesce((SELECT pg_catalog.string_agg(pg_catalog.format(E';\\nALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', ${relationName("a.attrelid")}, a.attnum, a.attstattarget), '' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = ${index} AND a.attstattarget >= 0), '')`;

/** An inherited check comes from above; a foreign key of a partition from its partitioned table. */
const constraints = definitionsOf(
  "pg_constraint",
  "after",
  `SELECT k.oid, pg_catalog.format('ALTER TABLE %s%s ADD CONSTRAINT %I %s', CASE WHEN k.contype IN ('p', 'u', 'x') THEN 'ONLY ' ELSE '' END, ${relation}, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
          || CASE WHEN k.contype IN ('p', 'u', 'x') THEN ${indexOptions} || ${attach("k.conindid")} || ${indexStatistics("k.conindid")} ELSE '' END AS sql
     FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE (k.contype IN ('p', 'u', 'x') OR (k.contype = 'c' AND k.conislocal) OR (k.contype = 'f' AND k.conparentid = 0) OR (k.contype = 'n' AND NOT k.convalidated AND k.conislocal))
      AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
);

const indexes = definitionsOf(
  "pg_class",
  "after",
  `SELECT x.oid, pg_catalog.pg_get_indexdef(x.oid) || ${attach("x.oid")}
          || ${indexStatistics("x.oid")} AS sql
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))`,
);

const statistics = definitionsOf(
  "pg_statistic_ext",
  "after",
  `SELECT s.oid, pg_catalog.pg_get_statisticsobjdef(s.oid) || ${ownedBy("STATISTICS", "pg_catalog.format('%I.%I', n.nspname, s.stxname)", "s.stxowner")}
          || CASE WHEN s.stxstattarget >= 0 THEN pg_catalog.format(E';\\nALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget) ELSE '' END AS sql
     FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_statistic_ext", "s.oid")}`,
);

const triggers = definitionsOf(
  "pg_trigger",
  "after",
  `SELECT g.oid, pg_catalog.pg_get_triggerdef(g.oid) AS sql
     FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
);

const rules = definitionsOf(
  "pg_rewrite",
  "after",
  `SELECT r.oid, pg_catalog.pg_get_ruledef(r.oid) AS sql
     FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN' AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
);

const policies = definitionsOf(
  "pg_policy",
  "after",
  `SELECT o.oid, pg_catalog.format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', o.polname, ${relation}, CASE WHEN o.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
            CASE o.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
            (SELECT pg_catalog.string_agg(CASE WHEN u = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(u)) END, ', ') FROM pg_catalog.unnest(o.polroles) u),
            coalesce(' USING (' || pg_catalog.pg_get_expr(o.polqual, o.polrelid) || ')', ''), coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(o.polwithcheck, o.polrelid) || ')', '')) AS sql
     FROM pg_catalog.pg_policy o JOIN pg_catalog.pg_class c ON c.oid = o.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
);

/** What belongs to tables and views, as statements. */
export const partDefinitions: readonly string[] = [
  constraints,
  indexes,
  statistics,
  triggers,
  rules,
  policies,
];

const materializedViews = `
SELECT c.oid::text AS oid, pg_catalog.format('REFRESH MATERIALIZED VIEW %s', ${relation}) AS sql
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'm' AND c.relispopulated AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")} ORDER BY c.oid`;

/** Row security comes last: what is filled before it is not to be filtered. */
const tableStates = `
SELECT pg_catalog.concat_ws(E';\\n',
         CASE WHEN c.relrowsecurity THEN pg_catalog.format('ALTER TABLE ONLY %s ENABLE ROW LEVEL SECURITY', ${relation}) END,
         CASE WHEN c.relforcerowsecurity THEN pg_catalog.format('ALTER TABLE ONLY %s FORCE ROW LEVEL SECURITY', ${relation}) END,
         CASE c.relreplident WHEN 'n' THEN pg_catalog.format('ALTER TABLE ONLY %s REPLICA IDENTITY NOTHING', ${relation})
                             WHEN 'f' THEN pg_catalog.format('ALTER TABLE ONLY %s REPLICA IDENTITY FULL', ${relation})
                             WHEN 'i' THEN (SELECT pg_catalog.format('ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %I', ${relation}, x.relname) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) END,
         (SELECT pg_catalog.format('ALTER TABLE %s CLUSTER ON %I', ${relation}, x.relname) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered)) AS sql
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'm') AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`;

/** Before version 15, those of partitions count as internal. */
const notInternal = (alias: string) =>
  `(NOT ${alias}tgisinternal OR (${alias}tgparentid <> 0 AND ${alias}tgconstraint = 0))`;

/** By their names: ALTER TABLE would reach the partitions, which may differ. */
const switches = `
SELECT pg_catalog.format('UPDATE pg_catalog.pg_trigger SET tgenabled = %L WHERE tgrelid = %L::pg_catalog.regclass AND tgname = %L AND ${notInternal("")}', g.tgenabled, ${relation}, g.tgname) AS sql
  FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE ${notInternal("g.")} AND g.tgenabled <> 'O' AND ${userSchema("n")}
UNION ALL
SELECT pg_catalog.format('UPDATE pg_catalog.pg_rewrite SET ev_enabled = %L WHERE ev_class = %L::pg_catalog.regclass AND rulename = %L', r.ev_enabled, ${relation}, r.rulename)
  FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE r.ev_enabled <> 'O' AND ${userSchema("n")}`;

/** `ALTER ... DEPENDS ON EXTENSION`: it goes when the extension goes. */
const goingWithExtensions = `
SELECT pg_catalog.format('ALTER %s DEPENDS ON EXTENSION %I', k.title, e.extname) AS sql
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
  JOIN (SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass AS class, p.oid, 'ROUTINE ' || p.oid::pg_catalog.regprocedure AS title FROM pg_catalog.pg_proc p
        UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW ' ELSE 'INDEX ' END || ${relationName("c.oid")} FROM pg_catalog.pg_class c WHERE c.relkind IN ('m', 'i', 'I')
        UNION ALL SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid, pg_catalog.format('TRIGGER %I ON %s', g.tgname, ${relationName("g.tgrelid")}) FROM pg_catalog.pg_trigger g) k ON k.class = d.classid AND k.oid = d.objid
 WHERE d.deptype = 'x'`;

/** What is done when all objects are there; materialised views in the order of their dependencies. */
export const finishing = { materializedViews, states: [tableStates, switches, goingWithExtensions] } as const;
