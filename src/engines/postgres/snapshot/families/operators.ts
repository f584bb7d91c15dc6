import { environmentOf, list, text, unusual, yes } from "../content.ts";
import { comment, commentOf, functionName, notOfExtension, userName, userSchema } from "../expressions.ts";
import type { Family, Place, Texts } from "../family.ts";

const typeName = (oid: string) => `CASE WHEN ${oid} <> 0 THEN pg_catalog.format_type(${oid}, NULL) END`;
const operatorName = (oid: string) => `CASE WHEN ${oid} <> 0 THEN ${oid}::pg_catalog.regoperator::text END`;
const estimator = (oid: string) => `CASE WHEN ${oid}::pg_catalog.oid <> 0 THEN ${oid}::text END`;

export const operators: Family = {
  name: "operators",
  catalog: "pg_operator",
  own: {
    oid: "o.oid",
    schema: "n.nspname",
    name: "o.oprname",
    left: `coalesce(${typeName("o.oprleft")}, 'NONE')`,
    right: `coalesce(${typeName("o.oprright")}, 'NONE')`,
  },
  content: {
    function: functionName("o.oprcode"),
    result: typeName("o.oprresult"),
    commutator: operatorName("o.oprcom"),
    negator: operatorName("o.oprnegate"),
    restrict: estimator("o.oprrest"),
    join: estimator("o.oprjoin"),
    hashes: "o.oprcanhash",
    merges: "o.oprcanmerge",
    owner: userName("o.oprowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
    ${commentOf("pg_operator", "o.oid")}
   WHERE ${userSchema("n")} AND ${notOfExtension("pg_operator", "o.oid")}`,
  describe: (row) => ({
    attributes: unusual({
      function: row["function"],
      result: row["result"],
      commutator: row["commutator"],
      negator: row["negator"],
      restrict: row["restrict"],
      join: row["join"],
      hashes: yes(row["hashes"]),
      merges: yes(row["merges"]),
    }),
    environment: environmentOf(row),
  }),
  place: (own) => named("operator", own, ` (${text(own["left"])}, ${text(own["right"])})`),
};

/** Operators and functions of a class or a family: `members` is a condition on the row of pg_depend. */
const members = (reference: string, oid: string) => `(SELECT pg_catalog.json_agg(m.item) FROM (
    SELECT 'OPERATOR ' || ao.amopstrategy || ' ' || ao.amopopr::pg_catalog.regoperator || CASE WHEN ao.amopsortfamily <> 0 THEN
             ' FOR ORDER BY ' || (SELECT pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(sf.opfname) FROM pg_catalog.pg_opfamily sf JOIN pg_catalog.pg_namespace sn ON sn.oid = sf.opfnamespace WHERE sf.oid = ao.amopsortfamily) ELSE '' END AS item
      FROM pg_catalog.pg_amop ao JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.objid = ao.oid
       AND d.refclassid = 'pg_catalog.${reference}'::pg_catalog.regclass AND d.refobjid = ${oid}
    UNION ALL
    SELECT 'FUNCTION ' || ap.amprocnum || ' (' || pg_catalog.format_type(ap.amproclefttype, NULL) || ', ' || pg_catalog.format_type(ap.amprocrighttype, NULL) || ') ' || ap.amproc::pg_catalog.oid::pg_catalog.regprocedure
      FROM pg_catalog.pg_amproc ap JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND d.objid = ap.oid
       AND d.refclassid = 'pg_catalog.${reference}'::pg_catalog.regclass AND d.refobjid = ${oid}) m)`;

export const operatorClasses: Family = {
  name: "operator-classes",
  catalog: "pg_opclass",
  own: { oid: "o.oid", schema: "n.nspname", name: "o.opcname", method: "am.amname" },
  content: {
    type: "pg_catalog.format_type(o.opcintype, NULL)",
    storage: "CASE WHEN o.opckeytype <> 0 THEN pg_catalog.format_type(o.opckeytype, NULL) END",
    default: "o.opcdefault",
    family: "pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.opfname)",
    members: members("pg_opclass", "o.oid"),
    owner: userName("o.opcowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace JOIN pg_catalog.pg_am am ON am.oid = o.opcmethod
    JOIN pg_catalog.pg_opfamily f ON f.oid = o.opcfamily JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
    ${commentOf("pg_opclass", "o.oid")}
   WHERE ${userSchema("n")} AND ${notOfExtension("pg_opclass", "o.oid")}`,
  describe: (row) => ({
    attributes: unusual({
      type: row["type"],
      storage: row["storage"],
      default: yes(row["default"]),
      family: row["family"],
      members: list(row["members"])?.sort(),
    }),
    environment: environmentOf(row),
  }),
  place: (own) => named("operator-class", own, ` USING ${text(own["method"])}`),
};

/** A family's own members are those which belong to no class of it. */
export const operatorFamilies: Family = {
  name: "operator-families",
  catalog: "pg_opfamily",
  own: { oid: "f.oid", schema: "n.nspname", name: "f.opfname", method: "am.amname" },
  content: { members: members("pg_opfamily", "f.oid"), owner: userName("f.opfowner"), comment },
  from: `FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
    ${commentOf("pg_opfamily", "f.oid")}
   WHERE ${userSchema("n")} AND ${notOfExtension("pg_opfamily", "f.oid")}`,
  describe: (row) => ({
    attributes: unusual({ members: list(row["members"])?.sort() }),
    environment: environmentOf(row),
  }),
  place: (own) => named("operator-family", own, ` USING ${text(own["method"])}`),
};

const contexts: Readonly<Record<string, string>> = { e: "explicit", a: "assignment", i: "implicit" };
const methods: Readonly<Record<string, string>> = { f: "function", i: "in and out", b: "binary" };

export const casts: Family = {
  name: "casts",
  catalog: "pg_cast",
  own: {
    oid: "k.oid",
    name: "'(' || pg_catalog.format_type(k.castsource, NULL) || ' AS ' || pg_catalog.format_type(k.casttarget, NULL) || ')'",
  },
  content: {
    function: functionName("k.castfunc"),
    context: "k.castcontext",
    method: "k.castmethod",
    comment,
  },
  from: `FROM pg_catalog.pg_cast k ${commentOf("pg_cast", "k.oid")}
   WHERE k.oid >= 16384 AND ${notOfExtension("pg_cast", "k.oid")}`,
  describe: (row) => ({
    attributes: unusual({
      function: row["function"],
      context: contexts[text(row["context"])],
      method: methods[text(row["method"])],
    }),
    environment: environmentOf(row),
  }),
  place: (own) => unnamed("cast", own),
};

/** Conversions of types by a procedural language. */
export const transforms: Family = {
  name: "transforms",
  catalog: "pg_transform",
  own: {
    oid: "t.oid",
    name: "'FOR ' || pg_catalog.format_type(t.trftype, NULL) || ' LANGUAGE ' || pg_catalog.quote_ident(l.lanname)",
  },
  content: { from: functionName("t.trffromsql"), to: functionName("t.trftosql"), comment },
  from: `FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang ${commentOf("pg_transform", "t.oid")}
   WHERE t.oid >= 16384 AND ${notOfExtension("pg_transform", "t.oid")}`,
  describe: (row) => ({
    attributes: unusual({ from: row["from"], to: row["to"] }),
    environment: environmentOf(row),
  }),
  place: (own) => unnamed("transform", own),
};

function named(kind: Place["kind"], own: Texts, suffix: string): Place[] {
  const schema = text(own["schema"]);
  const name = text(own["name"]);
  return [{ kind, schema, name, path: [schema, name], suffix }];
}

/** What is called by what it is for. */
function unnamed(kind: Place["kind"], own: Texts): Place[] {
  const name = text(own["name"]);
  return [{ kind, schema: "", name, path: [name] }];
}
