import pg from "pg";

/** A connection for as long as `use` lasts. */
export async function connected<T>(
  host: string,
  database: string,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ host, user: "godwit", database });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
