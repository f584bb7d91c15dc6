import { environmentOf, inSchema, list, text, unusual, yes } from "../content.ts";
import {
  collation,
  comment,
  commentOf,
  functionName,
  grants,
  labels,
  labelsOf,
  notOfExtension,
  userName,
  userSchema,
} from "../expressions.ts";
import type { Content, Family, Place, Texts } from "../family.ts";
import { normalForm } from "../normal-form.ts";

const ofBase = (expression: string) => `CASE WHEN t.typtype = 'b' THEN ${expression} END`;
const ofRange = (expression: string) =>
  `CASE WHEN t.typtype = 'r' THEN (SELECT ${expression} FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid) END`;
const compositeColumns = (value: string, where: string) =>
  `CASE WHEN t.typtype = 'c' THEN (SELECT pg_catalog.json_agg(${value} ORDER BY a.attnum) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type ct ON ct.oid = a.atttypid
     LEFT JOIN pg_catalog.pg_description cd ON cd.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND cd.objoid = a.attrelid AND cd.objsubid = a.attnum
    WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped AND ${where}) END`;
const opclass = (oid: string) =>
  `(SELECT pg_catalog.quote_ident(oc.opcname) FROM pg_catalog.pg_opclass oc WHERE oc.oid = ${oid} AND NOT oc.opcdefault)`;

/**
 * Enums, domains, composite, range and base types, and shells. What the server makes beside a type or a table (arrays,
 * multiranges, rows) is told by that.
 */
export const types = (major: number): Family => ({
  name: "types",
  catalog: "pg_type",
  own: { oid: "t.oid", schema: "n.nspname", name: "t.typname" },
  content: {
    kind: "t.typtype",
    defined: "t.typisdefined",
    labels:
      "CASE WHEN t.typtype = 'e' THEN (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) END",
    columns: compositeColumns(
      `pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) || coalesce(' COLLATE ' || ${collation("a.attcollation", "ct.typcollation")}, '')`,
      "true",
    ),
    columnComments: compositeColumns(
      "pg_catalog.quote_ident(a.attname) || ' ' || cd.description",
      "cd.description IS NOT NULL",
    ),
    base: "CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END",
    notNull: "t.typnotnull",
    // Not typdefault: that text is as it was when the domain was made, under its maker's search path.
    default: `CASE WHEN t.typtype = 'd' THEN pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::pg_catalog.regclass) ELSE t.typdefault END`,
    collation: `CASE WHEN t.typtype = 'd' THEN ${collation("t.typcollation", "bt.typcollation")} WHEN t.typtype = 'b' AND t.typcollation <> 0 THEN 'true' END`,
    subtype: ofRange("pg_catalog.format_type(r.rngsubtype, NULL)"),
    subtypeClass: ofRange(opclass("r.rngsubopc")),
    subtypeCollation: ofRange(
      collation(
        "r.rngcollation",
        "(SELECT st.typcollation FROM pg_catalog.pg_type st WHERE st.oid = r.rngsubtype)",
      ),
    ),
    canonical: ofRange(functionName("r.rngcanonical")),
    subdiff: ofRange(functionName("r.rngsubdiff")),
    multirange: major >= 14 ? ofRange("pg_catalog.format_type(r.rngmultitypid, NULL)") : "NULL",
    functions:
      ofBase(`pg_catalog.json_build_object('input', ${functionName("t.typinput")}, 'output', ${functionName("t.typoutput")},
      'receive', ${functionName("t.typreceive")}, 'send', ${functionName("t.typsend")}, 'typmodIn', ${functionName("t.typmodin")},
      'typmodOut', ${functionName("t.typmodout")}, 'analyze', ${functionName("t.typanalyze")}${major >= 14 ? `, 'subscript', ${functionName("t.typsubscript")}` : ""})`),
    storage: ofBase(
      `pg_catalog.concat_ws(' ', t.typlen, CASE WHEN t.typbyval THEN 'by value' END, t.typalign, t.typstorage)`,
    ),
    category: ofBase("t.typcategory::text || CASE WHEN t.typispreferred THEN ' preferred' ELSE '' END"),
    element: ofBase("CASE WHEN t.typelem <> 0 THEN pg_catalog.format_type(t.typelem, NULL) END"),
    delimiter: ofBase("t.typdelim"),
    notNullName:
      major >= 17
        ? "CASE WHEN t.typtype = 'd' THEN (SELECT k.conname FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n') END"
        : "NULL",
    owner: userName("t.typowner"),
    grants: grants("t.typacl", "T", "t.typowner"),
    labelsOfProviders: labels,
    comment,
  },
  from: `FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND t.typrelid <> 0
    LEFT JOIN pg_catalog.pg_type bt ON bt.oid = t.typbasetype AND t.typbasetype <> 0
    ${commentOf("pg_type", "t.oid")}
    ${labelsOf("pg_type", "t.oid")}
   WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c') OR (t.typtype = 'p' AND NOT t.typisdefined)
          OR (t.typtype = 'b' AND t.typcategory <> 'A') OR (t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type et WHERE et.typarray = t.oid)))
     AND ${userSchema("n")} AND ${notOfExtension("pg_type", "t.oid")}`,
  scope: { catalog: "pg_type", oid: "t.oid", own: "oid" },
  describe,
  place: (own, content) => {
    const [place] = inSchema(content.kind ?? "type", own);
    return place === undefined ? [] : [place, ...valuesOf(place, content.labels ?? [])];
  },
});

/** An enum's values are objects of their own, each behind another. */
function valuesOf({ schema, name: relation }: Place, labels: readonly string[]): Place[] {
  return labels.map((name, i) => ({
    kind: "enum-value",
    schema,
    relation,
    name,
    path: [schema, relation, name],
    content: { attributes: { after: labels[i - 1] ?? "" }, environment: {} },
    part: true,
  }));
}

function describe(row: Texts): Content {
  const environment = environmentOf(
    { ...row, labels: row["labelsOfProviders"] ?? null },
    { columnComments: list(row["columnComments"]), notNullName: row["notNullName"] },
  );
  switch (row["kind"]) {
    case "e": {
      const labels = list(row["labels"]) ?? [];
      return { kind: "enum", attributes: {}, environment, definition: labels.join(", "), labels };
    }
    case "d": {
      const attributes = {
        base: text(row["base"]),
        notNull: yes(row["notNull"]),
        default: normalForm(text(row["default"])),
        ...unusual({ collation: row["collation"] }),
      };
      return { kind: "domain", attributes, environment, definition: attributes.base };
    }
    case "c": {
      const parts = list(row["columns"]) ?? [];
      return { attributes: { kind: "c", parts }, environment, definition: parts.join(", ") };
    }
    case "r": {
      const parts = [text(row["subtype"])];
      const attributes = {
        kind: "r",
        parts,
        ...unusual({
          subtypeClass: row["subtypeClass"],
          subtypeCollation: row["subtypeCollation"],
          canonical: row["canonical"],
          subdiff: row["subdiff"],
          multirange: row["multirange"],
        }),
      };
      return { attributes, environment, definition: parts.join(", ") };
    }
    case "b": {
      const functions = JSON.parse(text(row["functions"])) as Record<string, string | null>;
      const attributes = unusual({
        kind: "b",
        ...functions,
        storage: row["storage"],
        category: row["category"],
        element: row["element"],
        delimiter: row["delimiter"] !== "," && row["delimiter"],
        default: row["default"],
        collatable: row["collation"],
      });
      return { attributes, environment };
    }
    default:
      return { attributes: { kind: "shell" }, environment };
  }
}
