import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineName, FrameworkName } from "../failure.ts";

/** A database's error as its server sends it. */
export interface ServerError {
  readonly engine: EngineName;
  /** SQLSTATE, errno or SQLite's number. */
  readonly code: string;
  /** PostgreSQL: the condition's name. MySQL and SQLite: the symbol. */
  readonly name: string;
  readonly message: string;
  readonly detail?: string;
  /** MySQL: the SQLSTATE. */
  readonly state?: string;
}

const migration = "20260101000000_change_things";

/** What each framework's runner prints when a migration fails with this error. */
export const printed: Readonly<Record<FrameworkName, (error: ServerError) => string>> = {
  prisma,
  rails,
  typeorm,
  alembic,
  laravel,
};

function prisma({ engine, code, message, detail }: ServerError): string {
  const datasource = {
    postgres: 'PostgreSQL database "app", schema "public" at "db:5432"',
    mysql: 'MySQL database "app" at "db:3306"',
    sqlite: 'SQLite database "app.db" at "file:./app.db"',
  }[engine];
  const said = {
    postgres: `ERROR: ${message}${detail ? `\nDETAIL: ${detail}` : ""}\n\nDbError { severity: "ERROR", parsed_severity: Some(Error), code: SqlState(E${code}), message: ${JSON.stringify(message)}, hint: None }`,
    mysql: `${message}\n\nPlease check the query number 1 from the migration file.`,
    sqlite: `SQLite database error\n${message}\n   0: sql_schema_connector::apply_migration::apply_script`,
  }[engine];
  return `Prisma schema loaded from prisma/schema.prisma
Datasource "db": ${datasource}

12 migrations found in prisma/migrations

Applying migration \`${migration}\`
Error: P3018

A migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve

Migration name: ${migration}

Database error code: ${code}

Database error:
${said}
`;
}

function rails({ engine, name, message, detail }: ServerError): string {
  const error = {
    postgres: `PG::${name}: ERROR:  ${message}`,
    mysql: `Mysql2::Error: ${message}`,
    sqlite: `SQLite3::SQLException: ${message}`,
  }[engine];
  const said = detail ? `${error}\nDETAIL:  ${detail}` : error;
  const canceled =
    engine === "mysql" ? "all later migrations canceled" : "this and all later migrations canceled";
  return `== 20260101000000 ChangeThings: migrating =====================================
-- change_things()
rails aborted!
StandardError: An error has occurred, ${canceled}:

${said}

/app/db/migrate/${migration}.rb:3:in \`change'
/usr/local/bundle/gems/activerecord-7.1.3/lib/active_record/migration.rb:1074:in \`public_send'

Caused by:
ActiveRecord::StatementInvalid: ${said}

/app/db/migrate/${migration}.rb:3:in \`change'

Caused by:
${said}

/app/db/migrate/${migration}.rb:3:in \`change'
Tasks: TOP => db:migrate
(See full trace by running task with --trace)
`;
}

function typeorm({ engine, code, name, message, detail, state }: ServerError): string {
  const driver = { postgres: "Postgres", mysql: "Mysql", sqlite: "BetterSqlite3" }[engine];
  const text = engine === "sqlite" ? `${name}: ${message}` : message;
  const fields = {
    postgres: `    length: 101,\n    severity: 'ERROR',\n    code: '${code}',\n    detail: ${detail ? `'${detail}'` : "undefined"},\n    routine: 'heap_create_with_catalog'`,
    mysql: `    code: '${name}',\n    errno: ${code},\n    sqlState: '${state ?? "HY000"}',\n    sqlMessage: ${JSON.stringify(message)},\n    sql: 'ALTER'`,
    sqlite: `    code: '${name}'`,
  }[engine];
  return `query: SELECT * FROM "migrations" "migrations" ORDER BY "id" DESC
1 migrations are already loaded in the database.
Migration "ChangeThings1700000000009" failed, error: ${text}
Error during migration run:
QueryFailedError: ${text}
    at ${driver}QueryRunner.query (/app/node_modules/typeorm/driver/${driver}QueryRunner.js:219:19)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
  query: 'ALTER TABLE things',
  parameters: undefined,
  driverError: ${engine === "postgres" ? "error" : "Error"}: ${text}
      at Parser.parseErrorMessage (/app/node_modules/driver/parser.js:369:69) {
${fields}
  }
}
`;
}

function alembic({ engine, code, name, message, detail }: ServerError): string {
  const said = {
    postgres: `psycopg2.errors.${name}`,
    mysql: "pymysql.err.OperationalError",
    sqlite: "sqlite3.OperationalError",
  }[engine];
  const text =
    engine === "mysql"
      ? `(${code}, ${JSON.stringify(message)})`
      : `${message}${detail ? `\nDETAIL:  ${detail}\n` : ""}`;
  const context = { postgres: "PostgresqlImpl", mysql: "MySQLImpl", sqlite: "SQLiteImpl" }[engine];
  return `INFO  [alembic.runtime.migration] Context impl ${context}.
INFO  [alembic.runtime.migration] Will assume transactional DDL.
INFO  [alembic.runtime.migration] Running upgrade aaa1 -> aaa2, change things
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/sqlalchemy/engine/base.py", line 1900, in _execute_context
${said}: ${text}

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/usr/bin/alembic", line 33, in <module>
sqlalchemy.exc.ProgrammingError: (${said}) ${text}
[SQL: ALTER TABLE things]
(Background on this error at: https://sqlalche.me/e/14/f405)
`;
}

function laravel({ engine, code, message, detail, state }: ServerError): string {
  const said = {
    postgres: `SQLSTATE[${code}]: Something: 7 ERROR:  ${message}${detail ? ` DETAIL:  ${detail}` : ""}`,
    mysql: `SQLSTATE[${state ?? "HY000"}]: General error: ${code} ${message}`,
    sqlite: `SQLSTATE[HY000]: General error: ${code} ${message}`,
  }[engine];
  const driver = { postgres: "pgsql", mysql: "mysql", sqlite: "sqlite" }[engine];
  return `Migrating: 2026_01_01_000000_change_things

In Connection.php line 712:
${wrapped(`${said} (Connection: ${driver}, SQL: alter table "things" add column "thing" varchar(255) not null)`)}

In PDOConnection.php line 80:
${wrapped(said)}

`;
}

/** A block as Symfony's console prints it: cut at 80 columns wherever that is, indented and padded. */
export function wrapped(text: string): string {
  const parts = text.match(/.{1,76}/g) ?? [];
  const width = Math.max(...parts.map(({ length }) => length));
  const blank = " ".repeat(width + 4);
  return [blank, ...parts.map((part) => `  ${part.padEnd(width)}  `), blank].join("\n");
}

test("a wrapped block is 80 columns wide and loses nothing", () => {
  const text =
    'SQLSTATE[42P07]: Duplicate table: 7 ERROR:  relation "users" already exists (SQL: create table)';
  const lines = wrapped(text).split("\n");
  assert.deepEqual([...new Set(lines.map(({ length }) => length))], [80]);
  assert.equal(
    lines
      .slice(1, -1)
      .map((line) => line.slice(2, -2))
      .join("")
      .trimEnd(),
    text,
  );
});
