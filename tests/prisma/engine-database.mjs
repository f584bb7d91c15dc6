import { PrismaPg } from "@prisma/adapter-pg";
import { migrationError } from "./engine-errors.mjs";

/** Skipped where the documented switch says so; the native engine reads it, and WebAssembly has no environment. */
const lock = /^SELECT pg_advisory_lock\(/;
const switchedOff = !["", "0", undefined].includes(process.env.PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK);

/**
 * Prisma's adapter for PostgreSQL, made to do what the native engine does: one session for everything, whose search
 * path is the URL's schema, and a script as one message (the adapter would cut it at each semicolon).
 */
export class Database extends PrismaPg {
  /** What the command line is told of the migration which the server refused. */
  refusal;
  #schema;
  /** Of the row that was inserted last: the script which follows is this migration's. */
  #migration;

  /** @param connection as `pg` takes it */
  constructor(connection, schema) {
    super(connection, { schema });
    this.#schema = schema;
  }

  async connect() {
    const adapter = await super.connect();
    const pool = adapter.client;
    const session = await pool.connect().catch((error) => adapter.onError(error));
    await session.query(`SET search_path TO "${this.#schema.replaceAll('"', '""')}"`);
    adapter.client = session;
    adapter.dispose = async () => {
      session.release();
      await pool.end();
    };
    const query = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = (asked) => query(this.#watched(asked));
    const execute = adapter.executeRaw.bind(adapter);
    adapter.executeRaw = async (asked) => (switchedOff && lock.test(asked.sql) ? 0 : execute(asked));
    adapter.executeScript = async (script) => {
      await session.query(script).catch((error) => {
        if (this.#migration !== undefined)
          this.refusal = migrationError(error, { migration: this.#migration, script });
        adapter.onError(error);
      });
    };
    return adapter;
  }

  /** What the engine is about to ask; the text of the error is ours, which it is about to keep. */
  #watched(query) {
    if (/^INSERT INTO .*"_prisma_migrations"/.test(query.sql)) {
      this.#migration = query.args[columnsOf(query.sql).indexOf("migration_name")];
    } else if (/^UPDATE .*"_prisma_migrations" SET "logs"/.test(query.sql) && this.refusal !== undefined) {
      return { ...query, args: [this.refusal.message, ...query.args.slice(1)] };
    } else if (/^UPDATE .*"_prisma_migrations"/.test(query.sql)) {
      this.#migration = undefined;
    }
    return query;
  }
}

function columnsOf(insert) {
  return [...insert.slice(insert.indexOf("(")).matchAll(/"(\w+)"/g)].map(([, name]) => name);
}
