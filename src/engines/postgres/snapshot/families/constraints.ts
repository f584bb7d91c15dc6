import {
  definitionOf,
  environmentOf,
  list,
  ofRelation,
  partOf,
  sorted,
  text,
  unusual,
  yes,
} from "../content.ts";
import {
  comment,
  commentOf,
  isBlocked,
  notOfExtension,
  tablespace,
  tablespaceOf,
  userSchema,
} from "../expressions.ts";
import type { Content, Family, Texts } from "../family.ts";

const kinds: Readonly<Record<string, string>> = {
  p: "primary key",
  u: "unique",
  x: "exclude",
  f: "foreign key",
  c: "check",
};

/**
 * Keys, checks and exclusions of tables. Those which the server makes for each partition of a table that a foreign key
 * points to are left out: they have no name that a dump would keep, and say nothing of their own.
 */
export const constraints: Family = {
  name: "constraints",
  catalog: "pg_constraint",
  own: { oid: "k.oid", relation: "k.conrelid", name: "k.conname" },
  content: {
    kind: "k.contype",
    definition: `CASE WHEN k.contype NOT IN ('c', 'x') OR NOT ${isBlocked("k.conrelid")} THEN pg_catalog.pg_get_constraintdef(k.oid) END`,
    validated: "k.convalidated",
    valid: "i.indisvalid",
    options: "pg_catalog.to_json(ic.reloptions)",
    clustered: "i.indisclustered",
    replicaIdentity: "i.indisreplident",
    tablespace: tablespace,
    // On a partition, dump and restore make what came from the whole look like its own.
    inherited: "k.coninhcount > 0 AND NOT k.conislocal AND NOT kc.relispartition",
    parent: "pk.conname",
    silent: "silent.triggers",
    indexComment: "icm.description",
    comment,
  },
  from: `FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
    JOIN pg_catalog.pg_class kc ON kc.oid = k.conrelid
    LEFT JOIN pg_catalog.pg_constraint pk ON pk.oid = k.conparentid AND k.conparentid <> 0
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    LEFT JOIN (SELECT g.tgconstraint, pg_catalog.json_agg(p.proname || ' ' || g.tgenabled::text ORDER BY p.proname, g.tgenabled) AS triggers
                 FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
                WHERE g.tgisinternal AND g.tgenabled <> 'O' GROUP BY 1) silent ON silent.tgconstraint = k.oid
    LEFT JOIN pg_catalog.pg_description icm ON icm.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND icm.objoid = ic.oid AND icm.objsubid = 0
    ${tablespaceOf("ic.reltablespace")}
    ${commentOf("pg_constraint", "k.oid")}
   WHERE k.contype IN ('p', 'u', 'x', 'f', 'c') AND (pk.oid IS NULL OR pk.conrelid <> k.conrelid)
     AND ${userSchema("n")} AND ${notOfExtension("pg_class", "k.conrelid")}`,
  blocked: true,
  scope: { catalog: "pg_class", oid: "k.conrelid", own: "relation" },
  describe,
  place: (own, _content, names) => ofRelation("constraint", own, names),
};

/** Checks of domains. */
export const domainConstraints: Family = {
  name: "domain-constraints",
  catalog: "pg_constraint",
  own: { oid: "k.oid", type: "k.contypid", name: "k.conname" },
  content: {
    kind: "k.contype",
    definition: "pg_catalog.pg_get_constraintdef(k.oid)",
    validated: "k.convalidated",
    comment,
  },
  from: `FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
    ${commentOf("pg_constraint", "k.oid")}
   WHERE k.contypid <> 0 AND k.contype = 'c' AND ${userSchema("n")} AND ${notOfExtension("pg_type", "k.contypid")}`,
  scope: { catalog: "pg_type", oid: "k.contypid", own: "type" },
  describe,
  place: (own, _content, names) => partOf("constraint", names.type(own["type"] ?? null), text(own["name"])),
};

function describe(row: Texts): Content {
  const definition = definitionOf(row, / NOT VALID$/);
  return {
    attributes: {
      type: kinds[text(row["kind"])] ?? "",
      ...definition.attributes,
      validated: yes(row["validated"]),
      valid: row["valid"] !== "f",
      ...unusual({
        options: sorted(row["options"]),
        clustered: yes(row["clustered"]),
        replicaIdentity: yes(row["replicaIdentity"]),
        inherited: yes(row["inherited"]),
        parent: row["parent"],
        // `ALTER TABLE ... DISABLE TRIGGER ALL`: the server does not watch over it, though it says so nowhere else.
        triggers: list(row["silent"]),
      }),
    },
    environment: environmentOf(row, { indexComment: row["indexComment"] ?? null }),
    ...definition.object,
  };
}
