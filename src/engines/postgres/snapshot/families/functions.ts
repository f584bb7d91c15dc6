import { environmentOf, inSchema, list, text, unusual } from "../content.ts";
import {
  comment,
  commentOf,
  extensionsOf,
  functionName,
  goesWith,
  grants,
  labels,
  labelsOf,
  notOfExtension,
  readsBlocked,
  userName,
  userSchema,
} from "../expressions.ts";
import type { Family, Texts } from "../family.ts";
import { normalForm } from "../normal-form.ts";

/** What `CREATE AGGREGATE` takes: https://www.postgresql.org/docs/current/catalog-pg-aggregate.html */
const aggregate = `CASE WHEN p.prokind = 'a' THEN (SELECT pg_catalog.concat_ws(', ',
    pg_catalog.pg_get_function_arguments(p.oid) || ' RETURNS ' || pg_catalog.format_type(p.prorettype, NULL),
    'KIND ' || g.aggkind::text || ' ' || g.aggnumdirectargs,
    'SFUNC ' || ${functionName("g.aggtransfn")}, 'STYPE ' || pg_catalog.format_type(g.aggtranstype, NULL), 'SSPACE ' || nullif(g.aggtransspace, 0),
    'FINALFUNC ' || ${functionName("g.aggfinalfn")}, CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END, 'FINALFUNC_MODIFY ' || g.aggfinalmodify::text,
    'COMBINEFUNC ' || ${functionName("g.aggcombinefn")}, 'SERIALFUNC ' || ${functionName("g.aggserialfn")}, 'DESERIALFUNC ' || ${functionName("g.aggdeserialfn")},
    'INITCOND ' || g.agginitval,
    'MSFUNC ' || ${functionName("g.aggmtransfn")}, 'MINVFUNC ' || ${functionName("g.aggminvtransfn")}, 'MSTYPE ' || CASE WHEN g.aggmtranstype <> 0 THEN pg_catalog.format_type(g.aggmtranstype, NULL) END,
    'MSSPACE ' || nullif(g.aggmtransspace, 0), 'MFINALFUNC ' || ${functionName("g.aggmfinalfn")}, CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
    CASE WHEN g.aggmtranstype <> 0 THEN 'MFINALFUNC_MODIFY ' || g.aggmfinalmodify::text END, 'MINITCOND ' || g.aggminitval,
    'SORTOP ' || CASE WHEN g.aggsortop <> 0 THEN g.aggsortop::pg_catalog.regoperator::text END,
    'PARALLEL ' || p.proparallel::text)
  FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid) END`;

/** Functions, procedures, aggregates and window functions; those of range types are told by the type. */
export const functions = (major: number): Family => ({
  name: "functions",
  catalog: "pg_proc",
  own: {
    oid: "p.oid",
    schema: "n.nspname",
    name: "p.proname",
    arguments: "pg_catalog.pg_get_function_identity_arguments(p.oid)",
  },
  content: {
    definition: `CASE WHEN p.prokind = 'a' THEN NULL WHEN ${major >= 14 ? `p.prosqlbody IS NOT NULL AND ${readsBlocked("pg_proc", "p.oid")}` : "false"} THEN NULL ELSE pg_catalog.pg_get_functiondef(p.oid) END`,
    aggregate,
    goesWith: goesWith,
    owner: userName("p.proowner"),
    grants: grants("p.proacl", "f", "p.proowner"),
    labels: labels,
    comment,
  },
  from: `FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    ${commentOf("pg_proc", "p.oid")}
    ${extensionsOf("pg_proc", "p.oid")}
    ${labelsOf("pg_proc", "p.oid")}
   WHERE ${userSchema("n")} AND ${notOfExtension("pg_proc", "p.oid")}
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'i')`,
  blocked: true,
  scope: { catalog: "pg_proc", oid: "p.oid", own: "oid" },
  describe,
  place: (own) =>
    inSchema("function", own).map((place) => ({ ...place, suffix: `(${text(own["arguments"])})` })),
});

function describe(row: Texts) {
  const hidden = row["definition"] === null && row["aggregate"] === null;
  const definition = normalForm(text(row["definition"] ?? row["aggregate"]));
  return {
    attributes: { ...(!hidden && { definition }), ...unusual({ goesWithExtensions: list(row["goesWith"]) }) },
    environment: environmentOf(row),
    ...(hidden ? { unreadable: true as const } : { definition }),
  };
}
