import { definitionsOf, notOfExtension, ofUser, ownedBy, userSchema, withFunction } from "./catalog.ts";

const routineOwner = ownedBy("ROUTINE", "p.oid::pg_catalog.regprocedure", "p.proowner");

/** A body in the SQL standard's form depends on what it reads; as a text, it would not be looked at. */
const withoutBody = (major: number) =>
  major >= 14
    ? `CASE WHEN p.prosqlbody IS NOT NULL THEN pg_catalog.left(f.text, -1 - pg_catalog.length(pg_catalog.pg_get_function_sqlbody(p.oid))) || E'\\nAS \\'\\'' END`
    : "NULL::text";

const routines = (major: number) =>
  definitionsOf(
    "pg_proc",
    "before",
    `SELECT p.oid, f.text || ${routineOwner} AS sql, ${withoutBody(major)} AS shell
       FROM (SELECT p.*, n.nspname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind <> 'a' AND ${userSchema("n")} OFFSET 0) p,
            LATERAL (SELECT pg_catalog.pg_get_functiondef(p.oid) AS text OFFSET 0) f
      WHERE ${notOfExtension("pg_proc", "p.oid")}
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'i')`,
  );

const modifies = (option: string, value: string) =>
  `CASE WHEN ${value} <> CASE WHEN g.aggkind = 'n' THEN 'r' ELSE 'w' END THEN ', ${option} = ' || CASE ${value} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END ELSE '' END`;

const aggregates = definitionsOf(
  "pg_proc",
  "before",
  `SELECT p.oid, pg_catalog.format('CREATE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s', n.nspname, p.proname, coalesce(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'), g.aggtransfn, pg_catalog.format_type(g.aggtranstype, NULL))
          || CASE WHEN g.aggtransspace <> 0 THEN ', SSPACE = ' || g.aggtransspace ELSE '' END
          || ${withFunction("FINALFUNC", "g.aggfinalfn")} || CASE WHEN g.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
          || CASE WHEN g.aggfinalfn <> 0 THEN ${modifies("FINALFUNC_MODIFY", "g.aggfinalmodify")} ELSE '' END
          || ${withFunction("COMBINEFUNC", "g.aggcombinefn")} || ${withFunction("SERIALFUNC", "g.aggserialfn")} || ${withFunction("DESERIALFUNC", "g.aggdeserialfn")}
          || coalesce(', INITCOND = ' || pg_catalog.quote_literal(g.agginitval), '')
          || ${withFunction("MSFUNC", "g.aggmtransfn")} || ${withFunction("MINVFUNC", "g.aggminvtransfn")}
          || CASE WHEN g.aggmtranstype <> 0 THEN ', MSTYPE = ' || pg_catalog.format_type(g.aggmtranstype, NULL) ELSE '' END
          || CASE WHEN g.aggmtransspace <> 0 THEN ', MSSPACE = ' || g.aggmtransspace ELSE '' END
          || ${withFunction("MFINALFUNC", "g.aggmfinalfn")} || CASE WHEN g.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END
          || CASE WHEN g.aggmfinalfn <> 0 THEN ${modifies("MFINALFUNC_MODIFY", "g.aggmfinalmodify")} ELSE '' END
          || coalesce(', MINITCOND = ' || pg_catalog.quote_literal(g.aggminitval), '')
          || coalesce((SELECT pg_catalog.format(', SORTOP = OPERATOR(%I.%s)', zn.nspname, z.oprname) FROM pg_catalog.pg_operator z JOIN pg_catalog.pg_namespace zn ON zn.oid = z.oprnamespace WHERE z.oid = g.aggsortop), '')
          || CASE WHEN g.aggkind = 'h' THEN ', HYPOTHETICAL' ELSE '' END
          || CASE p.proparallel WHEN 's' THEN ', PARALLEL = safe' WHEN 'r' THEN ', PARALLEL = restricted' ELSE '' END || ')' || ${routineOwner} AS sql
     FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_aggregate g ON g.aggfnoid = p.oid
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_proc", "p.oid")}`,
);

const languages = definitionsOf(
  "pg_language",
  "before",
  `SELECT l.oid, pg_catalog.format('CREATE %sLANGUAGE %I', CASE WHEN l.lanpltrusted THEN 'TRUSTED ' ELSE '' END, l.lanname)
          || pg_catalog.concat(' HANDLER ' || NULLIF(l.lanplcallfoid, 0)::pg_catalog.regproc::text, ' INLINE ' || NULLIF(l.laninline, 0)::pg_catalog.regproc::text, ' VALIDATOR ' || NULLIF(l.lanvalidator, 0)::pg_catalog.regproc::text)
          || ${ownedBy("LANGUAGE", "pg_catalog.quote_ident(l.lanname)", "l.lanowner")} AS sql
     FROM pg_catalog.pg_language l WHERE ${ofUser("pg_language", "l.oid")}`,
);

/** A range type brings its own casts along. */
const casts = definitionsOf(
  "pg_cast",
  "before",
  `SELECT k.oid, pg_catalog.format('CREATE CAST (%s AS %s) ', pg_catalog.format_type(k.castsource, NULL), pg_catalog.format_type(k.casttarget, NULL))
          || CASE k.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || k.castfunc::pg_catalog.regprocedure::text WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END
          || CASE k.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END AS sql
     FROM pg_catalog.pg_cast k WHERE ${ofUser("pg_cast", "k.oid")}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND x.objid = k.oid AND x.deptype = 'i')`,
);

const transforms = definitionsOf(
  "pg_transform",
  "before",
  `SELECT f.oid, pg_catalog.format('CREATE TRANSFORM FOR %s LANGUAGE %I (%s)', pg_catalog.format_type(f.trftype, NULL), l.lanname,
            pg_catalog.concat_ws(', ', 'FROM SQL WITH FUNCTION ' || NULLIF(f.trffromsql, 0)::pg_catalog.regprocedure::text, 'TO SQL WITH FUNCTION ' || NULLIF(f.trftosql, 0)::pg_catalog.regprocedure::text)) AS sql
     FROM pg_catalog.pg_transform f JOIN pg_catalog.pg_language l ON l.oid = f.trflang WHERE ${ofUser("pg_transform", "f.oid")}`,
);

/** Routines, and the languages and conversions of types which they serve, as statements. */
export function routineDefinitions(major: number): readonly string[] {
  return [languages, routines(major), aggregates, casts, transforms];
}
