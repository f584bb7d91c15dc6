import type { AttributeValue } from "../../../../schema/object.ts";
import { environmentOf, inSchema, list, names, sorted, text, unusual, yes } from "../content.ts";
import {
  comment,
  commentOf,
  extensionsOf,
  goesWith,
  grants,
  isBlocked,
  labels,
  labelsOf,
  notOfExtension,
  statisticsTarget,
  tablespace,
  tablespaceOf,
  userName,
  userSchema,
} from "../expressions.ts";
import type { Content, Family, Texts } from "../family.ts";
import { normalForm } from "../normal-form.ts";
import { redactOptions } from "../secrets.ts";

const kinds = {
  r: "table",
  p: "table",
  f: "table",
  v: "view",
  m: "materialized-view",
  S: "sequence",
} as const;

/** Columns of views have no type of their own, but may have a default, options, comments and grants. */
const viewColumns = (value: string, where: string) =>
  `CASE WHEN c.relkind IN ('v', 'm') THEN (SELECT pg_catalog.json_agg(pg_catalog.quote_ident(a.attname) || ' ' || ${value} ORDER BY a.attnum)
     FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
     LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     LEFT JOIN pg_catalog.pg_description cd ON cd.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND cd.objoid = a.attrelid AND cd.objsubid = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND ${where}) END`;

