import { quoteLiteral } from "../../../sql/identifier.ts";
import type { Rows } from "../../engine.ts";
import type { Client } from "../connect.ts";
import { sqlState } from "../errors.ts";
import type { Source } from "./source.ts";

/** An index of a table, or of a materialised view, that cannot be used as it is, and may not even be filled. */
interface BrokenIndex {
  /** Quoted for statements. */
  readonly name: string;
  /** Makes it, and the constraint which it serves, on an empty table. */
  readonly statement: string;
  readonly comment: string | null;
  /** The partitioned index of which it is a part, quoted. */
  readonly parent: string | null;
  readonly unique: boolean;
  readonly ready: boolean;
  readonly live: boolean;
  readonly valid: boolean;
}

/** A partitioned index is not valid while one of its parts is not, and needs nothing done. */
const brokenQuery = `
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
       CASE WHEN k.oid IS NULL THEN pg_catalog.pg_get_indexdef(c.oid)
            ELSE pg_catalog.format('ALTER TABLE ONLY %I.%I ADD CONSTRAINT %I %s', tn.nspname, t.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid)) END AS statement,
       CASE WHEN k.oid IS NULL THEN pg_catalog.obj_description(c.oid, 'pg_class') END AS comment,
       (SELECT pg_catalog.format('%I.%I', pn.nspname, p.relname) FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhrelid = c.oid) AS parent,
       i.indisunique AS unique, i.indisready AS ready, i.indislive AS live, i.indisvalid AS valid
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
 WHERE c.relkind = 'i' AND NOT (i.indisvalid AND i.indisready AND i.indislive) AND n.nspname !~ '^pg_'
 ORDER BY c.oid`;

/** Triggers of foreign keys, which DISABLE TRIGGER ALL switches off: nothing but the catalog shows it. */
const silentTriggersQuery = `
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation, k.conname AS constraint,
       pg_catalog.format('%I.%I', kn.nspname, kc.relname) AS "constraintRelation", g.tgfoid::pg_catalog.regproc::text AS function, g.tgenabled AS enabled
  FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_constraint k ON k.oid = g.tgconstraint
  JOIN pg_catalog.pg_class kc ON kc.oid = k.conrelid JOIN pg_catalog.pg_namespace kn ON kn.oid = kc.relnamespace
 WHERE g.tgisinternal AND g.tgenabled <> 'O'`;

/**
 * What a dump leaves out, or restores as if it were whole: invalid indexes, with the constraints that they serve, and
 * switched-off foreign keys. A rehearsal on a copy without them would prove nothing, as the real database refuses what
 * the copy takes.
 */
export interface BrokenStates {
  /** Between definitions and rows: an index whose rows violate it can be made on an empty table alone. */
  beforeRows(into: Client): Promise<void>;
  /** When all else is there. */
  atLast(into: Client): Promise<void>;
  /** The quoted names of the indexes that are made here. */
  readonly indexes: ReadonlySet<string>;
}

export async function readBrokenStates(source: Source): Promise<BrokenStates> {
  const indexes = (await source.read(brokenQuery)) as unknown as readonly BrokenIndex[];
  const triggers = await source.read(silentTriggersQuery);
  return {
    indexes: new Set(indexes.map(({ name }) => name)),
    async beforeRows(into) {
      for (const { name, statement } of indexes) {
        await into.query(statement);
        // Not ready: it is not filled. Not unique: REFRESH, which fills all indexes of a materialised view, takes duplicates.
        await into.query(setFlags(name, { unique: false, ready: false, live: true, valid: false }));
      }
    },
    async atLast(into) {
      for (const index of indexes) await finish(index, into);
      for (const trigger of triggers) await silence(trigger, into);
    },
  };
}

async function finish(index: BrokenIndex, into: Client): Promise<void> {
  const { name, comment, parent } = index;
  // An index that is ready takes part in every insertion, and refuses duplicates of the rows that it holds.
  if (index.ready)
    await into.query(`REINDEX INDEX ${name}`).catch((error: unknown) => {
      // What its expression refuses is why it is not valid at the source either.
      if (sqlState(error) === undefined) throw error;
    });
  if (comment !== null) await into.query(`COMMENT ON INDEX ${name} IS ${quoteLiteral(comment)}`);
  await into.query(setFlags(name, { ...index, live: true }));
  if (parent !== null) await into.query(`ALTER INDEX ${parent} ATTACH PARTITION ${name}`);
  if (!index.live) await into.query(setFlags(name, index));
}

function setFlags(name: string, flags: Pick<BrokenIndex, "unique" | "ready" | "live" | "valid">): string {
  return `UPDATE pg_catalog.pg_index SET indisunique = ${flags.unique}, indisready = ${flags.ready}, indislive = ${flags.live}, indisvalid = ${flags.valid} WHERE indexrelid = ${quoteLiteral(name)}::pg_catalog.regclass`;
}

async function silence(trigger: Rows[number], into: Client): Promise<void> {
  await into.query(
    `UPDATE pg_catalog.pg_trigger g SET tgenabled = $5 FROM pg_catalog.pg_constraint k
      WHERE k.oid = g.tgconstraint AND g.tgisinternal AND g.tgrelid = $1::pg_catalog.regclass AND k.conname = $2
        AND k.conrelid = $3::pg_catalog.regclass AND g.tgfoid = $4::pg_catalog.regproc`,
    ["relation", "constraint", "constraintRelation", "function", "enabled"].map((key) => trigger[key]),
  );
}
