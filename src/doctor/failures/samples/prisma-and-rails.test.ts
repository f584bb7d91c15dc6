import { printed, type ServerError } from "./printed.test.ts";

/** Errors which stop a migration, for logs in which something else is told besides. */
export const missing: ServerError = {
  engine: "postgres",
  code: "42P01",
  name: "UndefinedTable",
  message: 'relation "things" does not exist',
};
export const exists: ServerError = {
  engine: "postgres",
  code: "42P07",
  name: "DuplicateTable",
  message: 'relation "users" already exists',
};
export const existsOnMysql: ServerError = {
  engine: "mysql",
  code: "1050",
  name: "ER_TABLE_EXISTS_ERROR",
  state: "42S01",
  message: "Table 'a' already exists",
};
const p3009 =
  "Error: P3009\n\nmigrate found failed migrations in the target database, new migrations will not be applied. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve\nThe `02_report_schema_session_data` migration started at 2026-11-21 06:35:32.597 UTC failed\n";
/** What Prisma alone says, by failure. */
export const prisma: readonly (readonly [string, string])[] = [
  ["asserted-never-executed", `Migration 01_init marked as applied.\n${printed.prisma(missing)}`],
  ["failed-migration", p3009],
  ["failed-migration", printed.prisma(missing)],
  [
    "failed-migration",
    "Following migration have failed:\n02_report\n\nDuring development if the failed migration(s) have not been deployed",
  ],
  [
    "illegal-resolve",
    "Error: P3008\n\nThe migration `01_init` is already recorded as applied in the database.\n",
  ],
  [
    "illegal-resolve",
    "Error: P3011\n\nMigration `01_init` cannot be rolled back because it was never applied to the database. Hint: did you pass in the whole migration name?\n",
  ],
  [
    "illegal-resolve",
    "Error: P3012\n\nMigration `01_init` cannot be rolled back because it is not in a failed state.\n",
  ],
  [
    "foreign-history",
    "The migration `01_init` was modified after it was applied.\nThe migration `02_more` was modified after it was applied.\n",
  ],
  [
    "foreign-history",
    `The migration \`01_init\` was modified after it was applied.\n${printed.prisma(missing)}`,
  ],
  ["restored-backup", `db-1  | pg_restore: processing data for table "public._prisma_migrations"\n${p3009}`],
  [
    "pending",
    "Following migration have not yet been applied:\n03_metric\n\nTo apply migrations in development run prisma migrate dev.",
  ],
  [
    "missing-file",
    "Error: P3015\n\nCould not find the migration file at migration.sql. Please delete the directory or restore the migration file.\n",
  ],
  [
    "missing-file",
    "Your local migration history and the migrations table from your database are different:\n\nThe last common migration is: 01_init\n\nThe migration have not yet been applied:\n02_b\n\nThe migration from the database are not found locally in prisma/migrations:\n02_c\n",
  ],
  [
    "database-ahead",
    "The following migration(s) are applied to the database but missing from the local migrations directory: 20260301000000_newest\n",
  ],
  [
    "renamed-migration",
    "Your local migration history and the migrations table from your database are different:\n\nThe last common migration is: 01_init\n\nThe migration have not yet been applied:\n20260202000000_add_users\n\nThe migration from the database are not found locally in prisma/migrations:\n20260101000000_add_users\n",
  ],
  [
    "edited-migration",
    'The migration `01_init` was modified after it was applied.\nWe need to reset the "public" schema at "db:5432"\n',
  ],
  [
    "unmanaged-schema",
    "Error: P3005\n\nThe database schema is not empty. Read more about how to baseline an existing production database: https://pris.ly/d/migrate-baseline\n",
  ],
  [
    "cannot-replay",
    "Error: P3006\n\nMigration `20260101000000_init` failed to apply cleanly to the shadow database. \nError code: P1014\nError:\nThe underlying table for model `users` does not exist.\n",
  ],
  [
    "provider-switched",
    "Error: P3019\n\nThe datasource provider `mysql` specified in your schema does not match the one specified in the migration_lock.toml, `postgresql`. Please remove your current migration directory\n",
  ],
  [
    "generated-at-boot",
    "Error: Prisma Migrate has detected that the environment is non-interactive, which is not supported.\n",
  ],
  ["unrecorded-schema", "Running prisma db push\nError: P3005\n\nThe database schema is not empty.\n"],
  ["drift", "Drift detected: Your database schema is not in sync with your migration history.\n"],
  [
    "lock-held",
    "Error: P1002\n\nThe database server was reached but timed out.\n\nContext: Timed out trying to acquire a postgres advisory lock (SELECT pg_advisory_lock(72707369)). Timeout: 10000ms. See https://pris.ly/d/migrate-advisory-locking for details.\n",
  ],
  [
    "concurrent-migration",
    "Error: P1002: The database server was reached but timed out. Context: Timed out trying to acquire a postgres advisory lock (SELECT pg_advisory_lock(72707369)). Timeout: 10000ms.\n",
  ],
  [
    "database-missing",
    "Error: P1003\n\nDatabase `app` does not exist on the database server at `db:5432`.\n",
  ],
  ["server-not-ready", "Error: P1001: Can't reach database server at `db:5432`\n"],
  [
    "interrupted-ddl",
    `Datasource "db": MySQL database "app" at "db:3306"\nApplying migration \`02_b\`\nError: P1017\n\nServer has closed the connection.\n`,
  ],
  ["swallowed-error", "prisma migrate deploy failed with an error, continuing anyway\n"],
  ["swallowed-error", `${p3009}app-1 exited with code 0\n`],
  [
    "boot-loop",
    `${p3009}app-1 exited with code 1 (restarting)\n${p3009}app-1 exited with code 1 (restarting)\n${p3009}app-1 exited with code 1 (restarting)\n`,
  ],
];

