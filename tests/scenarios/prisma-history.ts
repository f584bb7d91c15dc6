import { createHash, randomUUID } from "node:crypto";
import pg from "pg";
import { type Database, literal, quote } from "./database.ts";

/** A directory of `prisma/migrations`. */
export interface MigrationFile {
  readonly name: string;
  readonly sql: string;
}

/** Writes `_prisma_migrations` as the command line of Prisma 6 and 7 does, row by row. */
export class PrismaHistory {
  readonly #database: Database;
  readonly #schema: string;

  constructor(database: Database, schema = "public") {
    this.#database = database;
    this.#schema = schema;
  }

  /**
   * `prisma migrate deploy`: a row, the file as one message, the row finished; at the first refusal the row keeps the
   * error and the rest is not run.
   *
   * @param rows executed after each migration, as the application would write them meanwhile
   * @returns the refusal
   */
  async deploy(
    migrations: readonly (MigrationFile & { readonly rows?: readonly string[] })[],
  ): Promise<pg.DatabaseError | undefined> {
    for (const migration of migrations) {
      await this.#begin(migration);
      try {
        await this.#database.script(migration.sql, this.#schema);
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        await this.#fail(migration, { code: error.code ?? "XX000", message: error.message });
        return error;
      }
      await this.#set(migration.name, "applied_steps_count = 1, finished_at = clock_timestamp()");
      await this.#database.script(migration.rows?.join(";\n") ?? "", this.#schema);
    }
    return undefined;
  }

  /** A row as `deploy` leaves it when a file was refused with this error. */
  async recordFailure(migration: MigrationFile, error: { code: string; message: string }): Promise<void> {
    await this.#begin(migration);
    await this.#fail(migration, error);
  }

  /** A row as `deploy` leaves it when it is killed while a file runs. */
  async recordKilled(migration: MigrationFile): Promise<void> {
    await this.#begin(migration);
  }

  /** A row as `deploy` leaves it after a file that ran, which is not run here. */
  async recordApplied(migration: MigrationFile): Promise<void> {
    await this.#begin(migration);
    await this.#set(migration.name, "applied_steps_count = 1, finished_at = clock_timestamp()");
  }

  /** `prisma migrate resolve --applied`. */
  async resolveApplied(migration: MigrationFile): Promise<void> {
    await this.#database.script(this.#creation);
    await this.#set(migration.name, "rolled_back_at = clock_timestamp()");
    const values = [randomUUID(), checksumOf(migration), migration.name, ""].map(literal);
    await this.#database.script(
      `INSERT INTO ${this.#table} (id, checksum, migration_name, logs, started_at, finished_at, applied_steps_count)
       SELECT ${values.join(", ")}, moment, moment, 0 FROM clock_timestamp() AS moment`,
    );
  }

  /** `prisma migrate resolve --rolled-back`. */
  async resolveRolledBack(name: string): Promise<void> {
    await this.#set(name, "rolled_back_at = clock_timestamp()");
  }

  async #begin(migration: MigrationFile): Promise<void> {
    const values = [randomUUID(), checksumOf(migration), migration.name].map(literal);
    await this.#database.script(
      `${this.#creation};
       INSERT INTO ${this.#table} (id, checksum, migration_name, started_at)
       VALUES (${values.join(", ")}, clock_timestamp())`,
    );
  }

  async #fail({ name }: MigrationFile, { code, message }: { code: string; message: string }): Promise<void> {
    await this.#set(name, `logs = ${literal(failureLog(name, code, message))}`);
  }

  async #set(name: string, assignments: string): Promise<void> {
    await this.#database.script(
      `UPDATE ${this.#table} SET ${assignments}
        WHERE migration_name = ${literal(name)} AND finished_at IS NULL AND rolled_back_at IS NULL`,
    );
  }

  get #creation(): string {
    return `SET client_min_messages = warning;
      CREATE SCHEMA IF NOT EXISTS ${quote(this.#schema)};
      CREATE TABLE IF NOT EXISTS ${this.#table} (
        id                  VARCHAR(36) PRIMARY KEY NOT NULL,
        checksum            VARCHAR(64) NOT NULL,
        finished_at         TIMESTAMPTZ,
        migration_name      VARCHAR(255) NOT NULL,
        logs                TEXT,
        rolled_back_at      TIMESTAMPTZ,
        started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
        applied_steps_count INTEGER NOT NULL DEFAULT 0
      )`;
  }

  get #table(): string {
    return `${quote(this.#schema)}._prisma_migrations`;
  }
}

function checksumOf({ sql }: MigrationFile): string {
  return createHash("sha256").update(sql).digest("hex");
}

/** The text of P3018, which is what the column `logs` holds. */
function failureLog(name: string, code: string, message: string): string {
  return `A migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve

Migration name: ${name}

Database error code: ${code}

Database error:
ERROR: ${message}

DbError { severity: "ERROR", parsed_severity: Some(Error), code: SqlState(E${code}), message: ${JSON.stringify(message)}, detail: None, hint: None, position: None, where_: None, schema: None, table: None, column: None, datatype: None, constraint: None, file: Some("parse_relation.c"), line: Some(1392), routine: Some("parserOpenTable") }

   0: sql_schema_connector::apply_migration::apply_script
           with migration_name=${JSON.stringify(name)}
             at schema-engine/connectors/sql-schema-connector/src/apply_migration.rs:113`;
}
