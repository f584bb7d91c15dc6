import type { EngineName, FrameworkName } from "./failure.ts";

/** Words which only a log of that framework or engine contains, and how much they tell. */
const votes: readonly (readonly [string, FrameworkName | EngineName, number])[] = [
  ["Prisma schema loaded", "prisma", 3],
  ["prisma migrate", "prisma", 2],
  ["Prisma Migrate", "prisma", 3],
  ["prisma/migrations", "prisma", 2],
  ["_prisma_migrations", "prisma", 2],
  ["pris.ly", "prisma", 3],
  ["Prisma config", "prisma", 3],
  ["PrismaClient", "prisma", 2],
  ["QueryFailedError", "typeorm", 3],
  ["TypeORMError", "typeorm", 3],
  ["typeorm", "typeorm", 2],
  ["Error during migration run", "typeorm", 3],
  ["ActiveRecord::", "rails", 3],
  ["rails aborted!", "rails", 3],
  ["rake aborted!", "rails", 3],
  ["bin/rails", "rails", 2],
  ["Mysql2::", "rails", 1],
  ["PG::", "rails", 1],
  ["SQLite3::", "rails", 1],
  ["[alembic.", "alembic", 3],
  ["alembic", "alembic", 1],
  ["sqlalchemy", "alembic", 1],
  ["Illuminate\\", "laravel", 3],
  ["artisan", "laravel", 3],
  ["Connection.php", "laravel", 2],
  ["Database\\Seeders", "laravel", 3],
  ["(SQL: ", "laravel", 2],
  ["(Connection: ", "laravel", 2],
  ["SQLSTATE[", "laravel", 1],
  ["PG::", "postgres", 3],
  ["psycopg", "postgres", 3],
  ["asyncpg", "postgres", 3],
  ["PostgresqlImpl", "postgres", 3],
  ["PostgreSQL database", "postgres", 3],
  ["postgres://", "postgres", 2],
  ["postgresql://", "postgres", 2],
  ["PostgresQueryRunner", "postgres", 3],
  ["Connection: pgsql", "postgres", 3],
  ["DbError {", "postgres", 2],
  ["pg_advisory_lock", "postgres", 3],
  ["Mysql2::", "mysql", 3],
  ["pymysql", "mysql", 3],
  ["MySQLdb", "mysql", 3],
  ["MySQLImpl", "mysql", 3],
  ["MySQL database", "mysql", 3],
  ["mysql://", "mysql", 2],
  ["MysqlQueryRunner", "mysql", 3],
  ["Connection: mysql", "mysql", 3],
  ["Connection: mariadb", "mysql", 3],
  ["ER_", "mysql", 1],
  ["SQLite3::", "sqlite", 3],
  ["sqlite3.", "sqlite", 3],
  ["SQLITE_", "sqlite", 3],
  ["SQLiteImpl", "sqlite", 3],
  ["SQLite database", "sqlite", 3],
  ["Connection: sqlite", "sqlite", 3],
  ["SQLiteConnection", "sqlite", 3],
];

/** What a running migration or seeder writes, with its name where it is told. */
const beginnings: readonly RegExp[] = [
  /Migration name: (?<migration>[^\s]{1,200})/,
  /Applying migration `(?<migration>[^`]{1,200})`/,
  /The `(?<migration>[^`]{1,200})` migration started at (?<startedAt>[\d-]{10} [\d:.]{8,16}(?: UTC)?) failed/,
  /Migration `(?<migration>[^`]{1,200})` failed to apply cleanly/,
  /Migration "(?<migration>[^"]{1,200})" failed, error/,
  /Error during migration run/,
  /== (?<migration>\d{1,17} [\w:]{1,120}): migrating =/,
  /Running upgrade \S{0,80} ?-> (?<migration>\w{1,40})/,
  /Migrating: (?<migration>[^\s]{1,200})/,
  /^\s{0,4}(?<migration>\d{4}_\d\d_\d\d_\d{6}_\w{1,150}) \.{3}.*(?:FAIL|RUNNING)/,
  /An error has occurred, (?:this and )?all later migrations canceled/,
  /(?:rails|rake) aborted!/,
  /Seeding: (?<seeder>[\w\\]{1,120})/,
  /(?<seeder>[\w\\]{1,120}Seeder) \.{3}.*RUNNING/,
  /\bdb\/(?:migrate|data)\/(?<migration>\d{1,17}_\w{1,120})\.rb:\d/,
  /\bdb\/seeds/,
  /database\/(?:migrations|seeders)\//,
];
const endings =
  /: migrated \(|Migrated: {1,2}|Seeded: |\.{3}.*DONE\b|has been executed successfully|All migrations have been successfully applied/;

/** Any of these must be in a line that {@link votesOf} or {@link progressOf} can use. */
export const contextHints: readonly string[] = [
  ...new Set([
    ...votes.map(([word]) => word),
    "Migration ",
    "migration",
    "Migrating",
    "migrating",
    "Migrated",
    "migrated",
    "Running upgrade",
    "Seeding",
    "Seeded",
    "RUNNING",
    "FAIL",
    "DONE",
    "aborted!",
    "db/migrate",
    "db/data",
    "db/seeds",
    "database/",
  ]),
];

/** What a line tells of framework and engine. */
export function votesOf(text: string): readonly (readonly [FrameworkName | EngineName, number])[] {
  return votes.filter(([word]) => text.includes(word)).map(([, of, weight]) => [of, weight]);
}

/** What a line tells of the migration that is running; `ended` when it says that one is done. */
export function progressOf(
  text: string,
): { readonly ended: boolean; readonly facts: Readonly<Record<string, string>> } | undefined {
  for (const pattern of beginnings) {
    const match = pattern.exec(text);
    if (match !== null) return { ended: false, facts: { ...match.groups } };
  }
  return endings.test(text) ? { ended: true, facts: {} } : undefined;
}