/** Tables, views, materialised views and sequences. Parts of them are families of their own. */
export const relations = (major: number): Family => ({
  name: "relations",
  catalog: "pg_class",
  own: { oid: "c.oid", schema: "n.nspname", name: "c.relname" },
  content: {
    kind: "c.relkind",
    persistence: "c.relpersistence",
    rowSecurity: "c.relrowsecurity",
    forceRowSecurity: "c.relforcerowsecurity",
    options: "pg_catalog.to_json(c.reloptions)",
    toastOptions:
      "CASE WHEN c.reltoastrelid <> 0 THEN (SELECT pg_catalog.to_json(tc.reloptions) FROM pg_catalog.pg_class tc WHERE tc.oid = c.reltoastrelid) END",
    accessMethod: "CASE WHEN c.relkind <> 'S' THEN am.amname END",
    tablespace: tablespace,
    replicaIdentity: "CASE WHEN c.relkind IN ('r', 'p') THEN c.relreplident END",
    ofType: "CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END",
    partitionKey: `CASE WHEN c.relkind = 'p' AND NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_partkeydef(c.oid) END`,
    partition: "c.relispartition",
    partitionBound: `CASE WHEN c.relispartition AND NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END`,
    parents: "ih.parents",
    detachPending: "ih.pending",
    server:
      "CASE WHEN c.relkind = 'f' THEN (SELECT fs.srvname FROM pg_catalog.pg_foreign_table ft JOIN pg_catalog.pg_foreign_server fs ON fs.oid = ft.ftserver WHERE ft.ftrelid = c.oid) END",
    serverOptions:
      "CASE WHEN c.relkind = 'f' THEN (SELECT pg_catalog.to_json(ft.ftoptions) FROM pg_catalog.pg_foreign_table ft WHERE ft.ftrelid = c.oid) END",
    definition: `CASE WHEN c.relkind IN ('v', 'm') AND NOT ${isBlocked("c.oid")} THEN pg_catalog.pg_get_viewdef(c.oid) END`,
    populated: "c.relispopulated",
    columnDefaults: `CASE WHEN NOT ${isBlocked("c.oid")} THEN ${viewColumns("pg_catalog.pg_get_expr(f.adbin, f.adrelid)", "f.oid IS NOT NULL")} END`,
    columnSettings: viewColumns(
      `pg_catalog.concat_ws(' ', 'STATISTICS ' || ${statisticsTarget("a.attstattarget")}, CASE WHEN c.relkind = 'm' AND a.attstorage <> t.typstorage THEN 'STORAGE "' || a.attstorage::text || '"' END, ${major >= 14 ? `'COMPRESSION ' || nullif(a.attcompression::text, ''), ` : ""}a.attoptions::text)`,
      `(a.attstattarget >= 0 OR a.attoptions IS NOT NULL OR (c.relkind = 'm' AND a.attstorage <> t.typstorage)${major >= 14 ? " OR a.attcompression <> ''" : ""})`,
    ),
    columnComments: viewColumns("cd.description", "cd.description IS NOT NULL"),
    columnGrants: viewColumns("a.attacl::text", "pg_catalog.cardinality(a.attacl) > 0"),
    blocked: isBlocked("c.oid"),
    sequenceType: "s.seqtypid::pg_catalog.regtype",
    start: "s.seqstart",
    increment: "s.seqincrement",
    minimum: "s.seqmin",
    maximum: "s.seqmax",
    cache: "s.seqcache",
    cycle: "s.seqcycle",
    ownedBy:
      "CASE WHEN oc.oid IS NOT NULL THEN pg_catalog.json_build_array(pg_catalog.json_build_array(oo.nspname, oc.relname)) END",
    ownedByColumn: "oa.attname",
    goesWith,
    owner: userName("c.relowner"),
    // A sequence's letter is its own; what grants say is told apart by the kind.
    grants: `CASE WHEN c.relkind = 'S' THEN ${grants("c.relacl", "s", "c.relowner")} ELSE ${grants("c.relacl", "r", "c.relowner")} END`,
    labels: labels,
    comment,
  },
  from: `FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
    LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
    LEFT JOIN (SELECT i.inhrelid, pg_catalog.json_agg(pg_catalog.json_build_array(pn.nspname, pc.relname) ORDER BY i.inhseqno) AS parents,
                      ${major >= 14 ? "pg_catalog.bool_or(i.inhdetachpending)" : "false"} AS pending
                 FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
                GROUP BY 1) ih ON ih.inhrelid = c.oid
    LEFT JOIN (pg_catalog.pg_sequence os JOIN pg_catalog.pg_depend od ON od.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND od.objid = os.seqrelid
                  AND od.objsubid = 0 AND od.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND od.deptype IN ('a', 'i')
               JOIN pg_catalog.pg_class oc ON oc.oid = od.refobjid JOIN pg_catalog.pg_namespace oo ON oo.oid = oc.relnamespace)
      ON os.seqrelid = c.oid
    LEFT JOIN pg_catalog.pg_attribute oa ON oa.attrelid = od.refobjid AND oa.attnum = od.refobjsubid AND od.refobjsubid > 0
    ${commentOf("pg_class", "c.oid")}
    ${labelsOf("pg_class", "c.oid")}
    ${extensionsOf("pg_class", "c.oid")}
    ${tablespaceOf("c.reltablespace")}
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
  blocked: true,
  scope: { catalog: "pg_class", oid: "c.oid", own: "oid" },
  describe: (row) => (text(row["kind"]) === "S" ? describeSequence(row) : describeRelation(row)),
  place: (own, { kind = "table" }) =>
    inSchema(kind, own).map((place) => (kind === "sequence" ? place : { ...place, relation: place.name })),
});

function describeSequence(row: Texts): Content {
  const attributes = {
    type: text(row["sequenceType"]),
    start: text(row["start"]),
    increment: text(row["increment"]),
    minimum: text(row["minimum"]),
    maximum: text(row["maximum"]),
    cycle: yes(row["cycle"]),
    ownedBy: names(row["ownedBy"])?.[0] ?? "",
    ...unusual({
      cache: row["cache"] !== "1" && row["cache"],
      ownedByColumn: row["ownedByColumn"],
      unlogged: row["persistence"] === "u",
    }),
  };
  const blocked = yes(row["blocked"]) && { blocked: true as const };
  return { kind: "sequence", attributes, environment: environmentOf(row), ...blocked };
}

function describeRelation(row: Texts): Content {
  const letter = text(row["kind"]);
  const kind = kinds[letter as keyof typeof kinds];
  const printed = kind !== "table" || letter === "p" || yes(row["partition"]);
  const definition = row["definition"] === null ? undefined : normalForm(text(row["definition"]));
  const attributes = unusual({
    definition,
    partitioned: letter === "p",
    foreign: letter === "f",
    partitionKey: normalForm(text(row["partitionKey"])),
    partitionBound: normalForm(text(row["partitionBound"])),
    parents: names(row["parents"]),
    detachPending: yes(row["detachPending"]),
    unlogged: row["persistence"] === "u",
    rowSecurity: yes(row["rowSecurity"]),
    forceRowSecurity: yes(row["forceRowSecurity"]),
    options: optionsOf(row),
    accessMethod: row["accessMethod"] !== "heap" && row["accessMethod"],
    replicaIdentity: replicaIdentities[text(row["replicaIdentity"])],
    ofType: row["ofType"],
    server: row["server"],
    serverOptions: redacted(row["serverOptions"]),
    columnDefaults: list(row["columnDefaults"])?.map(normalForm),
    columnSettings: list(row["columnSettings"]),
    goesWithExtensions: list(row["goesWith"]),
  });
  const environment = environmentOf(row, {
    populated: kind === "materialized-view" && row["populated"] === "f" ? "no" : undefined,
    columnComments: list(row["columnComments"]),
    columnGrants: list(row["columnGrants"]),
  });
  return {
    kind,
    attributes,
    environment,
    ...(definition !== undefined && { definition }),
    ...(yes(row["blocked"]) && { blocked: true as const }),
    ...(yes(row["blocked"]) && printed && { unreadable: true as const }),
  };
}

/** An index as the replica identity is told by the index. */
const replicaIdentities: Readonly<Record<string, string>> = { n: "nothing", f: "full" };

function optionsOf(row: Texts): AttributeValue | undefined {
  const own = list(row["options"]) ?? [];
  const toast = (list(row["toastOptions"]) ?? []).map((option) => `toast.${option}`);
  return own.length + toast.length === 0 ? undefined : [...own, ...toast].sort();
}

export function redacted(options: string | null | undefined): string[] | undefined {
  const all = sorted(options);
  return all && redactOptions(all);
}
