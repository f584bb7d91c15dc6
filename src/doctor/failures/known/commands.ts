import type { Probe } from "../failure.ts";

/**
 * Commands to be typed as they stand. What was read from the log is never put into them: a log may come from anybody,
 * and a command goes into a shell. Words in capitals are for the person to replace.
 */

/** A query by PostgreSQL's own client. */
export function psql(query: string): string {
  return `psql "$DATABASE_URL" -c "${query}"`;
}

/** A query by MySQL's own client. */
export function mysql(query: string): string {
  return `mysql --table DATABASE -e "${query}"`;
}

/** A query by SQLite's own client, which is not allowed to write. */
function sqlite(query: string): string {
  return `sqlite3 -readonly FILE "${query}"`;
}

/** The command which lists what is applied and what is not, of each framework. */
export function status(shows: string): readonly Probe[] {
  return [
    { framework: "prisma", engine: "mysql", command: "npx prisma migrate status", shows },
    { framework: "prisma", engine: "sqlite", command: "npx prisma migrate status", shows },
    { framework: "prisma", command: "npx godwit doctor", shows },
    { framework: "rails", command: "bin/rails db:migrate:status", shows },
    { framework: "typeorm", command: "npx typeorm migration:show -d data-source.js", shows },
    { framework: "alembic", command: "alembic current --verbose", shows },
    { framework: "laravel", command: "php artisan migrate:status", shows },
  ];
}

/** One query on each engine; the one on PostgreSQL also where the engine is not known. */
export function queries(by: {
  readonly postgres: string;
  readonly mysql?: string;
  readonly sqlite?: string;
  readonly shows: string;
}): readonly Probe[] {
  const { shows } = by;
  return [
    ...(by.mysql === undefined ? [] : [{ engine: "mysql" as const, command: mysql(by.mysql), shows }]),
    ...(by.sqlite === undefined ? [] : [{ engine: "sqlite" as const, command: sqlite(by.sqlite), shows }]),
    { command: psql(by.postgres), shows },
  ];
}

/** Which history tables there are: where neither framework nor engine is known. */
export function historyTables(shows: string): readonly Probe[] {
  return queries({
    postgres:
      "select table_schema, table_name from information_schema.tables where table_name in ('_prisma_migrations', 'schema_migrations', 'data_migrations', 'alembic_version', 'migrations')",
    mysql:
      "select table_schema, table_name from information_schema.tables where table_name in ('_prisma_migrations', 'schema_migrations', 'data_migrations', 'alembic_version', 'migrations')",
    sqlite:
      "select name from sqlite_schema where name in ('_prisma_migrations', 'schema_migrations', 'data_migrations', 'alembic_version', 'migrations')",
    shows,
  });
}
