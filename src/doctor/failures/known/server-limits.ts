import { codes, everyFramework, type Failure, fact, says } from "../failure.ts";
import { mysql, psql, queries } from "./commands.ts";

/** Failures where the server refuses for its own reasons. */
export const serverLimits: readonly Failure[] = [
  {
    id: "disk-full",
    anytime: true,
    frameworks: everyFramework,
    title: () => "The disk is full",
    summary:
      "The server (or SQLite) could not write. Building indexes and rewriting tables needs as much room again.",
    signs: [
      codes(["53100"], { engine: "postgres" }),
      codes(["1021", "1114"], { engine: "mysql" }),
      says("No space left on device"),
      says("ENOSPC"),
      says("The table '", /The table '(?<table>[^']{1,120})' is full/, { engine: "mysql" }),
      says("database or disk is full", undefined, { engine: "sqlite" }),
    ],
    causes: [
      "The volume of the data, of the WAL or of temporary files is full.",
      "A replication slot or failing archiving keeps old WAL.",
      "A rewrite of a large table needed twice its room.",
    ],
    tellApart: [
      {
        command: "df -h",
        shows: "Which volume is full (run it where the database runs). Data or WAL; inodes: `df -i`.",
      },
    ],
    cure: [
      {
        text: "Give the volume more room, or remove what is proven not needed (old backups, logs). Find out why it grew. Then look what the failed migration left, and run it again.",
      },
    ],
    popularCure: {
      what: "Deleting files from the data directory (pg_wal, binlogs, -wal).",
      why: "They are part of the database: it will not start again, or loses committed work.",
    },
  },
  {
    id: "server-read-only",
    anytime: true,
    frameworks: everyFramework,
    title: () => "The server or the connection is read-only",
    summary: "The statement would write, and this server, transaction or file does not allow it.",
    signs: [
      codes(["25006"], { engine: "postgres" }),
      codes(["1792", "1836"], { engine: "mysql" }),
      says("read-only transaction", /cannot execute .{1,60} in a read-only transaction/, {
        engine: "postgres",
      }),
      says("--read-only option", undefined, { engine: "mysql" }),
      says("--super-read-only option", undefined, { engine: "mysql" }),
      says("readonly database", /attempt to write a readonly database/, { engine: "sqlite" }),
      says("SQLITE_READONLY", undefined, { engine: "sqlite" }),
    ],
    causes: [
      "The address is that of a replica, or a failover turned the primary into one.",
      "default_transaction_read_only is on (also: a hosting provider sets it when the disk is full).",
      "SQLite: the file or its directory belongs to another user.",
    ],
    tellApart: [
      {
        engine: "mysql",
        command: mysql("select @@hostname, @@read_only, @@super_read_only"),
        shows: "1: this server is a replica, or was set read-only.",
      },
      {
        engine: "sqlite",
        command: "ls -la DIRECTORY_OF_THE_FILE",
        shows: "Whether the process may write the file and its directory.",
      },
      {
        command: psql(
          "select pg_is_in_recovery() as is_replica, current_setting('default_transaction_read_only') as read_only, inet_server_addr()",
        ),
        shows: "is_replica: use the primary's address. read_only on: someone, or the provider, has set it.",
      },
    ],
    cure: [
      {
        text: "Connect to the primary. If the primary itself is read-only, find out who set that and why (a full disk?) before you lift it.",
      },
    ],
    popularCure: {
      what: "Switching read-only off on the server at hand.",
      why: "On a replica that makes two truths; on a full disk it stops the server altogether.",
    },
  },
  {
    id: "connections-exhausted",
    anytime: true,
    frameworks: everyFramework,
    title: () => "The server has no connection left",
    summary: "All connections are in use. The migration needs one or two, and got none.",
    signs: [
      codes(["53300"], { engine: "postgres" }),
      codes(["1040", "1203"], { engine: "mysql" }),
      says("sorry, too many clients already", undefined, { engine: "postgres" }),
      says("remaining connection slots are reserved", undefined, { engine: "postgres" }),
      says("too many connections for", /too many connections for (?:role|database) "(?<role>[^"]{1,80})"/, {
        engine: "postgres",
      }),
      says("Too many connections", /(?:[Ee]rror|1040|SQLSTATE|ER_CON_COUNT).{0,80}Too many connections/, {
        engine: "mysql",
      }),
    ],
    causes: [
      "Pools of all replicas together are larger than the server's limit.",
      "Old and new containers run side by side during a deployment.",
      "Sessions are left open by killed processes, or idle in transactions.",
    ],
    tellApart: queries({
      postgres:
        "select usename, application_name, client_addr, state, count(*), min(state_change) from pg_stat_activity group by 1, 2, 3, 4 order by 5 desc",
      mysql:
        "select user, substring_index(host, ':', 1) as host, command, count(*), max(time) from information_schema.processlist group by 1, 2, 3 order by 4 desc",
      shows:
        "Who has them: one application many (its pool), or many idle for long (left over). If even this finds none free, use the superuser's reserved ones.",
    }),
    cure: [
      {
        text: "Stop what is not needed while migrating, make the pools smaller, and let the migration run before the application starts.",
      },
    ],
    popularCure: {
      what: "Raising max_connections, or restarting the database.",
      why: "More connections need more memory, and the pools fill them again; a restart ends everybody's transactions.",
    },
  },
  {
    id: "statement-cancelled",
    anytime: true,
    frameworks: everyFramework,
    title: () => "A statement was cancelled before it was done",
    summary:
      "A time limit, or somebody, ended it. What it did is rolled back on PostgreSQL; a concurrent index build leaves an invalid index.",
    signs: [
      codes(["57014"], { engine: "postgres" }),
      codes(["1317", "3024", "1969"], { engine: "mysql" }),
      says("due to statement timeout", undefined, { engine: "postgres" }),
      says("due to user request", undefined, { engine: "postgres" }),
      says("Query execution was interrupted", undefined, { engine: "mysql" }),
      says("max_statement_time exceeded", undefined, { engine: "mysql" }),
      says("ActiveRecord::StatementTimeout", undefined, { framework: "rails" }),
    ],
    causes: [
      "statement_timeout of the role, database or hosting provider is shorter than the migration needs.",
      "It did not work but wait: for a lock.",
      "Somebody, or a probe that ended the container, cancelled it.",
    ],
    tellApart: queries({
      postgres:
        "select name, setting, unit, source from pg_settings where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')",
      mysql:
        "show variables where variable_name in ('max_statement_time', 'max_execution_time', 'lock_wait_timeout', 'innodb_lock_wait_timeout')",
      shows: "The limit in force and where it was set. 0: it was no limit but somebody.",
    }),
    cure: [
      {
        text: "Look first whether it waited for a lock. Then run it with a longer limit for this one session (`SET statement_timeout`), at a quiet time, or in batches.",
      },
    ],
    popularCure: {
      what: "Switching the limit off for everybody, or restarting again and again.",
      why: "Without a limit the next forgotten query blocks all; each restart begins from the start, and is cancelled at the same point.",
    },
  },
  {
    id: "not-owner",
    anytime: true,
    frameworks: everyFramework,
    title: (facts) => `The user may not change ${fact(facts, "object", "this object")}`,
    summary:
      "Altering an object is its owner's right. It belongs to another role than the one which runs the migration.",
    signs: [
      codes(["42501"], { engine: "postgres" }),
      codes(["1142", "1044", "1227", "1370"], { engine: "mysql" }),
      says("must be owner of", /must be owner of (?:\w{1,20} ){0,2}"?(?<object>[\w.]{1,120})/, {
        engine: "postgres",
      }),
      says(
        "permission denied",
        /permission denied (?:for (?:table|relation|sequence|view|database|function|type|language)|to (?:create|set)) "?(?<object>[\w.]{1,120})/,
        { engine: "postgres" },
      ),
      says("command denied to user", /command denied to user .{1,120} for table '?(?<object>[^\s']{1,120})/, {
        engine: "mysql",
      }),
      says("Access denied; you need", undefined, { engine: "mysql" }),
    ],
    causes: [
      "The tables were made or restored by another user (a superuser, the old role).",
      "The migration creates an extension, which needs a right of its own.",
      "MySQL: a trigger or function with binary logging needs SUPER or log_bin_trust_function_creators.",
    ],
    tellApart: [
      {
        engine: "mysql",
        command: mysql("show grants for current_user"),
        shows: "What this user may do, and on which database.",
      },
      {
        command: psql(
          "select current_user, schemaname, tablename, tableowner from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by tableowner = current_user, 3",
        ),
        shows: "The tables and their owners: those at the top are not yours.",
      },
    ],
    cure: [
      {
        text: "Run the migration as the owner, or let the owner (or an administrator) hand these objects over: ALTER TABLE ... OWNER TO. An extension can be made once by an administrator.",
      },
    ],
    popularCure: {
      what: "Making the application's user a superuser, or marking the migration as applied.",
      why: "A superuser in an application's URL can read and destroy every database of the server. A marked migration has not happened.",
    },
  },
];
