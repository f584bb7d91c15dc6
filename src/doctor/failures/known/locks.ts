import { codes, everyFramework, type Failure, type Probe, says } from "../failure.ts";
import { mysql, psql, queries } from "./commands.ts";

const advisoryHolders =
  "select l.pid, a.application_name, a.client_addr, a.state, a.backend_start, now() - a.state_change as unchanged_for from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and l.granted";
const blocked =
  "select a.pid, pg_blocking_pids(a.pid) as blocked_by, a.state, a.application_name, now() - a.xact_start as in_transaction_for, left(a.query, 60) as query from pg_stat_activity a where cardinality(pg_blocking_pids(a.pid)) > 0 or a.state like 'idle in transaction%'";

const holders: readonly Probe[] = [
  {
    framework: "prisma",
    engine: "postgres",
    command: "npx godwit doctor",
    shows: "Who holds the lock, since when, and whether that session is at work or idle.",
  },
  {
    engine: "mysql",
    command: mysql("show full processlist"),
    shows:
      "Sessions that wait for, or may hold, the named lock: a long `Sleep` from a host that no longer exists is a dead holder; a running statement is one to wait for.",
  },
  {
    command: psql(advisoryHolders),
    shows:
      "Active: someone migrates, wait. Idle for long, from an address which is gone: a dead holder. No row: it is free again, or a pooler is between.",
  },
];

