import type { Weight } from "../../plan/certificate.ts";
import { quoteLiteral, splitDotted } from "../../sql/identifier.ts";
import type { Rows } from "../server.ts";

/**
 * The sizes of some tables, of partitioned ones with all their partitions. How many rows there are the server knows only from
 * its last count: https://www.postgresql.org/docs/current/catalog-pg-class.html
 *
 * @param tables as `dotted()` writes them
 */
export function weightsQuery(tables: readonly string[]): string {
  const values = tables.map((table) => {
    const [schema = "", name = ""] = splitDotted(table).parts;
    return `(${[table, schema, name].map(quoteLiteral).join(", ")})`;
  });
  return `
SELECT w.told, pg_catalog.sum(greatest(l.reltuples, 0))::pg_catalog.float8 AS rows, pg_catalog.bool_and(l.size = 0 OR (l.reltuples >= 0 AND l.relpages > 0)) AS counted,
       pg_catalog.sum(l.total)::text AS bytes, pg_catalog.bool_or(l.size > 0) AS filled
  FROM (VALUES ${values.join(", ")}) w(told, schema, name)
  JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name AND c.relkind IN ('r', 'p', 'm')
  CROSS JOIN LATERAL (SELECT p.relpages, p.reltuples, pg_catalog.pg_relation_size(p.oid) AS size, pg_catalog.pg_total_relation_size(p.oid) AS total
                        FROM (SELECT c.oid AS oid UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(c.oid) t) u
                        JOIN pg_catalog.pg_class p ON p.oid = u.oid AND p.relkind <> 'p') l
 GROUP BY w.told`;
}

/** Reads what {@link weightsQuery} gave. */
export function weightsFrom(rows: Rows): Map<string, Weight> {
  return new Map(
    rows.map((row) => {
      const rounded = Math.round(Number(row["rows"]));
      const weight = {
        ...(row["counted"] === true && { rows: rounded }),
        bytes: Number(row["bytes"]),
        hasRows: row["filled"] === true,
      };
      return [String(row["told"]), weight];
    }),
  );
}
