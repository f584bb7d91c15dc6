import { dotted } from "../../../sql/identifier.ts";
import type { CopyLevel } from "../../copying.ts";
import type { Rows } from "../../engine.ts";

/** A table whose rows can be copied. */
export interface Table {
  /** As `dotted()` writes it. */
  readonly name: string;
  /** Quoted for statements. */
  readonly quoted: string;
  /** Quoted names of the columns that hold values of their own: all but the generated ones. */
  readonly columns: readonly string[];
  /** Bytes of rows and indexes. */
  readonly bytes: number;
  /** Where its rows are written to, quoted: itself, or the root above it where its own place in it may differ. */
  readonly into: string;
  /** Its values have no binary form: a type of the user's need not have one. */
  readonly textual: boolean;
  /** Of an extension's table, the condition for the rows that are the user's; `""` is all of them. */
  readonly condition: string;
}

/** All tables with rows, and whose rows cannot go without whose. */
export interface Tables {
  readonly all: readonly Table[];
  /** From a table to what it references by foreign keys and to its partitions and heirs. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

/**
 * Names are read apart, to be written by `dotted`. What belongs to an extension is made by it, but for the rows of tables
 * which it has marked as the user's: https://www.postgresql.org/docs/current/extend-extensions.html#EXTEND-EXTENSIONS-CONFIG-TABLES
 *
 * The partition for a row may be another one on the copy where it is chosen by a hash: an enum's hash is that of its
 * number.
 */
const tablesQuery = `
WITH RECURSIVE textual(oid) AS (
  SELECT t.oid FROM pg_catalog.pg_type t WHERE t.typtype = 'b' AND (t.typsend = 0 OR t.typreceive = 0)
  UNION
  SELECT p.whole FROM textual x JOIN (
      SELECT t.typelem AS part, t.oid AS whole FROM pg_catalog.pg_type t WHERE t.typelem <> 0
      UNION ALL SELECT t.typbasetype, t.oid FROM pg_catalog.pg_type t WHERE t.typbasetype <> 0
      UNION ALL SELECT r.rngsubtype, r.rngtypid FROM pg_catalog.pg_range r
      UNION ALL SELECT r.rngtypid, (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.oid FROM pg_catalog.pg_range r
      UNION ALL SELECT a.atttypid, c.reltype FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE a.attnum > 0) p ON p.part = x.oid),
above(oid, root, hashed) AS (
  SELECT c.oid, c.oid, false FROM pg_catalog.pg_class c WHERE c.relkind = 'r'
  UNION ALL
  SELECT a.oid, i.inhparent, a.hashed OR p.partstrat = 'h'
    FROM above a JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.root JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = i.inhparent)
SELECT n.nspname AS schema, c.relname AS name, pg_catalog.format('%I.%I', n.nspname, c.relname) AS quoted,
       pg_catalog.pg_total_relation_size(c.oid)::text AS bytes,
       ARRAY(SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
       (SELECT pg_catalog.format('%I.%I', rn.nspname, r.relname) FROM above a JOIN pg_catalog.pg_class r ON r.oid = a.root JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
         WHERE a.oid = c.oid AND a.hashed AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = a.root)) AS root,
       EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN textual x ON x.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS textual,
       e.oid IS NOT NULL AS extension, e.extcondition[pg_catalog.array_position(e.extconfig, c.oid)] AS condition
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
 WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND (e.oid IS NULL OR c.oid = ANY (e.extconfig))
 ORDER BY c.oid`;

const needsQuery = `
SELECT fn.nspname AS schema, f.relname AS name, tn.nspname AS "toSchema", t.relname AS "toName"
  FROM (SELECT k.conrelid AS oid, k.confrelid AS needed FROM pg_catalog.pg_constraint k WHERE k.contype = 'f'
        UNION SELECT i.inhparent, i.inhrelid FROM pg_catalog.pg_inherits i) e
  JOIN pg_catalog.pg_class f ON f.oid = e.oid JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = e.needed JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
 WHERE f.relkind IN ('r', 'p') AND t.relkind IN ('r', 'p')`;

/** @param read gives the rows of one query */
export async function readTables(read: (query: string) => Promise<Rows>): Promise<Tables> {
  const all = (await read(tablesQuery)).map((row): Table => {
    const quoted = String(row["quoted"]);
    return {
      name: dotted(String(row["schema"]), String(row["name"])),
      quoted,
      columns: row["columns"] as string[],
      bytes: Number(row["bytes"]),
      into: row["root"] === null ? quoted : String(row["root"]),
      textual: row["textual"] === true,
      condition: row["extension"] === true ? String(row["condition"] ?? "") : "",
    };
  });
  const needs = new Map<string, string[]>();
  for (const row of await read(needsQuery)) {
    const from = dotted(String(row["schema"]), String(row["name"]));
    const to = dotted(String(row["toSchema"]), String(row["toName"]));
    needs.set(from, [...(needs.get(from) ?? []), to]);
  }
  return { all, needs };
}

/** The tables whose rows are copied at a level, with all that they need. */
export function tablesAt(
  level: CopyLevel,
  { all, needs }: Tables,
  chosen: { readonly tables: readonly string[]; readonly always: readonly string[] },
): readonly Table[] {
  if (level === "full") return all;
  const wanted = reach(needs, level === "affected" ? [...chosen.tables, ...chosen.always] : chosen.always);
  return all.filter(({ name }) => wanted.has(name));
}

function reach(needs: Tables["needs"], from: readonly string[]): ReadonlySet<string> {
  // A set is walked in the order of insertion, what is added meanwhile included.
  const reached = new Set(from);
  for (const name of reached) for (const needed of needs.get(name) ?? []) reached.add(needed);
  return reached;
}