const railsRun =
  "rails aborted!\nStandardError: An error has occurred, this and all later migrations canceled:\n\n";
/** What Rails and data_migrate alone say. */
export const rails: readonly (readonly [string, string])[] = [
  [
    "failed-migration",
    `${railsRun}undefined method \`foo' for nil:NilClass\n\n/app/db/migrate/20260101000000_x.rb:3:in \`change'\n`,
  ],
  [
    "histories-out-of-step",
    "You have 1 pending migration:\n  20260101000000 BackfillUsers\nRun `rake data:migrate` to update your database then try again.\n",
  ],
  [
    "histories-out-of-step",
    'rake aborted!\nPG::UndefinedColumn: ERROR:  column "kind" does not exist\n/app/db/data/20260101000000_backfill.rb:4:in `up\'\n',
  ],
  [
    "pending",
    "Migrations are pending. To resolve this issue, run:\n\n        bin/rails db:migrate\n\nYou have 2 pending migrations:\n",
  ],
  [
    "missing-file",
    " Status   Migration ID    Migration Name\n--------------------------------------------------\n   up     20230101000000  Create users\n   up     20239999000000  ********** NO FILE **********\n",
  ],
  [
    "missing-file",
    "rails aborted!\nActiveRecord::UnknownMigrationVersionError: \n\nNo migration with version number 20250101000000.\n",
  ],
  [
    "database-ahead",
    "   up     20230101000000  Create users\n   up     20239999000000  ********** NO FILE **********\n",
  ],
  [
    "skipped-migration",
    "   up     20230101000000  Create users\n  down    20230201000000  Add email\n   up     20230301000000  Add name\n",
  ],
  [
    "duplicate-version",
    "rails aborted!\nActiveRecord::DuplicateMigrationVersionError: \n\nMultiple migrations have the version number 20230101000000.\n",
  ],
  [
    "duplicate-version",
    "ActiveRecord::DuplicateMigrationNameError: \n\nMultiple migrations have the name AddEmail.\n",
  ],
  ["unrecorded-schema", `bin/rails db:schema:load\n${printed.rails(exists)}`],
  [
    "concurrent-migration",
    "rails aborted!\nActiveRecord::ConcurrentMigrationError: \n\nCannot run migrations because another migration process is currently running.\n",
  ],
  [
    "lock-held",
    "ActiveRecord::ConcurrentMigrationError: \nCannot run migrations because another migration process is currently running.\n",
  ],
  ["transaction-pooler", "ActiveRecord::ConcurrentMigrationError: Failed to release advisory lock\n"],
  [
    "data-validation",
    `${railsRun}Validation failed: User must exist\n\nCaused by:\nActiveRecord::RecordInvalid: Validation failed: User must exist\n`,
  ],
  ["interrupted-ddl", printed.rails(existsOnMysql)],
  ["swallowed-error", "Data migration failed with error, ignoring\n"],
  ["boot-loop", `${printed.rails(exists)}${printed.rails(exists)}${printed.rails(exists)}`],
  ["database-missing", "ActiveRecord::NoDatabaseError: We could not find your database: app.\n"],
  [
    "concurrent-migration",
    "SQLite3::ConstraintException: UNIQUE constraint failed: schema_migrations.version\n",
  ],
];
