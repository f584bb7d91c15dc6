import { collation, definitionsOf, notOfExtension, ownedBy, userSchema } from "./catalog.ts";

const name = (schema: string, object: string) => `pg_catalog.format('%I.%I', ${schema}, ${object})`;
const typeName = name("n.nspname", "t.typname");

const schemas = definitionsOf(
  "pg_namespace",
  "before",
  `SELECT n.oid, pg_catalog.format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname) || ${ownedBy("SCHEMA", "pg_catalog.quote_ident(n.nspname)", "n.nspowner")} AS sql
     FROM pg_catalog.pg_namespace n WHERE ${userSchema("n")} AND ${notOfExtension("pg_namespace", "n.oid")}`,
);

/** Their columns have changed from version to version. */
const collations = definitionsOf(
  "pg_collation",
  "before",
  `SELECT c.oid, pg_catalog.format('CREATE COLLATION %I.%I (PROVIDER = %s, %s, DETERMINISTIC = %s%s)', n.nspname, c.collname,
            CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
            CASE WHEN c.collprovider = 'c' THEN pg_catalog.format('LC_COLLATE = %L, LC_CTYPE = %L', c.collcollate, c.collctype)
                 ELSE pg_catalog.format('LOCALE = %L', coalesce(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale', c.collcollate)) END,
            CASE WHEN c.collisdeterministic THEN 'true' ELSE 'false' END, coalesce(', RULES = ' || pg_catalog.quote_literal(NULLIF(pg_catalog.to_jsonb(c) ->> 'collicurules', '')), '')) ||
          ${ownedBy("COLLATION", name("n.nspname", "c.collname"), "c.collowner")} AS sql
     FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_collation", "c.oid")}`,
);

const domainConstraints = `coalesce((SELECT pg_catalog.string_agg(pg_catalog.format(' CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
  FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.convalidated AND k.contype = 'c'), '')`;

const laterDomainConstraints = `coalesce((SELECT pg_catalog.string_agg(pg_catalog.format(E';\\nALTER DOMAIN %s ADD CONSTRAINT %I %s', ${typeName}, k.conname, pg_catalog.pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
  FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND NOT k.convalidated), '')`;

/** From 17, what forbids NULL in a domain has a name. */
const domainNotNull = `CASE WHEN t.typnotnull THEN coalesce((SELECT pg_catalog.format(' CONSTRAINT %I', k.conname) FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n'), '') || ' NOT NULL' ELSE '' END`;

const range = (
  major: number,
) => `(SELECT pg_catalog.format('CREATE TYPE %s AS RANGE (SUBTYPE = %s%s%s%s%s)', ${typeName}, pg_catalog.format_type(r.rngsubtype, NULL),
    (SELECT CASE WHEN o.opcdefault THEN '' ELSE pg_catalog.format(', SUBTYPE_OPCLASS = %I.%I', oz.nspname, o.opcname) END FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace oz ON oz.oid = o.opcnamespace WHERE o.oid = r.rngsubopc),
    pg_catalog.replace(${collation("r.rngcollation", "r.rngsubtype")}, ' COLLATE ', ', COLLATION = '),
    CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::pg_catalog.regproc::text ELSE '' END,
    ${major >= 14 ? "(SELECT pg_catalog.format(', MULTIRANGE_TYPE_NAME = %I.%I', mn.nspname, m.typname) FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace WHERE m.oid = r.rngmultitypid)" : "''"})
  FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid)`;

const types = (major: number) =>
  definitionsOf(
    "pg_type",
    "before",
    `SELECT t.oid, CASE t.typtype
         WHEN 'e' THEN pg_catalog.format('CREATE TYPE %s AS ENUM (%s)', ${typeName}, (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
         WHEN 'c' THEN pg_catalog.format('CREATE TYPE %s AS (%s)', ${typeName}, (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), ${collation("a.attcollation", "a.atttypid")}), ', ' ORDER BY a.attnum)
                                FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
         WHEN 'r' THEN ${range(major)}
         WHEN 'd' THEN pg_catalog.format('CREATE DOMAIN %s AS %s%s', ${typeName}, pg_catalog.format_type(t.typbasetype, t.typtypmod), ${collation("t.typcollation", "t.typbasetype")})
                       || coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::pg_catalog.regclass), '') || ${domainNotNull} || ${domainConstraints} END
         || ${ownedBy("TYPE", typeName, "t.typowner")} || ${laterDomainConstraints} AS sql
       FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
      WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${userSchema("n")} AND ${notOfExtension("pg_type", "t.oid")}`,
  );

