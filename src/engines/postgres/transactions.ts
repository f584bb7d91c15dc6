import { quoteLiteral } from "../../sql/identifier.ts";
import type { Rows } from "../engine.ts";
import type { Client } from "./client.ts";
import { type Limits, sqlState } from "./errors.ts";
import type { ReadRows } from "./snapshot/rows.ts";

/** Settings of one transaction, by name. */
type Settings = Readonly<Record<string, string>>;

export const baseSettings: Settings = {
  // A policy would filter rows silently, and a part of the history would be taken for all of it. Off, a role to which
  // policies apply gets an error instead; nobody gains a right by it.
  row_security: "off",
  quote_all_identifiers: "off",
  // Backslashes in what the server prints.
  standard_conforming_strings: "on",
  // The driver reads no other form of a time, and gives null for it: an applied migration would look like a failed one.
  DateStyle: "ISO",
};

/** What the texts of the server depend on. */
export const snapshotSettings: Settings = {
  ...baseSettings,
  jit: "off",
  max_parallel_workers_per_gather: "0",
  work_mem: "32MB",
  search_path: "",
  TimeZone: "UTC",
  IntervalStyle: "postgres",
  extra_float_digits: "1",
  bytea_output: "hex",
};

/** The statements which make settings for the rest of a transaction. */
export function setLocal(settings: Settings): string[] {
  return Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = ${quoteLiteral(value)}`);
}

/** The semicolon has a line of its own: a statement may end with a comment. */
export const message = (statements: readonly string[]) => statements.join("\n;\n");

/** Read-only transactions, each of them one message. A second one waits for the first. */
export class Transactions {
  readonly #client: Client;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: Client) {
    this.#client = client;
  }

  /** @returns the rows of each statement */
  run(statements: string, settings: Settings, limits: Limits): Promise<readonly Rows[]> {
    const opening = openingOf(settings, limits);
    return this.#after(async () => {
      const results = await this.#client.query(message([...opening, statements, "COMMIT"]));
      return results.slice(opening.length, -1).map(({ rows }) => rows);
    });
  }

  /** As {@link run}, but each row is handed over as it comes. */
  rows(
    statements: readonly string[],
    settings: Settings,
    limits: Limits,
    onRow: Parameters<ReadRows>[1],
  ): Promise<void> {
    return this.#after(() =>
      readingWithin(this.#client, openingOf(settings, limits), ["COMMIT"])(statements, onRow),
    );
  }

  /** Leaves the connection to `work` for a transaction of several messages, which it opens and commits. */
  held<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.#after(() => work(this.#client), { always: true });
  }

  #after<T>(work: () => Promise<T>, { always = false } = {}): Promise<T> {
    const next = this.#last.then(async () => {
      try {
        return await work();
      } catch (error) {
        // The transaction is still open and would refuse everything that follows.
        if (sqlState(error) !== undefined) await this.#client.query("ROLLBACK");
        else if (always) await this.#client.query("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
    this.#last = next.catch(() => undefined);
    return next;
  }
}

/**
 * The statements which begin a reading transaction.
 *
 * @param moment what another transaction exported: this one sees what that one sees
 */
export function openingOf(settings: Settings, limits: Limits, moment?: string): string[] {
  return [
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    ...(moment === undefined ? [] : [`SET TRANSACTION SNAPSHOT ${quoteLiteral(moment)}`]),
    `SET LOCAL lock_timeout = ${limits.lock * 1000}`,
    `SET LOCAL statement_timeout = ${limits.statement * 1000}`,
    ...setLocal(settings),
  ];
}

/** Reads within what comes before and after, all in one message. */
export function readingWithin(client: Client, before: readonly string[], after: readonly string[]): ReadRows {
  return (statements, onRow) =>
    client.rows(message([...before, ...statements, ...after]), (number, row) => {
      const statement = number - before.length;
      if (statement >= 0 && statement < statements.length) onRow(statement, row);
    });
}
