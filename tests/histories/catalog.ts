import type pg from "pg";

/** What is in a database by now, as far as the next statement of a random history has to know it. */
export interface Catalog {
  readonly schemas: readonly string[];
  readonly tables: readonly KnownTable[];
  readonly views: readonly Named[];
  readonly enums: readonly (Named & { readonly values: readonly string[] })[];
  readonly sequences: readonly Named[];
  /** With the types of their parameters: `"public"."twice"(integer)`. */
  readonly functions: readonly string[];
}

/** Something with a name, written as SQL: `"public"."item"`. */
interface Named {
  readonly sql: string;
  readonly kind: string;
}

export interface KnownTable extends Named {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly KnownColumn[];
  readonly constraints: readonly { readonly name: string; readonly type: string }[];
  /** Without those of constraints. */
  readonly indexes: readonly string[];
  readonly triggers: readonly string[];
  readonly policies: readonly string[];
  /** Its bounds can be added to. */
  readonly partitioned: boolean;
  readonly partition: boolean;
}

export interface KnownColumn {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly hasDefault: boolean;
  readonly generated: boolean;
  readonly inKey: boolean;
}

const ours = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
const full = (name: string) => `format('%I.%I', n.nspname, ${name})`;
const free = (classid: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${classid}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

const query = `
SELECT jsonb_build_object(
  'schemas', (SELECT jsonb_agg(quote_ident(n.nspname) ORDER BY n.nspname) FROM pg_namespace n WHERE ${ours}),
  'tables', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'sql', ${full("c.relname")}, 'kind', 'TABLE', 'schema', quote_ident(n.nspname), 'name', quote_ident(c.relname),
      'partitioned', c.relkind = 'p', 'partition', c.relispartition,
      'columns', (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'name', quote_ident(a.attname), 'type', format_type(a.atttypid, a.atttypmod), 'required', a.attnotnull,
          'hasDefault', a.atthasdef OR a.attidentity <> '', 'generated', a.attgenerated <> '',
          'inKey', EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'f') AND a.attnum = ANY (k.conkey))
            OR EXISTS (SELECT FROM pg_constraint k WHERE k.confrelid = c.oid AND a.attnum = ANY (k.confkey))
        ) ORDER BY a.attnum), '[]') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
      'constraints', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', quote_ident(k.conname), 'type', k.contype) ORDER BY k.conname), '[]')
          FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype <> 'n' AND k.conparentid = 0),
      'indexes', (SELECT coalesce(jsonb_agg(${full("i.relname")} ORDER BY i.relname), '[]') FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
          WHERE x.indrelid = c.oid AND NOT i.relispartition AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid)),
      'triggers', (SELECT coalesce(jsonb_agg(quote_ident(t.tgname) ORDER BY t.tgname), '[]') FROM pg_trigger t
          WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgparentid = 0),
      'policies', (SELECT coalesce(jsonb_agg(quote_ident(p.polname) ORDER BY p.polname), '[]') FROM pg_policy p WHERE p.polrelid = c.oid)
    ) ORDER BY n.nspname, c.relname), '[]') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND ${ours} AND c.relname <> '_prisma_migrations'),
  'views', (SELECT coalesce(jsonb_agg(jsonb_build_object('sql', ${full("c.relname")}, 'kind', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END)
      ORDER BY n.nspname, c.relname), '[]') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${ours} AND ${free("pg_class", "c.oid")}),
  'enums', (SELECT coalesce(jsonb_agg(jsonb_build_object('sql', ${full("t.typname")}, 'kind', 'TYPE', 'values',
        (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)) ORDER BY n.nspname, t.typname), '[]')
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND ${ours}),
  'sequences', (SELECT coalesce(jsonb_agg(jsonb_build_object('sql', ${full("c.relname")}, 'kind', 'SEQUENCE') ORDER BY n.nspname, c.relname), '[]')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND ${ours}
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))),
  'functions', (SELECT coalesce(jsonb_agg(p.oid::regprocedure::text ORDER BY p.oid), '[]') FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE ${ours} AND ${free("pg_proc", "p.oid")})
) AS catalog`;

/** Reads it in one query of the tests' own. */
export async function readCatalog(client: pg.Client): Promise<Catalog> {
  const { rows } = await client.query(query);
  return rows[0]?.catalog as Catalog;
}
