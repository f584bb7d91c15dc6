import { createHash, randomUUID } from "node:crypto";
import pg from "pg";
import type { Application, Migration } from "./application.ts";

/** What a migration's failure says, as the server and Prisma word it. */
export interface Failure {
  readonly migration: string;
  readonly code: string;
  readonly message: string;
  readonly startedAt: Date;
}

/**
 * Makes the database as its people made it: the shop's tables, `prisma migrate resolve --applied`, and a
 * `prisma migrate deploy` which is refused. The history is written as Prisma writes it.
 *
 * @throws Error if the server does not refuse the migration which is to fail
 */
export async function breakDatabase(client: pg.Client, application: Application): Promise<Failure> {
  for (const { sql } of application.shop) await client.query(sql);
  await client.query(historyTable);
  for (const migration of application.migrations.slice(0, application.asserted)) {
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, started_at, finished_at, applied_steps_count)
       SELECT $1, $2, $3, '', moment, moment, 0 FROM clock_timestamp() AS moment`,
      [randomUUID(), checksumOf(migration), migration.name],
    );
  }
  return deployAndFail(client, application.failed);
}

async function deployAndFail(client: pg.Client, migration: Migration): Promise<Failure> {
  const { rows } = await client.query<{ started_at: Date }>(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at)
     VALUES ($1, $2, $3, clock_timestamp()) RETURNING started_at`,
    [randomUUID(), checksumOf(migration), migration.name],
  );
  const refusal = await client.query(migration.sql).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refusal instanceof pg.DatabaseError) || rows[0] === undefined)
    throw new Error(`${migration.name} was to fail`, { cause: refusal });
  const { code = "", message } = refusal;
  const failure = { migration: migration.name, code, message, startedAt: rows[0].started_at };
  await client.query("UPDATE _prisma_migrations SET logs = $1 WHERE migration_name = $2", [
    prismaError(failure),
    migration.name,
  ]);
  return failure;
}

/** What Prisma prints, and keeps in the column `logs`. */
export function prismaError({ migration, code, message }: Failure): string {
  return `A migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve

Migration name: ${migration}

Database error code: ${code}

Database error:
ERROR: ${message}

DbError { severity: "ERROR", parsed_severity: Some(Error), code: SqlState(E${code}), message: ${JSON.stringify(message)}, detail: None, hint: None, position: None, where_: None, schema: None, table: None, column: None, datatype: None, constraint: None, file: Some("namespace.c"), line: Some(434), routine: Some("RangeVarGetRelidExtended") }
`;
}

/**
 * A hash of all that somebody could have changed: every row with its version and place, every object's row in the
 * catalog, roles, databases, and the number of the next transaction that writes.
 */
export async function hashContents(client: pg.Client): Promise<string> {
  const hash = createHash("sha256");
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      ORDER BY 1`,
  );
  const catalogs = ["class", "attribute", "constraint", "namespace", "type", "proc", "database", "roles"];
  const sources = [
    ...tables.map(({ name }) => `SELECT (t.xmin, t.ctid, t.*)::text AS row FROM ${name} AS t ORDER BY 1`),
    ...catalogs.map((name) => `SELECT t::text AS row FROM pg_${name} AS t ORDER BY 1`),
    "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS row",
  ];
  for (const source of sources) {
    const { rows } = await client.query<{ row: string }>(source);
    hash.update(`${source}\n${rows.map(({ row }) => row).join("\n")}\n`);
  }
  return hash.digest("hex");
}

const historyTable = `CREATE TABLE _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

function checksumOf({ sql }: Migration): string {
  return createHash("sha256").update(sql).digest("hex");
}
