import { quoteLiteral } from "../../../sql/identifier.ts";
import type { Client } from "../connect.ts";
import type { Source } from "./source.ts";

/** The words of COMMENT for what the server calls otherwise. */
const words: Readonly<Record<string, string>> = {
  "composite type": "TYPE",
  "statistics object": "STATISTICS",
  "foreign-data wrapper": "FOREIGN DATA WRAPPER",
  function: "ROUTINE",
  procedure: "ROUTINE",
  aggregate: "ROUTINE",
};

/** Copies the comments of all that is not an extension's. */
export async function copyComments(source: Source, into: Client): Promise<void> {
  const comments = await source.read(`
    SELECT o.type, CASE o.type WHEN 'transform' THEN (SELECT pg_catalog.format('FOR %s LANGUAGE %I', pg_catalog.format_type(f.trftype, NULL), l.lanname) FROM pg_catalog.pg_transform f JOIN pg_catalog.pg_language l ON l.oid = f.trflang WHERE f.oid = d.objoid)
             WHEN 'operator' THEN (SELECT pg_catalog.format('%I.%s (%s, %s)', n.nspname, p.oprname, coalesce(pg_catalog.format_type(NULLIF(p.oprleft, 0), NULL), 'NONE'), coalesce(pg_catalog.format_type(NULLIF(p.oprright, 0), NULL), 'NONE'))
                                    FROM pg_catalog.pg_operator p JOIN pg_catalog.pg_namespace n ON n.oid = p.oprnamespace WHERE p.oid = d.objoid)
             ELSE o.identity END AS identity, d.description AS comment
      FROM pg_catalog.pg_description d, pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) o
     WHERE (d.objoid >= 16384 OR (d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND o.identity = 'public'))
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = d.classoid AND x.objid = d.objoid AND x.deptype = 'e')
       AND o.type NOT IN ('subscription', 'large object')`);
  const statements = comments.map(({ type, identity, comment }) => {
    const text = quoteLiteral(String(comment));
    const name = String(identity);
    if (type === "table constraint" || type === "domain constraint") {
      // "c" on public.t; a name may itself contain " on ", within quotes.
      const [, constraint = "", on = ""] = /^((?:"(?:[^"]|"")*"|[^"\s])+) on (.*)$/s.exec(name) ?? [];
      return `COMMENT ON CONSTRAINT ${constraint} ON ${type === "domain constraint" ? "DOMAIN " : ""}${on} IS ${text}`;
    }
    if (type === "trigger" || type === "rule" || type === "policy") {
      const [, part = "", on = ""] = /^((?:"(?:[^"]|"")*"|[^"\s])+) on (.*)$/s.exec(name) ?? [];
      return `COMMENT ON ${type.toUpperCase()} ${part} ON ${on} IS ${text}`;
    }
    if (String(type).endsWith(" column")) return `COMMENT ON COLUMN ${name} IS ${text}`;
    return `COMMENT ON ${words[String(type)] ?? String(type).toUpperCase()} ${name} IS ${text}`;
  });
  // The backslash is a plain character: standard_conforming_strings is on.
  if (statements.length > 0) await into.query(statements.join(";\n"));
}
