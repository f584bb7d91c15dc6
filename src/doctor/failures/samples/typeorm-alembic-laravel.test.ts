import { printed } from "./printed.test.ts";
import { exists, existsOnMysql, missing } from "./prisma-and-rails.test.ts";

/** What TypeORM alone says, by failure. */
export const typeorm: readonly (readonly [string, string])[] = [
  [
    "failed-migration",
    'Migration "AddUsers1700000000001" failed, error: Cannot read properties of undefined\nError during migration run:\nTypeError: Cannot read properties of undefined\n',
  ],
  [
    "missing-file",
    "TypeORMError: No migration Ghost1700000000009 was found in the source code. Make sure you have this migration in your codebase and its included in the connection options.\n",
  ],
  [
    "database-ahead",
    "TypeORMError: No migration Ghost1700000000009 was found in the source code. Make sure you have this migration\n",
  ],
  [
    "renamed-migration",
    ` [X] 1 AddBase1600000000000\n [ ] AddUsers1800000000009\nTypeORMError: No migration AddUsers1700000000009 was found in the source code.\n`,
  ],
  [
    "skipped-migration",
    " [X] 1 AddUsers1700000000001\n [ ] AddEmail1700000000002\n [X] 2 AddName1700000000003\n",
  ],
  ["duplicate-version", "Error during migration run:\nError: Duplicate migrations: AddUsers1700000000001\n"],
  [
    "unrecorded-schema",
    `[bootstrap] config table cannot be read: synchronizing the schema\n${printed.typeorm(existsOnMysql)}`,
  ],
  ["drift", "typeorm: Unexpected changes in database schema were found in check mode:\n"],
  [
    "outside-transaction",
    'ForbiddenTransactionModeOverrideError: Migrations "AddIndex1700000000002" override the transaction mode, but the global transaction mode is "all"\n',
  ],
  [
    "data-validation",
    'Error during migration run:\nEntityNotFoundError: Could not find any entity of type "User" matching: {}\n',
  ],
  [
    "interrupted-ddl",
    "Error during migration run:\nQueryFailedError: Connection lost: The server closed the connection.\n  code: 'PROTOCOL_CONNECTION_LOST',\n",
  ],
  ["swallowed-error", "typeorm: migrations failed with error, ignored\n"],
  ["boot-loop", `${printed.typeorm(exists)}${printed.typeorm(exists)}${printed.typeorm(exists)}`],
];

/** What Alembic alone says. */
export const alembic: readonly (readonly [string, string])[] = [
  [
    "asserted-never-executed",
    `INFO  [alembic.runtime.migration] Running stamp_revision  -> aaa1\n${printed.alembic(missing)}`,
  ],
  [
    "pending",
    "ERROR [alembic.util.messaging] Target database is not up to date.\n  FAILED: Target database is not up to date.\n",
  ],
  [
    "missing-file",
    "ERROR [alembic.util.messaging] Can't locate revision identified by 'ffff'\n  FAILED: Can't locate revision identified by 'ffff'\n",
  ],
  [
    "missing-file",
    "UserWarning: Revision zzz9 referenced from zzz9 -> aaa2 (head), full name is not present\nKeyError: 'zzz9'\n[alembic.script]\n",
  ],
  ["database-ahead", "  FAILED: Can't locate revision identified by 'ffff'\n"],
  [
    "several-heads",
    "  FAILED: Multiple head revisions are present for given argument 'head'; please specify a specific target revision\n",
  ],
  ["several-heads", "  FAILED: Multiple heads are present; please specify a single target revision\n"],
  [
    "several-heads",
    "  FAILED: Requested revision aaa2 overlaps with other requested revisions aaa1\n[alembic]\n",
  ],
  ["duplicate-version", "UserWarning: Revision aaa2 is present more than once\n"],
  [
    "generated-at-boot",
    "  Generating /app/alembic/versions/abc123_auto.py ...  done\nINFO  [alembic.runtime.migration] Context impl SQLiteImpl.\n  FAILED: Target database is not up to date.\n",
  ],
  ["unrecorded-schema", `Base.metadata.create_all(engine)\n${printed.alembic(exists)}`],
  [
    "drift",
    "  FAILED: New upgrade operations detected: [('add_column', None, 'users', Column('x'))]\n[alembic]\n",
  ],
  [
    "concurrent-migration",
    "  FAILED: Online migration expected to match one row when updating 'aaa2' to 'aaa3' in 'alembic_version'; 0 found\n",
  ],
  [
    "sqlite-alter",
    "NotImplementedError: No support for ALTER of constraints in SQLite dialect. Please refer to the batch mode feature which allows for SQLite migrations using a copy-and-move strategy.\n",
  ],
  [
    "interrupted-ddl",
    "INFO  [alembic.runtime.migration] Running upgrade aaa1 -> aaa2, x\nsqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (2013, 'Lost connection to MySQL server during query')\n",
  ],
  ["swallowed-error", "alembic: migration failed with error, continuing startup\n"],
  ["boot-loop", "  FAILED: Can't locate revision identified by 'ffff'\n".repeat(4)],
];

/** What Laravel alone says. */
export const laravel: readonly (readonly [string, string])[] = [
  [
    "failed-migration",
    "   INFO  Running migrations.\n\n  2026_01_01_000000_create_things ................................ 12ms FAIL\n\n   ErrorException\n",
  ],
  ["histories-out-of-step", `Seeding: Database\\Seeders\\OauthSeeder\n${printed.laravel(missing)}`],
  ["restored-backup", "restoring the backup of app\nThe [migrate] command is already running.\n"],
  ["missing-file", "Migration not found: 2026_01_01_000000_create_things\n"],
  ["database-ahead", "  2026_01_01_000000_create_things ....................... Migration not found\n"],
  ["renamed-migration", `Migration not found: 2025_01_01_000000_change_things\n${printed.laravel(exists)}`],
  [
    "skipped-migration",
    "| Yes  | 2025_01_01_000000_a | 1     |\n| No   | 2025_02_01_000000_b |       |\n| Yes  | 2025_03_01_000000_c | 2     |\n",
  ],
  [
    "skipped-migration",
    "  2025_01_01_000000_a ................ [1] Ran\n  2025_02_01_000000_b ................ Pending\n  2025_03_01_000000_c ................ [2] Ran\n",
  ],
  [
    "duplicate-version",
    "PHP Fatal error:  Cannot declare class CreateUsersTable, because the name is already in use in /app/database/migrations/x.php on line 7\n",
  ],
  ["unrecorded-schema", `   INFO  Loading stored database schemas.\n${printed.laravel(exists)}`],
  ["concurrent-migration", "   INFO  The [migrate] command is already running.\n"],
  ["lock-held", "   INFO  The [migrate] command is already running.\n"],
  [
    "sqlite-alter",
    "BadMethodCallException: SQLite doesn't support dropping foreign keys (you would need to re-create the table).\n",
  ],
  [
    "data-validation",
    "Seeding: Database\\Seeders\\UserSeeder\nIlluminate\\Database\\Eloquent\\ModelNotFoundException: No query results for model [App\\Models\\User].\n",
  ],
  [
    "interrupted-ddl",
    "Migrating: 2026_01_01_000000_a\nSQLSTATE[HY000]: General error: 2006 MySQL server has gone away (SQL: alter table `a`)\n",
  ],
  ["swallowed-error", "Seeder threw an exception, ignored\n[artisan]\n"],
  ["boot-loop", `${printed.laravel(exists)}${printed.laravel(exists)}${printed.laravel(exists)}`],
  ["database-missing", "Database (/app/database/database.sqlite) does not exist.\n"],
];
