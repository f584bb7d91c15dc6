import type { Connection } from "pg";

type OnRow = (statement: number, row: readonly (string | null)[]) => void;

/**
 * What the driver takes for a query of its own: it sends the text, and passes each row on without making an object of it.
 * The driver calls the methods by the messages that come: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class RowStream {
  readonly #text: string;
  readonly #onRow: OnRow;
  readonly #settle: (error?: unknown) => void;
  #statement = 0;
  #refused: unknown;

  constructor(text: string, onRow: OnRow, settle: (error?: unknown) => void) {
    this.#text = text;
    this.#onRow = onRow;
    this.#settle = settle;
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleRowDescription(): void {}

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#refused !== undefined) return;
    try {
      this.#onRow(this.#statement, fields);
    } catch (error) {
      // Thrown from here it would end the process; the server's answer is waited for.
      this.#refused = error;
    }
  }

  handleCommandComplete(): void {
    this.#statement++;
  }

  handleEmptyQuery(): void {
    this.#statement++;
  }

  handleError(error: unknown): void {
    // The server's refusal is followed by its readiness; when the connection breaks, nothing follows.
    this.#refused ??= error;
    this.#settle(this.#refused);
  }

  handleReadyForQuery(): void {
    this.#settle(this.#refused);
  }
}
