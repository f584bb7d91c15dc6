import type { Client } from "../connect.ts";
import { makeAll } from "./make-all.ts";
import { copyPartitionStates } from "./partition-states.ts";
import { eventTriggerStates, subscriptionColumnsQuery, subscriptions } from "./replication-definitions.ts";
import type { Source } from "./source.ts";

/**
 * Makes what has to come after all else, however the definitions came: subscriptions, which a dump would make with the
 * publisher's address, what a dump does not tell of partitions, and the states in which event triggers act on whatever is
 * made.
 */
export async function makeAtLast(source: Source, into: Client): Promise<void> {
  await copyPartitionStates(source, into);
  const columns = await source.read(subscriptionColumnsQuery);
  const readable = new Set(columns.map(({ name }) => String(name)));
  for (const rows of await source.readAll([subscriptions(readable), eventTriggerStates]))
    await makeAll(
      rows.map(({ sql }) => ({ sql: String(sql) })),
      into,
      source.read,
    );
}

/** Keeps event triggers, which a dump has made as they are to be, from acting while it goes on. */
export async function quietEventTriggers(source: Source, into: Client): Promise<void> {
  const triggers = await source.read(eventTriggerStates);
  if (triggers.length > 0)
    await into.query("UPDATE pg_catalog.pg_event_trigger SET evtenabled = 'O' WHERE evtenabled <> 'O'");
}
