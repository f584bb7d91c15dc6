import { codes, everyFramework, type Failure, fact, says } from "../failure.ts";

/** Failures of the session or transaction in which a statement runs. */
export const sessionFailures: readonly Failure[] = [
  {
    id: "transaction-pooler",
    anytime: true,
    frameworks: everyFramework,
    title: () => "A connection pooler in transaction mode is between the runner and the server",
    summary:
      "PgBouncer and its like give each transaction another session: prepared statements and session locks of one are not there in the next.",
    signs: [
      codes(["26000", "42P05"], { engine: "postgres" }),
      says(
        "prepared statement",
        /prepared statement "(?<object>[^"]{1,80})" (?:does not exist|already exists)/,
        { engine: "postgres" },
      ),
      says("you don't own a lock of type", undefined, { engine: "postgres" }),
      says(
        "unsupported startup parameter",
        /unsupported startup parameter(?: in options)?: (?<parameter>\w{1,60})/,
        { engine: "postgres" },
      ),
      says("Failed to release advisory lock", undefined, { framework: "rails" }),
      says("query_wait_timeout", undefined, { engine: "postgres" }),
    ],
    causes: [
      "The URL is the pooler's (port 6432 or 6543, a host with `pooler` in its name).",
      "Another program uses the same names for prepared statements through one shared session (an embedded database).",
      "The pooler is in session mode and only its limits are reached.",
    ],
    tellApart: [
      {
        command:
          "psql \"$DATABASE_URL\" -c 'select pg_backend_pid()' -c 'select pg_backend_pid(), inet_server_addr(), inet_server_port()'",
        shows: "Two different pids, or a server port that is not the one in the URL: a pooler is between.",
      },
    ],
    cure: [
      {
        framework: "prisma",
        text: "Run migrations by the server's direct address (`directUrl`, or `DIRECT_URL` in prisma.config.ts); leave the pooler to the application, with `?pgbouncer=true` where it is old.",
      },
      { text: "Run migrations by the server's direct address, and leave the pooler to the application." },
    ],
    popularCure: {
      what: "Switching prepared statements and advisory locks off.",
      why: "The error is gone, and so is the lock that kept two migrations apart; a lock already taken stays with a session that nobody can name.",
    },
    insteadOf: ["missing-object", "already-exists"],
  },
  {
    id: "outside-transaction",
    frameworks: everyFramework,
    title: (facts) => `${fact(facts, "statement", "A statement")} cannot run inside a transaction`,
    summary:
      "CREATE INDEX CONCURRENTLY and a few others refuse to run in a transaction, and the framework opened one; several statements sent as one message are one, too.",
    signs: [
      codes(["25001"], { engine: "postgres" }),
      says(
        "cannot run inside a transaction block",
        /(?<statement>[A-Z][A-Z .]{2,60}?) cannot run inside a transaction block/,
        { engine: "postgres" },
      ),
      says(
        "cannot be executed from a function",
        /(?<statement>[A-Z][A-Z .]{2,60}?) cannot be executed from a function/,
        { engine: "postgres" },
      ),
      says("cannot be executed within a pipeline", undefined, { engine: "postgres" }),
      says("ForbiddenTransactionModeOverrideError", undefined, { framework: "typeorm" }),
    ],
    causes: [
      "The migration was not told to run without a transaction.",
      "The statement shares its file with others (Prisma sends a file as one message).",
      "The runner's mode (`all`) puts all migrations into one transaction.",
    ],
    tellApart: [
      {
        command: "git grep -nEi 'concurrently|vacuum|create database|alter system' -- MIGRATIONS_DIRECTORY",
        shows: "The migrations that hold such a statement; each needs to be alone and without a transaction.",
      },
    ],
    cure: [
      {
        framework: "prisma",
        text: "Put the statement alone into a migration of its own. Then settle the failed row: nothing of it was executed on PostgreSQL, so mark it as rolled back.",
      },
      {
        framework: "rails",
        text: "`disable_ddl_transaction!` in a migration which does only this; `algorithm: :concurrently` for the index.",
      },
      {
        framework: "typeorm",
        text: "`transaction = false` in a migration of its own, and run with `--transaction each`.",
      },
      {
        framework: "alembic",
        text: "`with op.get_context().autocommit_block():` in a revision of its own; what came before it in the run is committed.",
      },
      {
        framework: "laravel",
        text: "`public $withinTransaction = false;` in a migration which does only this.",
      },
      { text: "Put the statement alone into a migration of its own, which runs without a transaction." },
    ],
    popularCure: {
      what: "Leaving out CONCURRENTLY.",
      why: "It works, and locks the table against writing while the index is built: on a large table, an outage.",
    },
  },
];
