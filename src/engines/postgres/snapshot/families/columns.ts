import { environmentOf, ofRelation, sorted, text, unusual, yes } from "../content.ts";
import {
  collation,
  comment,
  commentOf,
  isBlocked,
  notOfExtension,
  statisticsTarget,
  userSchema,
} from "../expressions.ts";
import type { Content, Family, Texts } from "../family.ts";
import { normalForm } from "../normal-form.ts";
import { redacted } from "./relations.ts";

/** From version 18, NOT NULL is a constraint with a name, which may be unproven, or not be inherited. */
const notNullConstraint = (major: number) =>
  major >= 18
    ? `LEFT JOIN pg_catalog.pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum
       LEFT JOIN pg_catalog.pg_description nc ON nc.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND nc.objoid = nn.oid`
    : "";

/** Columns of tables; those of views are told with the view. */
export const columns = (major: number): Family => ({
  name: "columns",
  catalog: "pg_class",
  own: { oid: "a.attrelid", column: "a.attnum", name: "a.attname", relation: "a.attrelid" },
  content: {
    type: "pg_catalog.format_type(a.atttypid, a.atttypmod)",
    notNull: "a.attnotnull",
    identity: "a.attidentity",
    generated: "a.attgenerated",
    // A default names no column, and is printed without the table: opening each of them takes the server longer than all else.
    expression: `CASE WHEN a.atthasdef AND NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_expr(f.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE f.adrelid END) END`,
    blocked: `a.atthasdef AND ${isBlocked("c.oid")}`,
    collation: collation("a.attcollation", "t.typcollation"),
    storage: "CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END",
    compression: major >= 14 ? "a.attcompression" : "NULL",
    statistics: statisticsTarget("a.attstattarget"),
    options: "pg_catalog.to_json(a.attoptions)",
    serverOptions: "pg_catalog.to_json(a.attfdwoptions)",
    // What a partition has of its own is not told by dump and restore; its columns are those of the whole.
    inherited: "a.attinhcount > 0 AND NOT a.attislocal AND NOT c.relispartition",
    alsoInherited: "a.attinhcount > 0 AND a.attislocal AND NOT c.relispartition",
    position: "pg_catalog.row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum)",
    grants: "CASE WHEN pg_catalog.cardinality(a.attacl) > 0 THEN pg_catalog.to_json(a.attacl::text[]) END",
    notNullName: major >= 18 ? "nn.conname" : "NULL",
    notNullValidated: major >= 18 ? "nn.convalidated" : "NULL",
    notNullNoInherit: major >= 18 ? "nn.connoinherit" : "NULL",
    notNullComment: major >= 18 ? "nc.description" : "NULL",
    comment,
  },
  from: `FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    ${notNullConstraint(major)}
    ${commentOf("pg_class", "c.oid", "a.attnum")}
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
  blocked: true,
  scope: { catalog: "pg_class", oid: "a.attrelid", own: "relation" },
  describe,
  place: (own, _content, names) => ofRelation("column", own, names),
});

const identities: Readonly<Record<string, string>> = { a: "always", d: "by default" };
const generations: Readonly<Record<string, string>> = { s: "stored", v: "virtual" };
/** pg_type.typstorage: https://www.postgresql.org/docs/current/catalog-pg-type.html */
const storages: Readonly<Record<string, string>> = { p: "plain", e: "external", m: "main", x: "extended" };
const compressions: Readonly<Record<string, string>> = { p: "pglz", l: "lz4" };

function describe(row: Texts): Content {
  const generated = generations[text(row["generated"])] ?? "";
  const expression = normalForm(text(row["expression"]));
  const attributes = {
    type: text(row["type"]),
    notNull: yes(row["notNull"]),
    default: expression,
    identity: identities[text(row["identity"])] ?? "",
    generated,
    collation: text(row["collation"]),
    ...unusual({
      storage: storages[text(row["storage"])],
      compression: compressions[text(row["compression"])],
      statistics: row["statistics"],
      options: sorted(row["options"]),
      serverOptions: redacted(row["serverOptions"]),
      inherited: yes(row["inherited"]) ? "only" : yes(row["alsoInherited"]) ? "also" : undefined,
      notNullValidated: row["notNullValidated"] === "f" && "no",
      notNullInherited: row["notNullNoInherit"] === "t" && "no",
    }),
  };
  const clauses = [
    attributes.type,
    attributes.collation && `COLLATE ${attributes.collation}`,
    generated && `GENERATED ALWAYS AS (${expression}) ${generated.toUpperCase()}`,
    !generated && expression && `DEFAULT ${expression}`,
    attributes.identity && `GENERATED ${attributes.identity.toUpperCase()} AS IDENTITY`,
    attributes.notNull && "NOT NULL",
  ];
  return {
    attributes,
    environment: environmentOf(row, {
      position: Number(row["position"]),
      notNullName: row["notNullName"],
      notNullComment: row["notNullComment"],
    }),
    definition: clauses.filter(Boolean).join(" "),
    ...(yes(row["blocked"]) && { unreadable: true as const }),
  };
}
