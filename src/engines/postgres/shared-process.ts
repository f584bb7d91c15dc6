import type { Rows, Target } from "../engine.ts";
import { type Client, openClient } from "./connect.ts";
import { Transactions } from "./transactions.ts";

/** Runs a query in a read-only transaction of its own. */
type Ask = (transactions: Transactions, query: string) => Promise<readonly Rows[]>;

/** How often both connections look. A pooler whose other clients get in between gives itself away the sooner. */
const rounds = 6;

/**
 * A number is given anew, by another server behind the same address even at the same time; when a process began tells them apart.
 */
const processQuery = `
SELECT a.pid, pg_catalog.inet_client_port() AS port,
       a.pid || '/' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') AS life
  FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid()`;

/** Long enough for the other connection to be given another server process meanwhile. */
const busyQuery = `${processQuery};\nSELECT pg_catalog.pg_sleep(0.03)`;

/**
 * Whether the server process of a connection is given to others too. Proof is one connection with two processes, or one process
 * with two connections, of ours. Each of them is kept busy in turn while the other one asks: what was free before is then in use,
 * and a process that is handed back is the next to be given away.
 *
 * @param ask in a read-only transaction
 */
export async function isShared(
  client: Client,
  target: Target,
  ask: Ask,
  transactions: Transactions,
): Promise<boolean> {
  const own = await processOf(transactions, ask, processQuery);
  if (isDirect(client, own)) return false;
  const other = await openClient(target);
  try {
    const others = new Transactions(other);
    const ours = new Set([own.life]);
    const theirs = new Set<string>();
    const look = async (one: Transactions, seen: Set<string>, query: string) => {
      seen.add((await processOf(one, ask, query)).life);
    };
    const isProven = () => ours.size > 1 || theirs.size > 1 || [...theirs].some((life) => ours.has(life));
    for (let round = 0; round < rounds; round++) {
      const oursIsBusy = round % 2 === 0;
      const [busy, free] = oursIsBusy ? ([transactions, others] as const) : ([others, transactions] as const);
      const [seenBusy, seenFree] = oursIsBusy ? ([ours, theirs] as const) : ([theirs, ours] as const);
      await Promise.all([look(busy, seenBusy, busyQuery), look(free, seenFree, processQuery)]);
      await look(free, seenFree, processQuery);
      if (isProven()) return true;
    }
    return false;
  } finally {
    await other.end();
  }
}

interface Process {
  readonly pid: number;
  readonly port: number | null;
  readonly life: string;
}

async function processOf(transactions: Transactions, ask: Ask, query: string): Promise<Process> {
  const row = (await ask(transactions, query)).flat().find((one) => "life" in one);
  return row as unknown as Process;
}

/** Poolers answer the startup with a number of their own; and whoever is between is seen by the server in our place. */
function isDirect({ processId, localPort }: Client, { pid, port }: Process): boolean {
  return pid === processId && (port ?? undefined) === localPort;
}
