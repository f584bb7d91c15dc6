import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import pg from "pg";
import { withoutPassword } from "../servers/canary.ts";
import { startPostgres, type TestServer } from "../servers/postgres.ts";

const run = promisify(execFile);
const clients = "/usr/lib/postgresql/15/bin";

/** A database of a test server. Each call has a connection of its own, so that the database can be cloned at any time. */
export class Database {
  readonly server: TestServer;
  readonly name: string;
  readonly url: string;

  constructor(server: TestServer, name: string) {
    this.server = server;
    this.name = name;
    const url = new URL(server.url);
    url.pathname = `/${encodeURIComponent(name)}`;
    this.url = url.href;
  }

  /** Sends a script as one message: PostgreSQL makes one transaction of it, as it does of a file of Prisma's. */
  async script(sql: string, schema = "public"): Promise<void> {
    await this.connected(async (client) => {
      await client.query(`SET search_path TO ${quote(schema)}`);
      await client.query(sql);
    });
  }

  /** Sends statements one after the other in one session, each as a message of its own. */
  async inTurn(statements: readonly { readonly sql: string }[]): Promise<void> {
    await this.connected(async (client) => {
      await client.query('SET search_path TO "public"');
      for (const { sql } of statements) await client.query(sql);
    });
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return this.connected(async (client) => (await client.query(sql)).rows);
  }

  /** A session for as long as `use` lasts. */
  async connected<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const { hostname: host, port, username, password } = new URL(this.url);
    const [user, secret] = [username, password].map(decodeURIComponent);
    // Not by the URL: the driver leaves some characters of a database's name encoded.
    const client = new pg.Client({ host, port: Number(port), user, password: secret, database: this.name });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** Schema and rows, as pg_dump writes them. */
  async dump(): Promise<string> {
    const { stdout } = await run(`${clients}/pg_dump`, ["--no-sync", withoutPassword(this.url)], {
      maxBuffer: 2 ** 28,
    });
    // Newer releases write a word which is another one each time.
    return stdout.replace(/^\\(un)?restrict .*$/gm, "");
  }

  /** The same database by its files. */
  async clone(): Promise<Database> {
    return create(this.server, this.name);
  }

  /** The same database by way of pg_dump and psql: every definition is printed and read again. */
  async restored(): Promise<Database> {
    const copy = await create(this.server);
    const restoring = run(`${clients}/psql`, [
      "-X",
      "-q",
      "-v",
      "ON_ERROR_STOP=1",
      "-o",
      "/dev/null",
      withoutPassword(copy.url),
    ]);
    restoring.child.stdin?.end(await this.dump());
    await restoring;
    return copy;
  }

  async drop(): Promise<void> {
    await new Database(this.server, "postgres").script(`DROP DATABASE ${quote(this.name)} WITH (FORCE)`);
  }
}

/** A server of the version whose pg_dump is here; the newest one where there is none. */
export async function startServer(): Promise<TestServer> {
  return startPostgres(existsSync(`${clients}/pg_dump`) ? { major: 15 } : {});
}

let created = 0;

/** An empty database, or a clone of another one. */
export async function create(server: TestServer, template = "template0"): Promise<Database> {
  created += 1;
  const name = `scenario_${created}`;
  // Half of the work where nothing is synced: the files are copied, and not written to the log.
  const strategy = server.major >= 15 ? " STRATEGY file_copy" : "";
  await new Database(server, "postgres").script(
    `CREATE DATABASE ${name} TEMPLATE ${quote(template)}${strategy}`,
  );
  return new Database(server, name);
}

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
