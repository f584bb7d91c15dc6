import { createHash } from "node:crypto";
import type pg from "pg";
import type { Application } from "./application.ts";

/** Every column, constraint and index of the application's tables, by the server's own words. */
export async function describeTables(client: pg.Client, { shop }: Application): Promise<unknown[]> {
  const others = [...shop.map(({ name }) => name), "_prisma_migrations"];
  const { rows } = await client.query(
    `SELECT c.relname AS table, a.attname AS part, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull::text AS more,
            pg_get_expr(d.adbin, d.adrelid) AS text
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND NOT c.relname = ANY ($1)
     UNION ALL
     SELECT c.relname, k.conname, 'constraint', k.convalidated::text, pg_get_constraintdef(k.oid)
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relname = ANY ($1)
     UNION ALL
     SELECT c.relname, i.indexrelid::regclass::text, 'index', i.indisvalid::text, pg_get_indexdef(i.indexrelid)
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relname = ANY ($1)
      ORDER BY 1, 3, 2`,
    [others],
  );
  return rows;
}

/** Migrations as Prisma counts them: applied are those with a row that is finished and not rolled back. */
export async function describeHistory(client: pg.Client): Promise<{ applied: string[]; failed: string[] }> {
  const { rows } = await client.query<{ name: string; finished: boolean }>(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM _prisma_migrations
      WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  const named = (finished: boolean) =>
    rows.filter((row) => row.finished === finished).map(({ name }) => name);
  return { applied: named(true), failed: named(false) };
}

/** A hash of every row of the shop's tables. */
export async function hashTables(client: pg.Client, { shop }: Application): Promise<string> {
  const hash = createHash("sha256");
  for (const { name } of shop) {
    const { rows } = await client.query<{ row: string }>(
      `SELECT t::text AS row FROM "${name}" AS t ORDER BY 1`,
    );
    hash.update(`${name}\n${rows.map(({ row }) => row).join("\n")}\n`);
  }
  return hash.digest("hex");
}
