import {
  collation,
  definitionsOf,
  notOfExtension,
  ownedBy,
  relationName,
  userSchema,
  withOptions,
} from "./catalog.ts";

const name = "pg_catalog.format('%I.%I', n.nspname, c.relname)";

/** How a sequence counts, as options of CREATE SEQUENCE and of an identity column. */
const counting = (s: string) =>
  `pg_catalog.format('START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', ${s}.seqstart, ${s}.seqincrement, ${s}.seqmin, ${s}.seqmax, ${s}.seqcache, CASE WHEN ${s}.seqcycle THEN ' CYCLE' ELSE '' END)`;

const sequenceOfColumn = `pg_catalog.pg_depend sd JOIN pg_catalog.pg_sequence s ON s.seqrelid = sd.objid
   WHERE sd.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND sd.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     AND sd.deptype = 'i' AND sd.refobjid = a.attrelid AND sd.refobjsubid = a.attnum`;

/** The sequences of identity columns come with their columns. */
const sequences = definitionsOf(
  "pg_class",
  "before",
  `SELECT c.oid, pg_catalog.format('CREATE %sSEQUENCE %s AS %s %s', CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED ' ELSE '' END, ${name}, pg_catalog.format_type(s.seqtypid, NULL), ${counting("s")})
          || ${ownedBy("SEQUENCE", name, "c.relowner")}
          || coalesce((SELECT pg_catalog.format(E';\\nALTER SEQUENCE %s OWNED BY %s.%I', ${name}, ${relationName("o.refobjid")}, oa.attname)
               FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_attribute oa ON oa.attrelid = o.refobjid AND oa.attnum = o.refobjsubid
              WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objid = c.oid AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.deptype = 'a'), '') AS sql
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
    WHERE ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.objid = c.oid AND i.deptype = 'i')`,
);

/** A partition is made as a table of its own and then attached: its columns may stand in another order. */
const ownColumn = "(a.attislocal OR c.relispartition)";

const columns = (
  major: number,
) => `(SELECT pg_catalog.string_agg(pg_catalog.format('%I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), ${collation("a.attcollation", "a.atttypid")})
    || CASE a.attgenerated WHEN 's' THEN pg_catalog.format(' GENERATED ALWAYS AS (%s) STORED', pg_catalog.pg_get_expr(f.adbin, f.adrelid))
                           WHEN 'v' THEN pg_catalog.format(' GENERATED ALWAYS AS (%s) VIRTUAL', pg_catalog.pg_get_expr(f.adbin, f.adrelid)) ELSE '' END
    || CASE WHEN a.attidentity <> '' THEN coalesce((SELECT pg_catalog.format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %s %s)', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, ${relationName("s.seqrelid")}, ${counting("s")}) FROM ${sequenceOfColumn}), '') ELSE '' END
    || ${major >= 18 ? "''" : "CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END"}, ', ' ORDER BY a.attnum)
  FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND ${ownColumn})`;

/** From 18, NOT NULL is a constraint with a name. */
const notNulls = (major: number) =>
  major < 18
    ? "''"
    : `(SELECT pg_catalog.string_agg(pg_catalog.format('CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), ', ' ORDER BY k.conkey[1])
         FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.convalidated AND (k.conislocal OR c.relispartition))`;

const inherits = `CASE WHEN NOT c.relispartition THEN coalesce(' INHERITS (' || (SELECT pg_catalog.string_agg(${relationName("h.inhparent")}, ', ' ORDER BY h.inhseqno) FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) || ')', '') ELSE '' END`;

const attach = `CASE WHEN c.relispartition THEN (SELECT pg_catalog.format(E';\\nALTER TABLE ONLY %s ATTACH PARTITION %s %s', ${relationName("h.inhparent")}, ${name}, pg_catalog.pg_get_expr(c.relpartbound, c.oid)) FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) ELSE '' END`;

