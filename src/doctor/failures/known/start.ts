import { codes, everyFramework, type Failure, fact, says } from "../failure.ts";
import { mysql } from "./commands.ts";

const sizes = "select @@hostname, @@version, @@read_only, @@max_connections";

/** Failures of starting and ending. */
export const startFailures: readonly Failure[] = [
  {
    id: "interrupted-ddl",
    consequence: true,
    frameworks: everyFramework,
    title: (facts) =>
      facts["partial"]
        ? "The migration may be half done: what came before the error was not rolled back"
        : "The connection ended in the middle of a migration on MySQL or MariaDB",
    summary:
      "Each DDL statement commits by itself there. What came before the end is in the schema, the history says nothing of it.",
    signs: [
      says("Lost connection to MySQL server", undefined, { engine: "mysql", during: true }),
      says("MySQL server has gone away", undefined, { engine: "mysql", during: true }),
      says("PROTOCOL_CONNECTION_LOST", undefined, { engine: "mysql", during: true }),
      says("Connection lost: The server closed the connection", undefined, { engine: "mysql", during: true }),
      says("closed the connection", /Server has closed the connection/, {
        framework: "prisma",
        engine: "mysql",
        during: true,
      }),
      codes(["1053"], { engine: "mysql", during: true }),
      says(
        "An error has occurred, all later",
        /An error has occurred, (?<partial>all later migrations canceled)/,
        {
          framework: "rails",
          besides: [
            "already-exists",
            "missing-object",
            "duplicate-rows",
            "null-values",
            "orphan-rows",
            "values-do-not-fit",
            "incompatible-foreign-key",
            "key-too-long",
            "blocked-statement",
          ],
        },
      ),
    ],
    causes: [
      "The server was restarted or killed (out of memory) during the migration.",
      "The container that migrates was ended by a probe or a deployment.",
      "A time-out (wait_timeout, a proxy) cut the connection during a long statement.",
      "A statement of the migration was refused, and those before it stay.",
    ],
    tellApart: [
      {
        command: mysql(
          "select table_name, create_time, update_time from information_schema.tables where table_schema = database() order by create_time desc limit 20",
        ),
        shows:
          "The tables made or rebuilt last: those at the time of the failure are the migration's finished statements. `show create table` shows the rest.",
      },
    ],
    cure: [
      {
        text: "Go through the migration statement by statement and look which of them took effect. Execute the missing ones by hand, in order, then record it; or take back those which did. Only then run it again.",
      },
    ],
    popularCure: {
      what: "Running it again as it is, or recording it as applied.",
      why: "Again: it stops at the first statement that was done already (1050, 1060). Recorded: the second half is missing for ever.",
    },
  },
  {
    id: "boot-loop",
    consequence: true,
    frameworks: everyFramework,
    title: (facts) =>
      `The start fails again and again${facts["failure"] ? ` (${fact(facts, "failure", "")})` : ""}`,
    summary:
      "The container is restarted after each failure and meets the same state. It will not heal by itself; each round may leave a little more behind.",
    signs: [],
    causes: [
      "The failure named beside this one, which no restart removes.",
      "`restart: always` or on-failure, without a limit.",
    ],
    tellApart: [
      {
        command: "docker compose ps --all",
        shows:
          "Which services restart, and their last exit codes: the one that migrates is the cause, the others only wait for it.",
      },
    ],
    cure: [
      {
        text: "Stop the restarting service (`docker compose stop SERVICE`; the database stays up), settle the failure named above, then start it once and watch.",
      },
    ],
    popularCure: {
      what: "Letting it restart until it works, or recreating the containers and volumes.",
      why: "On MySQL and with seeders every round can add rows or half-done statements. A recreated volume is an empty database.",
    },
  },
  {
    id: "server-not-ready",
    consequence: true,
    anytime: true,
    frameworks: everyFramework,
    title: () => "The database server did not take the connection",
    summary: "It was still starting, shutting down, or not there at that address.",
    signs: [
      codes(["57P03"], { engine: "postgres" }),
      codes(["P1001", "P1002"], { framework: "prisma" }),
      says(
        "the database system is",
        /(?<!\] (?:\S{1,80} )?FATAL: {1,2})the database system is (?:starting up|shutting down|in recovery mode|not yet accepting connections)/,
        { engine: "postgres" },
      ),
      says("Can't reach database server", undefined, { framework: "prisma" }),
      says("Can't connect to", /Can't connect to (?:local )?(?:MySQL )?server/, { engine: "mysql" }),
      says(
        "Connection refused",
        /(?:PG::ConnectionBad|psycopg|asyncpg|SQLSTATE|ConnectionNotEstablished|could not connect to server|connection to server|PDOException|pymysql|Mysql2).{0,200}Connection refused/,
      ),
      says("connect ECONNREFUSED", /connect ECONNREFUSED [\w.:[\]]{2,60}:(?:5432|5433|6432|3306|3307)\b/),
    ],
    causes: [
      "Everything starts at once, and the application does not wait for the database.",
      "The server recovers after a crash, which may take minutes.",
      "Address or port are wrong; localhost inside a container is the container itself.",
    ],
    tellApart: [
      {
        engine: "mysql",
        command: mysql(sizes),
        shows: "An answer: it was only not ready then. None: look at the server's own log.",
      },
      {
        command: 'pg_isready -d "$DATABASE_URL"',
        shows:
          "Accepting: it was only not ready then. Rejecting: it starts or recovers, wait. No response: address, port or server are wrong.",
      },
    ],
    cure: [
      {
        text: "Wait for the server with a limit: a healthcheck on the database service and `depends_on: condition: service_healthy`. If it recovers, let it finish.",
      },
    ],
    popularCure: {
      what: "Restarting the database because it does not answer yet.",
      why: "Recovery begins again from the start.",
    },
  },
];
