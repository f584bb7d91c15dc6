import pg from "pg";
import type { Database } from "../database.ts";

/** A statement for a table of its own, whose name is `t`. */
export const statements: readonly string[] = [
  "ALTER TABLE t ALTER COLUMN n TYPE bigint",
  "ALTER TABLE t ALTER COLUMN s TYPE text",
  "ALTER TABLE t ADD COLUMN a int",
  "ALTER TABLE t ADD COLUMN a int DEFAULT 5",
  "ALTER TABLE t ADD COLUMN a double precision DEFAULT random()",
  "ALTER TABLE t ALTER COLUMN n SET NOT NULL",
  "ALTER TABLE t ADD CHECK (n > -1)",
  "ALTER TABLE t ADD CHECK (n > -1) NOT VALID",
  "CREATE INDEX ON t (n)",
  "ALTER TABLE t ADD UNIQUE (n)",
  "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
  "CREATE STATISTICS st ON id, n FROM t",
  "COMMENT ON TABLE t IS 'x'",
  "UPDATE t SET n = n + 1 WHERE id <= 7",
  "TRUNCATE t",
  "DROP TABLE t",
  "ALTER TABLE t RENAME TO renamed",
  "CREATE TABLE child (id int REFERENCES t)",
  "CREATE VIEW v AS SELECT id FROM t",
];

export const tableOf = (number: number) => `t${number + 1}`;

/** The statement for its own table. */
export const of = (number: number) => (statements[number] ?? "").replaceAll(/\bt\b/g, tableOf(number));

/** What the server shows of a table, while a transaction is open in which all of them were executed. */
export interface Shown {
  readonly lock: string;
  readonly otherFile: boolean;
}

const strong = ["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"];

/** Executes statements one after the other, looks, and undoes all. @returns by the name that a table had before */
export async function shownBy(db: Database, sql: readonly string[]): Promise<Map<string, Shown>> {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  try {
    const { rows: before } = await client.query(
      "SELECT oid::int, relname, relfilenode::text AS file FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    await client.query("BEGIN");
    for (const one of sql) await client.query(one);
    const { rows: locks } = await client.query(
      "SELECT relation::int AS oid, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'",
    );
    const { rows: after } = await client.query("SELECT oid::int, relfilenode::text AS file FROM pg_class");
    return new Map(
      before.map(({ oid, relname, file }) => {
        const held = locks.filter((lock) => lock.oid === oid).map(({ mode }) => strong.indexOf(mode));
        const now = after.find((one) => one.oid === oid);
        return [
          `public.${relname}`,
          {
            lock: strong[Math.max(-1, ...held)] ?? "",
            otherFile: now !== undefined && now.file !== file,
          },
        ];
      }),
    );
  } finally {
    await client.query("ROLLBACK");
    await client.end();
  }
}
