import { definitionOf, environmentOf, list, names, text, unusual, yes } from "../content.ts";
import {
  comment,
  commentOf,
  extensionsOf,
  goesWith,
  isBlocked,
  notOfExtension,
  statisticsTarget,
  tablespace,
  tablespaceOf,
  userSchema,
} from "../expressions.ts";
import type { Family } from "../family.ts";

/** Indexes which are not a constraint's. */
export const indexes: Family = {
  name: "indexes",
  catalog: "pg_class",
  own: { oid: "i.indexrelid", relation: "i.indrelid", schema: "n.nspname", name: "c.relname" },
  content: {
    definition: `CASE WHEN NOT ${isBlocked("i.indrelid")} THEN pg_catalog.pg_get_indexdef(i.indexrelid) END`,
    valid: "i.indisvalid",
    clustered: "i.indisclustered",
    replicaIdentity: "i.indisreplident",
    parents: `CASE WHEN c.relispartition THEN (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(pn.nspname, pc.relname)) FROM pg_catalog.pg_inherits h
      JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace WHERE h.inhrelid = c.oid) END`,
    // Only of expressions: of a column, they are the table's.
    statistics: `CASE WHEN i.indexprs IS NOT NULL THEN (SELECT pg_catalog.json_agg(a.attnum || ': ' || ${statisticsTarget("a.attstattarget")} ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attstattarget >= 0) END`,
    tablespace: tablespace,
    goesWith: goesWith,
    comment,
  },
  from: `FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    ${tablespaceOf("c.reltablespace")}
    ${commentOf("pg_class", "c.oid")}
    ${extensionsOf("pg_class", "c.oid")}
   WHERE ${userSchema("n")} AND ${notOfExtension("pg_class", "i.indrelid")}
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))`,
  blocked: true,
  scope: { catalog: "pg_class", oid: "i.indrelid", own: "relation" },
  describe: (row) => {
    const definition = definitionOf(row);
    return {
      attributes: {
        ...definition.attributes,
        valid: yes(row["valid"]),
        ...unusual({
          clustered: yes(row["clustered"]),
          replicaIdentity: yes(row["replicaIdentity"]),
          parents: names(row["parents"]),
          statistics: list(row["statistics"]),
          goesWithExtensions: list(row["goesWith"]),
        }),
      },
      environment: environmentOf(row),
      ...definition.object,
    };
  },
  place: (own, _content, known) => {
    const relation = known.relation(own["relation"] ?? null);
    if (relation === undefined) return [];
    const schema = text(own["schema"]);
    const name = text(own["name"]);
    return [{ kind: "index", schema, name, path: [schema, name], relation: relation.name }];
  },
};