const routines = definitionsOf(
  "pg_proc",
  "before",
  `SELECT p.oid, CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END || ${ownedBy("ROUTINE", "p.oid::pg_catalog.regprocedure", "p.proowner")} AS sql
     FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prokind <> 'a' AND ${userSchema("n")} AND ${notOfExtension("pg_proc", "p.oid")}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'i')`,
);

const named = (option: string, oid: string) =>
  `CASE WHEN ${oid} <> 0 THEN ', ${option} = ' || ${oid}::pg_catalog.regproc::text ELSE '' END`;
const modifies = (option: string, value: string, unless: string) =>
  `CASE WHEN ${value} <> ${unless} THEN ', ${option} = ' || CASE ${value} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END ELSE '' END`;

const aggregates = definitionsOf(
  "pg_proc",
  "before",
  `SELECT p.oid, pg_catalog.format('CREATE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s', n.nspname, p.proname, coalesce(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'), g.aggtransfn, pg_catalog.format_type(g.aggtranstype, NULL))
          || CASE WHEN g.aggtransspace <> 0 THEN ', SSPACE = ' || g.aggtransspace ELSE '' END
          || ${named("FINALFUNC", "g.aggfinalfn")} || CASE WHEN g.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
          || CASE WHEN g.aggfinalfn <> 0 THEN ${modifies("FINALFUNC_MODIFY", "g.aggfinalmodify", "CASE WHEN g.aggkind = 'n' THEN 'r' ELSE 'w' END")} ELSE '' END
          || ${named("COMBINEFUNC", "g.aggcombinefn")} || ${named("SERIALFUNC", "g.aggserialfn")} || ${named("DESERIALFUNC", "g.aggdeserialfn")}
          || coalesce(', INITCOND = ' || pg_catalog.quote_literal(g.agginitval), '')
          || ${named("MSFUNC", "g.aggmtransfn")} || ${named("MINVFUNC", "g.aggminvtransfn")}
          || CASE WHEN g.aggmtranstype <> 0 THEN ', MSTYPE = ' || pg_catalog.format_type(g.aggmtranstype, NULL) ELSE '' END
          || CASE WHEN g.aggmtransspace <> 0 THEN ', MSSPACE = ' || g.aggmtransspace ELSE '' END
          || ${named("MFINALFUNC", "g.aggmfinalfn")} || CASE WHEN g.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END
          || CASE WHEN g.aggmfinalfn <> 0 THEN ${modifies("MFINALFUNC_MODIFY", "g.aggmfinalmodify", "CASE WHEN g.aggkind = 'n' THEN 'r' ELSE 'w' END")} ELSE '' END
          || coalesce(', MINITCOND = ' || pg_catalog.quote_literal(g.aggminitval), '')
          || coalesce((SELECT pg_catalog.format(', SORTOP = OPERATOR(%I.%s)', zn.nspname, z.oprname) FROM pg_catalog.pg_operator z JOIN pg_catalog.pg_namespace zn ON zn.oid = z.oprnamespace WHERE z.oid = g.aggsortop), '')
          || CASE WHEN g.aggkind = 'h' THEN ', HYPOTHETICAL' ELSE '' END
          || CASE p.proparallel WHEN 's' THEN ', PARALLEL = safe' WHEN 'r' THEN ', PARALLEL = restricted' ELSE '' END || ')'
          || ${ownedBy("AGGREGATE", "pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, coalesce(NULLIF(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*'))", "p.proowner")} AS sql
     FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_aggregate g ON g.aggfnoid = p.oid
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_proc", "p.oid")}`,
);

/** Schemas, types and routines, as statements. */
export function typeDefinitions(major: number): readonly string[] {
  return [schemas, collations, types(major), routines, aggregates];
}
