import type { Readable, Writable } from "node:stream";
import type { KnownError } from "../../errors.ts";
import type { Rows } from "../engine.ts";

/** What one statement answered. */
export interface Result {
  /** Values as the driver gives them: 64-bit integers and numerics are strings, timestamps are `Date`. */
  readonly rows: Rows;
  /** Rows that were returned or changed; null for statements which do neither. */
  readonly rowCount: number | null;
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/** An open connection. Queries that are asked together are sent one after the other. */
export interface Client {
  /** The server's process, or the pooler's own number for the connection. */
  readonly processId: number;
  /** Our end of a TCP connection, as the server sees it unless something lies between; undefined on a socket. */
  readonly localPort: number | undefined;
  /**
   * Sends a text as one message of the simple protocol; with values, one statement by the extended protocol.
   *
   * @returns a result for each statement of the text
   * @throws KnownError CONNECTION_LOST; the server's other refusals as they are (see `sqlState` and `translate`)
   */
  query(text: string, values?: readonly unknown[]): Promise<readonly Result[]>;
  /**
   * Sends a text as one message and hands over each row as it comes, as the texts that the server sent: for answers of
   * many rows, which are never all there at once.
   *
   * @param onRow told the number of the statement that it answers, from zero; what it throws is thrown when all has come
   * @throws as {@link query}, after the rows which came before
   */
  rows(text: string, onRow: (statement: number, row: readonly (string | null)[]) => void): Promise<void>;
  /**
   * What `COPY ... TO STDOUT` sends, no faster than it is read. The server's refusal is the stream's error. A reader who
   * stops early leaves the connection in the middle of an answer: `end()` is all that can follow.
   */
  copyOut(sql: string): Readable;
  /** Where `COPY ... FROM STDIN` reads. `finish` comes when the server has taken it all; destroying it takes nothing. */
  copyIn(sql: string): Writable;
  /** Says goodbye. Never throws, and does not wait long for a server that no longer answers. */
  end(): Promise<void>;
  /** Says goodbye and does not wait: the server's process ends by itself, which takes it some milliseconds. */
  leave(): void;
  /**
   * @param listener called once if the connection breaks, at once if it is already broken; never after `end()` or
   *   `leave()`
   */
  onLost(listener: (error: KnownError) => void): void;
}
