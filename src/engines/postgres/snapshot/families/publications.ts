import { environmentOf, inDatabase, list, text, unusual, yes } from "../content.ts";
import { comment, commentOf, isBlocked, userName, userSchema } from "../expressions.ts";
import type { Family } from "../family.ts";

/** From version 18 a letter tells which generated columns are published: none, stored. */
export const publications = (major: number): Family => ({
  name: "publications",
  catalog: "pg_publication",
  own: { oid: "p.oid", name: "p.pubname" },
  content: {
    allTables: "p.puballtables",
    actions: `pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)`,
    viaRoot: "p.pubviaroot",
    generated: major >= 18 ? "p.pubgencols" : "NULL",
    owner: userName("p.pubowner"),
    comment,
  },
  from: `FROM pg_catalog.pg_publication p ${commentOf("pg_publication", "p.oid")} WHERE true`,
  describe: (row) => ({
    attributes: {
      actions: text(row["actions"]),
      ...unusual({
        allTables: yes(row["allTables"]),
        viaRoot: yes(row["viaRoot"]),
        generated: row["generated"] !== "n" && row["generated"],
      }),
    },
    environment: environmentOf(row),
  }),
  place: (own) => inDatabase("publication", own),
});

export const publicationTables = (major: number): Family => ({
  name: "publication-tables",
  catalog: "pg_publication_rel",
  own: { oid: "r.oid", publication: "p.pubname", schema: "n.nspname", name: "c.relname" },
  content:
    major >= 15
      ? {
          columns: `(SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs))`,
          rows: `CASE WHEN NOT ${isBlocked("r.prrelid")} THEN pg_catalog.pg_get_expr(r.prqual, r.prrelid) END`,
          blocked: isBlocked("r.prrelid"),
        }
      : {},
  from: `FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
    JOIN pg_catalog.pg_class c ON c.oid = r.prrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${userSchema("n")}`,
  blocked: true,
  describe: (row) => ({
    attributes: unusual({ columns: list(row["columns"]), rows: row["rows"] }),
    environment: {},
    ...(yes(row["blocked"]) && { unreadable: true as const }),
  }),
  place: (own) => {
    const [publication, schema, name] = [text(own["publication"]), text(own["schema"]), text(own["name"])];
    return [
      {
        kind: "publication-table",
        schema,
        relation: name,
        name: publication,
        path: [publication, schema, name],
      },
    ];
  },
});

/** All tables of a schema, from version 15. */
export const publicationSchemas: Family = {
  name: "publication-schemas",
  catalog: "pg_publication_namespace",
  own: { oid: "r.oid", publication: "p.pubname", schema: "n.nspname" },
  content: {},
  from: `FROM pg_catalog.pg_publication_namespace r JOIN pg_catalog.pg_publication p ON p.oid = r.pnpubid
    JOIN pg_catalog.pg_namespace n ON n.oid = r.pnnspid WHERE ${userSchema("n")}`,
  describe: () => ({ attributes: {}, environment: {} }),
  place: (own) => {
    const [publication, schema] = [text(own["publication"]), text(own["schema"])];
    return [{ kind: "publication-schema", schema, name: publication, path: [publication, schema] }];
  },
};

/**
 * What this database subscribes to. Only columns that any role may read: where it connects to is a secret, and whether
 * it is switched on is not kept by a dump.
 */
export const subscriptions = (major: number): Family => ({
  name: "subscriptions",
  catalog: "pg_subscription",
  // Its own object identifier may be read by all from version 14 only.
  own: { oid: major >= 14 ? "s.oid" : "0", name: "s.subname" },
  content: {
    publications: "pg_catalog.to_json(s.subpublications)",
    slot: "s.subslotname",
    enabled: "s.subenabled",
    ...(major >= 14 && {
      binary: "s.subbinary",
      stream: "s.substream",
      synchronousCommit: "s.subsynccommit",
    }),
    ...(major >= 15 && { twoPhase: "s.subtwophasestate", disableOnError: "s.subdisableonerr" }),
    ...(major >= 16 && {
      origin: "s.suborigin",
      passwordRequired: "s.subpasswordrequired",
      runAsOwner: "s.subrunasowner",
    }),
    ...(major >= 17 && { failover: "s.subfailover" }),
    owner: userName("s.subowner"),
    ...(major >= 14 && { comment }),
  },
  from: `FROM pg_catalog.pg_subscription s ${major >= 14 ? commentOf("pg_subscription", "s.oid") : ""}
   WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`,
  describe: (row) => ({
    attributes: unusual({
      publications: list(row["publications"]),
      binary: yes(row["binary"]),
      stream: row["stream"] !== "f" && row["stream"],
      synchronousCommit: row["synchronousCommit"] !== "off" && row["synchronousCommit"],
      twoPhase: row["twoPhase"] !== "d" && row["twoPhase"] !== undefined && "yes",
      disableOnError: yes(row["disableOnError"]),
      origin: row["origin"] !== "any" && row["origin"],
      passwordRequired: row["passwordRequired"] === "f" && "no",
      runAsOwner: yes(row["runAsOwner"]),
      failover: yes(row["failover"]),
    }),
    environment: environmentOf(row, {
      enabled: row["enabled"] === "f" ? "no" : undefined,
      slot: row["slot"],
    }),
  }),
  place: (own) => inDatabase("subscription", own),
});