/** Failures where two meet, or one waits for another. */
export const lockFailures: readonly Failure[] = [
  {
    id: "concurrent-migration",
    frameworks: everyFramework,
    title: () => "Two processes migrate at the same time",
    summary:
      "Several containers start with the same command, and each tries to migrate. Where the framework takes a lock, one is refused; where it takes none, both run.",
    signs: [
      says("another migration process is currently running", undefined, { framework: "rails" }),
      says("ConcurrentMigrationError", undefined, { framework: "rails" }),
      says("pg_type_typname_nsp_index", undefined, { engine: "postgres" }),
      says("pg_class_relname_nsp_index", undefined, { engine: "postgres" }),
      says("tuple concurrently updated", undefined, { engine: "postgres" }),
      says(
        "Online migration expected to match",
        /when updating '(?<from>\w{1,64})' to '(?<migration>\w{1,64})' in 'alembic_version'; 0 found/,
        { framework: "alembic" },
      ),
      says(
        "schema_migrations",
        /(?:schema_migrations_pkey|UNIQUE constraint failed: schema_migrations|for key '?schema_migrations)/,
        { framework: "rails" },
      ),
      says("alembic_version_pkc", /duplicate key.{0,60}alembic_version_pkc/, { framework: "alembic" }),
      says("command is already running", /\[migrate\] command is already running/, { framework: "laravel" }),
      says("trying to acquire a postgres advisory lock", undefined, { framework: "prisma" }),
    ],
    causes: [
      "Web and worker containers (or several replicas) boot with one entrypoint.",
      "A restart began while the first run was still at work, because a probe or a time-out ended the container and not the session.",
      "Nobody else migrates: the lock is held by a session that is left over.",
    ],
    tellApart: holders,
    cure: [
      {
        text: "Let exactly one process migrate: a job or service of its own, on which the others depend (`depends_on: condition: service_completed_successfully`). The one that lost need only be started again, once the other is done; then look whether anything was done twice where the framework has no lock (TypeORM, Alembic, Laravel).",
      },
    ],
    popularCure: {
      what: "`pg_advisory_unlock_all()`, switching the lock off, or restarting until it works.",
      why: "Unlocking works only in the session that holds the lock, so it does nothing. Without the lock both run: rows are changed twice.",
    },
    insteadOf: ["duplicate-rows", "sequence-behind"],
  },
  {
    id: "lock-held",
    frameworks: ["prisma", "rails", "laravel"],
    title: () => "Another session holds the migration lock",
    summary:
      "The framework takes a lock so that only one migrates. Somebody has it: a running migration, an idle connection, or a session whose process is gone.",
    signs: [
      says("trying to acquire a postgres advisory lock", /pg_advisory_lock\((?<lock>\d{1,20})\)/, {
        framework: "prisma",
      }),
      says("advisory lock", /[Tt]imed? ?out.{0,60}advisory lock|advisory lock.{0,60}[Tt]imed? ?out/),
      says("another migration process is currently running", undefined, { framework: "rails" }),
      says("ConcurrentMigrationError", undefined, { framework: "rails" }),
      says("command is already running", /\[migrate\] command is already running/, { framework: "laravel" }),
      says("GET_LOCK", /GET_LOCK.{0,120}(?:[Tt]imed? ?out|returned 0|failed)/, { engine: "mysql" }),
    ],
    causes: [
      "Another container migrates right now.",
      "A process was killed, and its session is still open on the server, or kept open by a pooler.",
      "The lock is a row (Laravel's --isolated) that was left behind or came with a restored backup.",
    ],
    tellApart: [
      {
        framework: "laravel",
        command: "php artisan tinker --execute=\"dump(DB::table('cache_locks')->get())\"",
        shows: "The lock's row and when it expires (with the database cache; with Redis it is a key there).",
      },
      ...holders,
    ],
    cure: [
      {
        text: "If the holder is at work, wait. If it is proven dead, end exactly that session: on PostgreSQL `select pg_terminate_backend(PID)`, on MySQL `KILL ID`. Then start one migration.",
      },
    ],
    popularCure: {
      what: "`pg_advisory_unlock_all()`, PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK, `advisory_locks: false`, or restarting the database.",
      why: "Unlocking from another session releases nothing. Without locks the next two migrate together. A restart ends everybody's work, the running migration included.",
    },
    insteadOf: ["server-not-ready"],
  },
  {
    id: "sqlite-locked",
    anytime: true,
    frameworks: everyFramework,
    title: () => "SQLite: the database is locked",
    summary:
      "SQLite lets one write at a time. Another connection is writing, or forgot to end its transaction.",
    signs: [
      says(
        "database is locked",
        /(?:^\s{0,8}|(?:SQLITE_BUSY|SQLite|sqlite|SQLSTATE|[Ee]rror).{0,120})database is locked/,
        { engine: "sqlite" },
      ),
      says("SQLITE_BUSY", undefined, { engine: "sqlite" }),
      says("SQLite3::BusyException", undefined, { engine: "sqlite" }),
      says("database table is locked", undefined, { engine: "sqlite" }),
      says("imed out during query execution", undefined, { framework: "prisma", engine: "sqlite" }),
    ],
    causes: [
      "Web and worker write at once, and busy_timeout is 0.",
      "A transaction that read first wants to write (upgrade of a lock: no waiting helps).",
      "A console, backup or viewer holds the file open in a transaction.",
      "The file is on a network share, where locks are not reliable.",
    ],
    tellApart: [
      {
        command: "fuser -v FILE",
        shows:
          "The processes that have the file open. Only one: its own transaction is not ended; several: see which of them writes.",
      },
    ],
    cure: [
      {
        text: "Stop the other writers while migrating. For good: WAL mode (`PRAGMA journal_mode = WAL`), a busy_timeout of some seconds, and BEGIN IMMEDIATE for transactions that write.",
      },
    ],
    popularCure: {
      what: "Deleting the -wal or -journal file, or copying the database file while it is in use.",
      why: "The -wal holds transactions that are committed: without it they are lost, or the file is broken.",
    },
    insteadOf: ["blocked-statement"],
  },
  {
    id: "blocked-statement",
    anytime: true,
    frameworks: everyFramework,
    title: () => "A statement waited for a lock until it was given up, or two waited for each other",
    summary:
      "Another transaction holds what the statement needs. With a time-out it ends here; in a deadlock the server chose this one to end.",
    signs: [
      codes(["55P03", "40P01"], { engine: "postgres" }),
      codes(["1205", "1213", "3572"], { engine: "mysql" }),
      says("due to lock timeout", undefined, { engine: "postgres" }),
      says(
        "could not obtain lock on",
        /could not obtain lock on (?:relation|row in relation) "(?<object>[^"]{1,120})"/,
        { engine: "postgres" },
      ),
      says("deadlock detected", undefined, { engine: "postgres" }),
      says("Lock wait timeout exceeded", undefined, { engine: "mysql" }),
      says("Deadlock found when trying to get lock", undefined, { engine: "mysql" }),
      says("ActiveRecord::Deadlocked", undefined, { framework: "rails" }),
      says("ActiveRecord::LockWaitTimeout", undefined, { framework: "rails" }),
    ],
    causes: [
      "The application is running and uses the table that is being altered.",
      "A session is idle in a transaction it never ended.",
      "A long report, backup or autovacuum (to prevent wraparound) holds the table.",
      "Two processes migrate at once.",
    ],
    tellApart: queries({
      postgres: blocked,
      mysql:
        "select trx_mysql_thread_id, trx_state, trx_started, trx_rows_locked, left(trx_query, 60) from information_schema.innodb_trx order by trx_started",
      shows: "Who blocks whom, and since when. Idle in transaction for long: forgotten. Active: at work.",
    }),
    cure: [
      {
        text: "Stop what blocks (the application's writers, the forgotten session, exactly that one), then run the whole transaction again. Set a short lock_timeout and try a few times, rather than waiting with everybody behind you. On MySQL look first what the migration has done already.",
      },
    ],
    popularCure: {
      what: "Raising the lock time-out, or ending all sessions.",
      why: "While an ALTER waits, every later query on that table waits behind it: the longer the time-out, the longer the outage.",
    },
  },
];
