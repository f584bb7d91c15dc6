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

/**
 * All columns are written down, in their order, those of a parent too: a partition is then attached, and an heir made to
 * inherit.
 */
export const columns = (
  major: number,
) => `(SELECT pg_catalog.string_agg(pg_catalog.format('%I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), ${collation("a.attcollation", "a.atttypid")})
    || CASE a.attgenerated WHEN 's' THEN pg_catalog.format(' GENERATED ALWAYS AS (%s) STORED', pg_catalog.pg_get_expr(f.adbin, f.adrelid))
                           WHEN 'v' THEN pg_catalog.format(' GENERATED ALWAYS AS (%s) VIRTUAL', pg_catalog.pg_get_expr(f.adbin, f.adrelid)) ELSE '' END
    || CASE WHEN a.attidentity <> '' THEN coalesce((SELECT pg_catalog.format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %s %s)', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, ${relationName("s.seqrelid")}, ${counting("s")}) FROM ${sequenceOfColumn}), '') ELSE '' END
    || ${major >= 18 ? "''" : "CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END"}, ', ' ORDER BY a.attnum)
  FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)`;

/** From 18, NOT NULL is a constraint with a name. */
export const notNulls = (major: number) =>
  major < 18
    ? "''"
    : `(SELECT pg_catalog.string_agg(pg_catalog.format('CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), ', ' ORDER BY k.conkey[1])
         FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.convalidated)`;

/** What an heir has from its parents alone is marked in the catalogs: no statement can. */
const inherits = (
  major: number,
) => `CASE WHEN NOT c.relispartition THEN coalesce((SELECT pg_catalog.string_agg(pg_catalog.format(E';\\nALTER TABLE ONLY %s INHERIT %s', ${name}, ${relationName("h.inhparent")}), '' ORDER BY h.inhseqno)
    || coalesce((SELECT pg_catalog.format(E';\\nUPDATE pg_catalog.pg_attribute SET attislocal = false WHERE attrelid = %L::pg_catalog.regclass AND attname = ANY (%L)', ${name}, pg_catalog.array_agg(a.attname))
         FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.attislocal HAVING pg_catalog.count(*) > 0), '')
    || ${
      major >= 18
        ? `coalesce((SELECT pg_catalog.format(E';\\nUPDATE pg_catalog.pg_constraint SET conislocal = false WHERE conrelid = %L::pg_catalog.regclass AND contype = ''n'' AND conname = ANY (%L)', ${name}, pg_catalog.array_agg(k.conname))
         FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND NOT k.conislocal HAVING pg_catalog.count(*) > 0), '')`
        : "''"
    } FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid), '') ELSE '' END`;

const attach = `CASE WHEN c.relispartition THEN (SELECT pg_catalog.format(E';\\nALTER TABLE ONLY %s ATTACH PARTITION %s %s', ${relationName("h.inhparent")}, ${name}, pg_catalog.pg_get_expr(c.relpartbound, c.oid)) FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) ELSE '' END`;

/** How a table, foreign ones included, belongs to others; to be appended. */
export const belonging = (major: number) => `${inherits(major)} || ${attach}`;

const alterColumn = (what: string) => `pg_catalog.format(E';\\nALTER TABLE ONLY %s ALTER COLUMN %I ${what}'`;

/** What of a column has no place in CREATE TABLE; for foreign tables and materialised views too. */
export const columnSettings = `coalesce((SELECT pg_catalog.string_agg(pg_catalog.concat(
    CASE WHEN a.attstorage <> ct.typstorage THEN ${alterColumn("SET STORAGE %s")}, ${name}, a.attname, CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) END,
    CASE pg_catalog.to_jsonb(a) ->> 'attcompression' WHEN 'p' THEN ${alterColumn("SET COMPRESSION pglz")}, ${name}, a.attname) WHEN 'l' THEN ${alterColumn("SET COMPRESSION lz4")}, ${name}, a.attname) END,
    CASE WHEN coalesce(a.attstattarget, -1) >= 0 THEN ${alterColumn("SET STATISTICS %s")}, ${name}, a.attname, a.attstattarget) END,
    CASE WHEN a.attoptions IS NOT NULL THEN ${alterColumn("SET (%s)")}, ${name}, a.attname, pg_catalog.array_to_string(a.attoptions, ', ')) END), '' ORDER BY a.attnum)
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type ct ON ct.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '')`;

