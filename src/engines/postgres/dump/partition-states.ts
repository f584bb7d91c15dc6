import type { Client } from "../connect.ts";
import type { Source } from "./source.ts";

/** A foreign key of a partition that came from its partitioned table; it may have had another name before. */
const foreignKeysQuery = `
WITH RECURSIVE below(oid, depth) AS (
  SELECT k.oid, 0 FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0
  UNION ALL SELECT k.oid, b.depth + 1 FROM below b JOIN pg_catalog.pg_constraint k ON k.conparentid = b.oid)
SELECT b.depth, pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation, k.conname AS name,
       pg_catalog.format('%I.%I', pn.nspname, pc.relname) AS "parentRelation", p.conname AS parent
  FROM below b JOIN pg_catalog.pg_constraint k ON k.oid = b.oid JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid JOIN pg_catalog.pg_class pc ON pc.oid = p.conrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
 WHERE k.conrelid <> p.conrelid AND k.conname <> p.conname ORDER BY b.depth`;

/** From 14, a partition may be half-way out: `DETACH PARTITION ... CONCURRENTLY` was interrupted. */
const pendingQuery = `
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation
  FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE (pg_catalog.to_jsonb(h) ->> 'inhdetachpending')::boolean`;

/** Gives partitions what no definition tells: names of foreign keys that were there before, and a detachment half-way. */
export async function copyPartitionStates(source: Source, into: Client): Promise<void> {
  const [foreignKeys = [], pending = []] = await source.readAll([foreignKeysQuery, pendingQuery]);
  // From the top: the copy knows a part by the name of its whole.
  for (const { relation, name, parentRelation, parent } of foreignKeys)
    await into.query(
      `UPDATE pg_catalog.pg_constraint k SET conname = $2 FROM pg_catalog.pg_constraint p
        WHERE p.oid = k.conparentid AND k.conrelid = $1::pg_catalog.regclass AND p.conrelid = $3::pg_catalog.regclass AND p.conname = $4`,
      [relation, name, parentRelation, parent],
    );
  for (const { relation } of pending)
    await into.query(
      "UPDATE pg_catalog.pg_inherits SET inhdetachpending = true WHERE inhrelid = $1::pg_catalog.regclass",
      [relation],
    );
}
