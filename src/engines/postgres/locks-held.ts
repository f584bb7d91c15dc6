import { dotted } from "../../sql/identifier.ts";
import type { HeldTable, Look, Relation, StrongLock, Writer } from "../writer.ts";
import type { Client } from "./client.ts";
import { message } from "./transactions.ts";

/** From the weakest: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES */
const modes = [
  "AccessShareLock",
  "RowShareLock",
  "RowExclusiveLock",
  "ShareUpdateExclusiveLock",
  "ShareLock",
  "ShareRowExclusiveLock",
  "ExclusiveLock",
  "AccessExclusiveLock",
];

/** Those which keep others from writing, and the last of them from reading too. */
const strong = modes.slice(modes.indexOf("ShareLock"));

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(", ");
const rank = `pg_catalog.max(pg_catalog.array_position(ARRAY[${list(modes)}], l.mode))`;

/** What the session has not reported yet: of its transaction, and perhaps of some before. */
const written = (oid: string) =>
  ["inserted", "updated", "deleted"]
    .map((what) => `pg_catalog.pg_stat_get_xact_tuples_${what}(${oid})`)
    .join(" + ");

/**
 * One row, whatever the settings of the session are, which a migration may have changed. Asked by number: what is dropped has
 * no name any more, and its lock stays.
 */
const lookQuery = `
SELECT extract(epoch FROM pg_catalog.clock_timestamp())::text AS godwit_at, (
  SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
           'oid', h.relation::text, 'lock', h.rank, 'file', pg_catalog.pg_relation_filenode(h.relation)::text, 'bytes', pg_catalog.pg_relation_size(h.relation),
           'rows', ${written("h.relation")},
           'indexes', CASE WHEN h.rank > ${modes.indexOf("ShareLock")} THEN (
              SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', i.indexrelid::text, 'schema', n.nspname, 'name', x.relname, 'file', pg_catalog.pg_relation_filenode(x.oid)::text))
                FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace
               WHERE i.indrelid = h.relation) END))
    FROM (SELECT l.relation, ${rank} AS rank
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
           WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND d.datname = pg_catalog.current_database()
           GROUP BY l.relation) h)::text AS godwit_held`;

interface HeldRow {
  readonly oid: string;
  /** One-based. */
  readonly lock: number;
  readonly file: string | null;
  readonly bytes: number | null;
  readonly rows: number;
  readonly indexes: readonly { oid: string; schema: string; name: string; file: string | null }[] | null;
}

/** See `Writer.looking`. */
export async function looking(
  client: Client,
  statements: readonly string[],
  { before, after }: Parameters<Writer["looking"]>[1],
): Promise<Look[]> {
  const texts = [before, lookQuery, ...statements.flatMap((sql) => [sql, lookQuery]), after];
  const results = await client.query(message(texts));
  // What a statement itself answers is passed over, however many answers it has.
  return results.flatMap(({ rows: [row], fields }) =>
    fields[1]?.name === "godwit_held" && row !== undefined
      ? [{ at: Number(row["godwit_at"]), tables: heldFrom(row["godwit_held"]) }]
      : [],
  );
}

function heldFrom(text: unknown): HeldTable[] {
  const rows = JSON.parse(String(text ?? "[]")) as HeldRow[] | null;
  return (rows ?? []).map(({ oid, lock, file, bytes, rows: changed, indexes }) => ({
    oid,
    lock: modes[lock - 1] ?? "",
    ...(file !== null && { file }),
    bytes: bytes ?? 0,
    rows: changed,
    indexes: (indexes ?? []).map((one) => ({
      oid: one.oid,
      name: dotted(one.schema, one.name),
      ...(one.file !== null && { file: one.file }),
    })),
  }));
}

const relationsQuery = `
SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, i.indrelid::text AS "of",
       pg_catalog.pg_relation_filenode(c.oid)::text AS file, (${written("c.oid")})::text AS rows,
       CASE c.relkind WHEN 'p' THEN (SELECT pg_catalog.sum(pg_catalog.pg_relation_size(t.relid)) FROM pg_catalog.pg_partition_tree(c.oid) t)
         ELSE coalesce(pg_catalog.pg_relation_size(c.oid), 0) END::text AS bytes,
       CASE WHEN c.relispartition AND i.indexrelid IS NULL THEN pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid::text END AS whole
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
 WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** See `Writer.relations`. */
export async function relations(client: Client): Promise<Map<string, Relation>> {
  const rows = (await client.query(relationsQuery)).at(-1)?.rows ?? [];
  return new Map(
    rows.map((row) => {
      const { of, file, whole } = row;
      const oid = String(row["oid"]);
      return [
        oid,
        {
          oid,
          name: dotted(String(row["schema"]), String(row["name"])),
          ...(typeof of === "string" && { of }),
          ...(typeof file === "string" && { file }),
          ...(typeof whole === "string" && { whole }),
          bytes: Number(row["bytes"]),
          rows: Number(row["rows"]),
        },
      ];
    }),
  );
}

const othersQuery = `
SELECT a.pid AS process, l.relation::text AS oid, l.mode AS lock
  FROM pg_catalog.pg_stat_activity a
  LEFT JOIN pg_catalog.pg_locks l ON l.pid = a.pid AND l.database = a.datid AND l.locktype = 'relation' AND l.granted AND l.mode IN (${list(strong)})
 WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()`;

/** See `Writer.others`. */
export async function others(client: Client): ReturnType<Writer["others"]> {
  const rows = (await client.query(othersQuery)).at(-1)?.rows ?? [];
  const locks = rows.flatMap(({ process, oid, lock }): StrongLock[] =>
    typeof oid === "string" && typeof lock === "string" ? [{ process: Number(process), oid, lock }] : [],
  );
  return { processes: [...new Set(rows.map(({ process }) => Number(process)))], locks };
}