const tableOptions = `(c.reloptions || (SELECT pg_catalog.array_agg('toast.' || o) FROM pg_catalog.pg_class x, pg_catalog.unnest(x.reloptions) o WHERE x.oid = c.reltoastrelid))`;

/** A partitioned table has one only where it is named, for its partitions. */
const using = `coalesce((SELECT ' USING ' || pg_catalog.quote_ident(am.amname) FROM pg_catalog.pg_am am WHERE am.oid = c.relam AND (c.relkind = 'p' OR am.amname <> 'heap')), '')`;

/** The sequence of an identity column is as its table is, unless that was changed. */
const persistences = (major: number) =>
  major < 15
    ? "''"
    : `coalesce((SELECT pg_catalog.string_agg(pg_catalog.format(E';\\nALTER SEQUENCE %s SET %s', ${relationName("q.oid")}, CASE q.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE 'LOGGED' END), '')
         FROM pg_catalog.pg_depend qd JOIN pg_catalog.pg_class q ON q.oid = qd.objid AND q.relkind = 'S' AND q.relpersistence <> c.relpersistence
        WHERE qd.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND qd.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND qd.deptype = 'i' AND qd.refobjid = c.oid), '')`;

const tables = (major: number) =>
  definitionsOf(
    "pg_class",
    "before",
    `SELECT c.oid, pg_catalog.format('CREATE %sTABLE %s (%s)%s%s%s', CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED ' ELSE '' END, ${name},
            pg_catalog.concat_ws(', ', ${columns(major)}, NULLIF(${notNulls(major)}, '')),
            CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid) ELSE '' END, ${using}, ${withOptions(tableOptions)})
            || ${ownedBy("TABLE", name, "c.relowner")} || ${persistences(major)} || ${columnSettings} || ${belonging(major)}
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

/** Columns of the same names and types: a function which takes the view's rows can be made with it. */
const withoutQuery = `pg_catalog.format('CREATE VIEW %s AS SELECT %s', ${name}, (SELECT pg_catalog.string_agg(pg_catalog.format('NULL::%s%s AS %I', pg_catalog.format_type(a.atttypid, a.atttypmod), ${collation("a.attcollation", "a.atttypid")}, a.attname), ', ' ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0))`;

const views = definitionsOf(
  "pg_class",
  "before",
  `SELECT v.oid, 'CREATE VIEW ' || v.text AS sql, v.shell, 'CREATE OR REPLACE VIEW ' || v.text AS whole
     FROM (SELECT c.oid, ${withoutQuery} AS shell,
                  ${name} || ${withOptions("c.reloptions")} || ' AS ' || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';') || ${ownedBy("VIEW", name, "c.relowner")} AS text
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'v' AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}) v`,
);

const materializedViews = definitionsOf(
  "pg_class",
  "before",
  `SELECT c.oid, pg_catalog.format('CREATE MATERIALIZED VIEW %s%s%s AS %s WITH NO DATA', ${name}, ${using}, ${withOptions(tableOptions)}, pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';'))
          || ${ownedBy("MATERIALIZED VIEW", name, "c.relowner")} || ${columnSettings} AS sql
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'm' AND ${userSchema("n")} AND ${notOfExtension("pg_class", "c.oid")}`,
);

/** Sequences, tables and views, as statements. */
export function relationDefinitions(major: number): readonly string[] {
  return [sequences, tables(major), defaults, views, materializedViews];
}
