import { Client } from "pg";
import type { TestServer } from "../servers/postgres.ts";

/** What one statement of a script answered. */
export interface Answer {
  readonly command: string;
  readonly rows: readonly Record<string, unknown>[];
}

/** A database for a test, and a plain connection to it. */
export interface TestDatabase {
  readonly url: string;
  /** Sends a text as one message; an answer for each of its statements. */
  run(sql: string): Promise<Answer[]>;
  end(): Promise<void>;
}

let made = 0;

/** Makes an empty database on a test server and connects to it. */
export async function makeDatabase(server: TestServer): Promise<TestDatabase> {
  const name = `heart_${++made}`;
  const admin = await connect(server.url);
  await admin.run(`CREATE DATABASE ${name} TEMPLATE template0`);
  await admin.end();
  return connect(server.url.replace(/\/postgres$/, `/${name}`));
}

async function connect(url: string): Promise<TestDatabase> {
  const client = new Client({ connectionString: url });
  // A server that is stopped at the end of a test takes its connections along.
  client.on("error", () => undefined);
  await client.connect();
  return {
    url,
    run: async (sql) => {
      const result: unknown = await client.query(sql);
      return (Array.isArray(result) ? result : [result]) as Answer[];
    },
    end: () => client.end(),
  };
}
