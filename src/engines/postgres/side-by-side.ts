import type { Target } from "../engine.ts";
import type { Client } from "./client.ts";
import { openClient } from "./connect.ts";
import { type Limits, sqlState } from "./errors.ts";
import type { ReadRows } from "./snapshot/rows.ts";
import { message, openingOf, readingWithin, type Transactions } from "./transactions.ts";

/** Milliseconds. A pooler with no free place would keep the second connection waiting for the end of the first. */
const patience = 2000;

/** What a transaction is opened with. */
interface Opening {
  readonly settings: Parameters<typeof openingOf>[0];
  readonly limits: Limits;
}

/**
 * Reads on two connections that see the same moment: of a large database, printing the catalog keeps one process of the
 * server busy longer than it takes to read it. https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION
 *
 * Where a second connection is not to be had (the role's limit, a pooler's), `work` gets only one.
 *
 * @throws what `work` throws
 */
export function sideBySide<T>(
  transactions: Transactions,
  target: Target,
  opening: Opening,
  work: (read: ReadRows, beside: ReadRows | undefined) => Promise<T>,
): Promise<T> {
  return transactions.held(async (client) => {
    const { settings, limits } = opening;
    const begin = openingOf(settings, limits);
    const moment = await exportMoment(client, begin);
    const other = moment === undefined ? undefined : await openOther(target, opening, moment);
    try {
      if (moment === undefined) await client.query(message(begin));
      const beside = other && readingWithin(other, [], ["COMMIT"]);
      const result = await work(readingWithin(client, [], []), beside);
      await client.query("COMMIT");
      return result;
    } finally {
      other?.leave();
    }
  });
}

/** Begins the transaction; where it cannot tell others its moment, there is none. */
async function exportMoment(client: Client, begin: readonly string[]): Promise<string | undefined> {
  try {
    const results = await client.query(
      message([...begin, "SELECT pg_catalog.pg_export_snapshot() AS moment"]),
    );
    return results.at(-1)?.rows[0]?.["moment"] as string | undefined;
  } catch (error) {
    if (sqlState(error) === undefined) throw error;
    await client.query("ROLLBACK");
    return undefined;
  }
}

async function openOther(
  target: Target,
  { settings, limits }: Opening,
  moment: string,
): Promise<Client | undefined> {
  let late = false;
  const opened = (async () => {
    const client = await openClient(target);
    try {
      if (!late) await client.query(message(openingOf(settings, limits, moment)));
    } catch {
      late = true;
    }
    if (late) await client.end();
    return late ? undefined : client;
  })().catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      late = true;
      resolve(undefined);
    }, patience);
  });
  const other = await Promise.race([opened, tooLate]);
  clearTimeout(timer);
  return other;
}
