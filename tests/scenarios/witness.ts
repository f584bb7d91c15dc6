import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type pg from "pg";
import { type Database, quote } from "./database.ts";

/** Rows of one table, by the numbers which the server gives to tables and columns: they outlive every renaming. */
interface TableRows {
  readonly name: string;
  readonly columns: ReadonlyMap<number, string>;
  readonly rows: readonly ReadonlyMap<number, string | null>[];
}

/** What a database held at one moment, read with SQL of the tests' own. */
export interface Testimony {
  /** By object number; without the history. */
  readonly tables: ReadonlyMap<number, TableRows>;
  readonly sequences: ReadonlyMap<number, { readonly name: string; readonly state: string }>;
  readonly history: readonly HistoryRow[];
}

export interface HistoryRow {
  readonly id: string;
  readonly checksum: string;
  readonly migration_name: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly rolled_back_at: string | null;
  readonly logs: string | null;
  readonly applied_steps_count: number;
}

const isOurs = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";

/** Reads all rows of all tables. */
export async function testify(database: Database, schema: string): Promise<Testimony> {
  return database.connected(async (client) => {
    const { rows: relations } = await client.query(
      `SELECT c.oid::int AS oid, c.relkind::text AS kind, n.nspname AS schema, c.relname AS name
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'S') AND ${isOurs} ORDER BY 1`,
    );
    const tables = new Map<number, TableRows>();
    const sequences = new Map<number, { name: string; state: string }>();
    let history: HistoryRow[] = [];
    for (const { oid, kind, schema: place, name } of relations) {
      const full = `${quote(place)}.${quote(name)}`;
      if (kind === "S") {
        const { rows } = await client.query(
          `SELECT last_value::text || ' ' || is_called AS state FROM ${full}`,
        );
        sequences.set(oid, { name: full, state: rows[0]?.state });
      } else if (place === schema && name === "_prisma_migrations") {
        history = (
          await client.query(
            `SELECT id, checksum, migration_name, started_at::text, finished_at::text, rolled_back_at::text, logs, applied_steps_count
               FROM ${full} ORDER BY started_at, id`,
          )
        ).rows;
      } else tables.set(oid, await rowsOf(client, oid, full));
    }
    return { tables, sequences, history };
  });
}

async function rowsOf(client: pg.Client, oid: number, name: string): Promise<TableRows> {
  const { rows: found } = await client.query(
    `SELECT attnum, attname FROM pg_attribute WHERE attrelid = ${oid} AND attnum > 0 AND NOT attisdropped`,
  );
  const columns = new Map<number, string>(found.map(({ attnum, attname }) => [attnum, attname]));
  const texts = [...columns].map(([number, column]) => `${quote(column)}::text AS ${quote(`c${number}`)}`);
  const { rows } = await client.query(`SELECT ${texts.join(", ")} FROM ONLY ${name}`);
  return {
    name,
    columns,
    rows: rows.map((row) => new Map([...columns.keys()].map((number) => [number, row[`c${number}`]]))),
  };
}

/**
 * The rows are what they were, over the columns that were there before and still are; sequences go on where they stood.
 *
 * @param excepted tables whose rows or which themselves the plan's own statements change, by name without schema
 */
export function mustBeUnchanged(before: Testimony, after: Testimony, excepted: readonly string[]): void {
  const isExcepted = (name: string) => excepted.some((one) => name.endsWith(`.${quote(one)}`));
  for (const [oid, then] of before.tables) {
    if (isExcepted(then.name)) continue;
    const now = after.tables.get(oid);
    assert.ok(now !== undefined, `${then.name} is gone`);
    const common = [...then.columns.keys()].filter((number) => now.columns.has(number));
    assert.equal(now.rows.length, then.rows.length, `${then.name} has another number of rows`);
    assert.deepEqual(hashes(now, common), hashes(then, common), `the rows of ${then.name} were changed`);
  }
  for (const [oid, { name, state }] of before.sequences) {
    const now = after.sequences.get(oid);
    if (now !== undefined) assert.equal(now.state, state, `the sequence ${name} was changed`);
  }
}

function hashes({ rows }: TableRows, columns: readonly number[]): string[] {
  return rows
    .map((row) => JSON.stringify(columns.map((number) => row.get(number) ?? null)))
    .map((text) => createHash("sha256").update(text).digest("hex"))
    .toSorted();
}