const alterColumn = (what: string) => `pg_catalog.format(E';\\nALTER TABLE ONLY %s ALTER COLUMN %I ${what}'`;

/** What of a column has no place in CREATE TABLE. */
const columnSettings = (major: number) => `coalesce((SELECT pg_catalog.string_agg(pg_catalog.concat(
    CASE WHEN a.attnotnull AND NOT ${ownColumn} AND ${major < 18} THEN ${alterColumn("SET NOT NULL")}, ${name}, a.attname) END,
    CASE WHEN a.attstorage <> ct.typstorage THEN ${alterColumn("SET STORAGE %s")}, ${name}, a.attname, CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) END,
    CASE pg_catalog.to_jsonb(a) ->> 'attcompression' WHEN 'p' THEN ${alterColumn("SET COMPRESSION pglz")}, ${name}, a.attname) WHEN 'l' THEN ${alterColumn("SET COMPRESSION lz4")}, ${name}, a.attname) END,
    CASE WHEN coalesce(a.attstattarget, -1) >= 0 THEN ${alterColumn("SET STATISTICS %s")}, ${name}, a.attname, a.attstattarget) END,
    CASE WHEN a.attoptions IS NOT NULL THEN ${alterColumn("SET (%s)")}, ${name}, a.attname, pg_catalog.array_to_string(a.attoptions, ', ')) END), '' ORDER BY a.attnum)
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type ct ON ct.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '')`;

const tableOptions = `(c.reloptions || (SELECT pg_catalog.array_agg('toast.' || o) FROM pg_catalog.pg_class x, pg_catalog.unnest(x.reloptions) o WHERE x.oid = c.reltoastrelid))`;

const using = `coalesce((SELECT ' USING ' || pg_catalog.quote_ident(am.amname) FROM pg_catalog.pg_am am WHERE am.oid = c.relam AND am.amname <> 'heap'), '')`;

const tables = (major: number) =>
  definitionsOf(
    "pg_class",
    "before",
    `SELECT c.oid, pg_catalog.format('CREATE %sTABLE %s (%s)%s%s%s%s', CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED ' ELSE '' END, ${name},
            pg_catalog.concat_ws(', ', ${columns(major)}, NULLIF(${notNulls(major)}, '')), ${inherits},
            CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid) ELSE '' END, ${using}, ${withOptions(tableOptions)})
            || ${ownedBy("TABLE", name, "c.relowner")} || ${columnSettings(major)} || ${attach}
            || CASE WHEN c.reloftype <> 0 THEN pg_catalog.format(E';\\nALTER TABLE %s OF %s', ${name}, pg_catalog.format_type(c.reloftype, NULL)) ELSE '' END AS sql
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
  );

/** Apart from their tables: a default may call a function which takes the table's rows. */
const defaults = definitionsOf(
  "pg_attrdef",
  "before",
  `SELECT f.oid, pg_catalog.format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s', ${name}, a.attname, pg_catalog.pg_get_expr(f.adbin, f.adrelid)) AS sql
     FROM pg_catalog.pg_attrdef f JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
     JOIN pg_catalog.pg_class c ON c.oid = f.adrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attgenerated = '' AND NOT a.attisdropped AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
);

const views = definitionsOf(
  "pg_class",
  "before",
  `SELECT c.oid, pg_catalog.format('CREATE %s %s%s%s AS %s%s', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, ${name},
          CASE c.relkind WHEN 'm' THEN ${using} ELSE '' END, ${withOptions("c.reloptions")}, pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';'), CASE c.relkind WHEN 'm' THEN ' WITH NO DATA' ELSE '' END)
          || CASE c.relkind WHEN 'v' THEN ${ownedBy("VIEW", name, "c.relowner")} ELSE ${ownedBy("MATERIALIZED VIEW", name, "c.relowner")} END AS sql
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
);

/** Sequences, tables and views, as statements. */
export function relationDefinitions(major: number): readonly string[] {
  return [sequences, tables(major), defaults, views];
}
