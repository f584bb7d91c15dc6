import { Client } from "pg";

/** A plain connection: it knows nothing of Godwit. */
export interface Connection {
  /** Sends a text as one message. */
  run(sql: string): Promise<void>;
  rows(query: string): Promise<Record<string, unknown>[]>;
  end(): Promise<void>;
}

/** Connects to a database of a test server. */
export async function connect(url: string): Promise<Connection> {
  const client = new Client({ connectionString: url });
  // A server that is stopped at the end of a test takes its connections along.
  client.on("error", () => undefined);
  await client.connect();
  return {
    run: async (sql) => {
      await client.query(sql);
    },
    rows: async (query) => (await client.query(query)).rows as Record<string, unknown>[],
    end: () => client.end(),
  };
}
