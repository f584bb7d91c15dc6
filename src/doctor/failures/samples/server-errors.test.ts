import assert from "node:assert/strict";
import { test } from "node:test";
import { failureNamed } from "../registry.ts";
import type { ServerError } from "./printed.test.ts";

const pg = (code: string, name: string, message: string, detail?: string): ServerError => ({
  engine: "postgres",
  code,
  name,
  message,
  ...(detail !== undefined && { detail }),
});
const my = (code: string, name: string, state: string, message: string): ServerError => ({
  engine: "mysql",
  code,
  name,
  state,
  message,
});
const lite = (code: string, name: string, message: string): ServerError => ({
  engine: "sqlite",
  code,
  name,
  message,
});

/** Errors as the servers send them, by the failure which they are. */
export const serverErrors: Readonly<Record<string, readonly ServerError[]>> = {
  "already-exists": [
    pg("42P07", "DuplicateTable", 'relation "users" already exists'),
    pg("42701", "DuplicateColumn", 'column "email" of relation "users" already exists'),
    pg("42710", "DuplicateObject", 'constraint "users_fk" for relation "users" already exists'),
    my("1050", "ER_TABLE_EXISTS_ERROR", "42S01", "Table 'security_keys' already exists"),
    my("1060", "ER_DUP_FIELDNAME", "42S21", "Duplicate column name 'visit_id'"),
    my("1061", "ER_DUP_KEYNAME", "42000", "Duplicate key name 'users_email'"),
    lite("1", "SQLITE_ERROR", "table users already exists"),
    lite("1", "SQLITE_ERROR", "duplicate column name: email"),
  ],
  "missing-object": [
    pg("42P01", "UndefinedTable", 'relation "event_data" does not exist'),
    pg("42703", "UndefinedColumn", 'column "event_data_type" does not exist'),
    pg("42883", "UndefinedFunction", "function uuid_generate_v4() does not exist"),
    my("1146", "ER_NO_SUCH_TABLE", "42S02", "Table 'app.event_data' doesn't exist"),
    my("1054", "ER_BAD_FIELD_ERROR", "42S22", "Unknown column 'b' in 'field list'"),
    my("1091", "ER_CANT_DROP_FIELD_OR_KEY", "42000", "Can't DROP 'idx'; check that column/key exists"),
    lite("1", "SQLITE_ERROR", "no such table: event_data"),
    lite("1", "SQLITE_ERROR", "no such column: event_type"),
  ],
  "enum-values": [
    pg("42710", "DuplicateObject", 'type "status" already exists'),
    pg("55P04", "UnsafeNewEnumValueUsage", 'unsafe use of new value "paused" of enum type status'),
  ],
  "dependent-objects": [
    pg(
      "2BP01",
      "DependentObjectsStillExist",
      "cannot drop table users because other objects depend on it",
      "view v depends on table users",
    ),
    pg(
      "0A000",
      "FeatureNotSupported",
      "cannot alter type of a column used by a view or rule",
      'rule _RETURN on view v depends on column "email"',
    ),
  ],
  "invalid-index": [pg("42P07", "DuplicateTable", 'relation "users_email_idx_ccnew" already exists')],
  "incompatible-foreign-key": [
    pg(
      "42830",
      "InvalidForeignKey",
      'there is no unique constraint matching given keys for referenced table "users"',
    ),
    pg(
      "42804",
      "DatatypeMismatch",
      'foreign key constraint "posts_user_id_fkey" cannot be implemented',
      'Key columns "user_id" and "id" are of incompatible types: text and integer.',
    ),
    my(
      "1005",
      "ER_CANT_CREATE_TABLE",
      "HY000",
      'Can\'t create table `app`.`posts` (errno: 150 "Foreign key constraint is incorrectly formed")',
    ),
    my("1215", "ER_CANNOT_ADD_FOREIGN", "HY000", "Cannot add foreign key constraint"),
    my(
      "3780",
      "ER_FK_INCOMPATIBLE_COLUMNS",
      "HY000",
      "Referencing column 'user_id' and referenced column 'id' in foreign key constraint 'fk_1' are incompatible.",
    ),
    lite("1", "SQLITE_ERROR", 'foreign key mismatch - "posts" referencing "users"'),
  ],
  "key-too-long": [
    pg(
      "54000",
      "ProgramLimitExceeded",
      'index row size 2856 exceeds btree version 4 maximum 2704 for index "posts_body_idx"',
    ),
    my("1071", "ER_TOO_LONG_KEY", "42000", "Specified key was too long; max key length is 767 bytes"),
    my(
      "1118",
      "ER_TOO_BIG_ROWSIZE",
      "42000",
      "Row size too large (> 8126). Changing some columns to TEXT or BLOB may help.",
    ),
  ],
  "wrong-schema": [
    pg("42501", "InsufficientPrivilege", "permission denied for schema public"),
    pg("3F000", "InvalidSchemaName", "no schema has been selected to create in"),
    pg("3F000", "InvalidSchemaName", 'schema "tenant" does not exist'),
  ],
  "database-missing": [
    pg("3D000", "InvalidCatalogName", 'database "app" does not exist'),
    my("1049", "ER_BAD_DB_ERROR", "42000", "Unknown database 'app'"),
  ],
  "null-values": [
    pg("23502", "NotNullViolation", 'column "email" of relation "users" contains null values'),
    pg(
      "23502",
      "NotNullViolation",
      'null value in column "email" of relation "users" violates not-null constraint',
      "Failing row contains (1, null).",
    ),
    my("1048", "ER_BAD_NULL_ERROR", "23000", "Column 'email' cannot be null"),
    my("1138", "ER_INVALID_USE_OF_NULL", "22004", "Invalid use of NULL value"),
    lite("19", "SQLITE_CONSTRAINT_NOTNULL", "NOT NULL constraint failed: users.email"),
    lite("1", "SQLITE_ERROR", "Cannot add a NOT NULL column with default value NULL"),
  ],
  "sequence-behind": [
    pg(
      "23505",
      "UniqueViolation",
      'duplicate key value violates unique constraint "users_pkey"',
      "Key (id)=(5) already exists.",
    ),
  ],
  "duplicate-rows": [
    pg(
      "23505",
      "UniqueViolation",
      'duplicate key value violates unique constraint "users_email_unique"',
      "Key (email)=(a@b.c) already exists.",
    ),
    pg(
      "23505",
      "UniqueViolation",
      'could not create unique index "users_email_key"',
      "Key (email)=(a@b.c) is duplicated.",
    ),
    my("1062", "ER_DUP_ENTRY", "23000", "Duplicate entry 'a@b.c' for key 'users.users_email_unique'"),
    lite("19", "SQLITE_CONSTRAINT_UNIQUE", "UNIQUE constraint failed: users.email"),
  ],
  "orphan-rows": [
    pg(
      "23503",
      "ForeignKeyViolation",
      'insert or update on table "posts" violates foreign key constraint "posts_user_id_fkey"',
      'Key (user_id)=(7) is not present in table "users".',
    ),
    my(
      "1452",
      "ER_NO_REFERENCED_ROW_2",
      "23000",
      "Cannot add or update a child row: a foreign key constraint fails (`app`.`posts`, CONSTRAINT `fk_1` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`))",
    ),
    lite("19", "SQLITE_CONSTRAINT_FOREIGNKEY", "FOREIGN KEY constraint failed"),
  ],
  "values-do-not-fit": [
    pg("22001", "StringDataRightTruncation", "value too long for type character varying(10)"),
    pg("22P02", "InvalidTextRepresentation", 'invalid input syntax for type integer: "abc"'),
    pg("42804", "DatatypeMismatch", 'column "age" cannot be cast automatically to type integer'),
    my("1406", "ER_DATA_TOO_LONG", "22001", "Data too long for column 'name' at row 1"),
    my(
      "1292",
      "ER_TRUNCATED_WRONG_VALUE",
      "22007",
      "Incorrect datetime value: '0000-00-00 00:00:00' for column 'created_at' at row 1",
    ),
    my(
      "1366",
      "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD",
      "22007",
      "Incorrect string value: '\\xF0\\x9F\\x98\\x80' for column `app`.`users`.`name` at row 1",
    ),
  ],
  "concurrent-migration": [
    pg(
      "23505",
      "UniqueViolation",
      'duplicate key value violates unique constraint "pg_type_typname_nsp_index"',
      "Key (typname, typnamespace)=(users, 2200) already exists.",
    ),
    pg("XX000", "InternalError", "tuple concurrently updated"),
  ],
  "blocked-statement": [
    pg("55P03", "LockNotAvailable", "canceling statement due to lock timeout"),
    pg(
      "40P01",
      "TRDeadlockDetected",
      "deadlock detected",
      "Process 12 waits for AccessExclusiveLock on relation 16384; blocked by process 34.",
    ),
    my("1205", "ER_LOCK_WAIT_TIMEOUT", "HY000", "Lock wait timeout exceeded; try restarting transaction"),
    my(
      "1213",
      "ER_LOCK_DEADLOCK",
      "40001",
      "Deadlock found when trying to get lock; try restarting transaction",
    ),
  ],
  "outside-transaction": [
    pg("25001", "ActiveSqlTransaction", "CREATE INDEX CONCURRENTLY cannot run inside a transaction block"),
  ],
  "transaction-pooler": [
    pg("26000", "InvalidSqlStatementName", 'prepared statement "s0" does not exist'),
    pg("42P05", "DuplicatePstatement", 'prepared statement "s1" already exists'),
  ],
  "sqlite-locked": [lite("5", "SQLITE_BUSY", "database is locked")],
  "sqlite-alter": [
    lite("1", "SQLITE_ERROR", 'near "CONSTRAINT": syntax error'),
    lite("1", "SQLITE_ERROR", "Cannot add a UNIQUE column"),
    lite("1", "SQLITE_ERROR", "error in index users_email after drop column: no such column: email"),
  ],
  "disk-full": [
    pg("53100", "DiskFull", 'could not extend file "base/16384/2619": No space left on device'),
    my("1114", "ER_RECORD_FILE_FULL", "HY000", "The table '#sql-1_8' is full"),
    lite("13", "SQLITE_FULL", "database or disk is full"),
  ],
  "server-read-only": [
    pg("25006", "ReadOnlySqlTransaction", "cannot execute CREATE TABLE in a read-only transaction"),
    my(
      "1290",
      "ER_OPTION_PREVENTS_STATEMENT",
      "HY000",
      "The MariaDB server is running with the --read-only option so it cannot execute this statement",
    ),
    lite("8", "SQLITE_READONLY", "attempt to write a readonly database"),
  ],
  "connections-exhausted": [
    pg("53300", "TooManyConnections", "sorry, too many clients already"),
    my("1040", "ER_CON_COUNT_ERROR", "08004", "Too many connections"),
  ],
  "statement-cancelled": [
    pg("57014", "QueryCanceled", "canceling statement due to statement timeout"),
    my("1317", "ER_QUERY_INTERRUPTED", "70100", "Query execution was interrupted"),
  ],
  "not-owner": [
    pg("42501", "InsufficientPrivilege", "must be owner of table users"),
    pg("42501", "InsufficientPrivilege", 'permission denied to create extension "postgis"'),
    my(
      "1142",
      "ER_TABLEACCESS_DENIED_ERROR",
      "42000",
      "ALTER command denied to user 'app'@'%' for table 'users'",
    ),
  ],
  "server-not-ready": [pg("57P03", "CannotConnectNow", "the database system is starting up")],
};

test("every list is of a failure that there is, and says something", () => {
  for (const [id, errors] of Object.entries(serverErrors)) {
    assert.ok(failureNamed(id), id);
    assert.ok(errors.length > 0, id);
  }
});
