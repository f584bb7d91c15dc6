/**
 * Reads along while a connection is opened, and keeps what a server says to whom it let in: all messages from
 * AuthenticationOk to the first ReadyForQuery, and of what follows only what may come at any time, not the answers to
 * queries.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class Greeting {
  #key: string | undefined;
  #state: "outside" | "inside" | "ready" = "outside";
  readonly #kept: Buffer[] = [];
  /** Of a message which is not there as a whole. */
  #rest: Buffer = Buffer.alloc(0);

  /** Of BackendKeyData, hexadecimal. */
  get key(): string | undefined {
    return this.#key;
  }

  read(chunk: Buffer): void {
    let bytes = Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= 5) {
      const length = 1 + bytes.readUInt32BE(1);
      if (length > bytes.length) break;
      this.#take(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
    this.#rest = bytes;
  }

  bytes(): Buffer {
    return Buffer.concat([...this.#kept, this.#rest]);
  }

  #take(message: Buffer): void {
    const type = String.fromCharCode(message[0] ?? 0);
    if (this.#state === "outside" && type === "R" && message.length === 9 && message.readUInt32BE(5) === 0)
      this.#state = "inside";
    if (this.#state === "inside" || (this.#state === "ready" && "SNE".includes(type)))
      this.#kept.push(message);
    if (type === "K" && this.#state === "inside") this.#key = message.toString("hex", 5);
    if (type === "Z" && this.#state === "inside") this.#state = "ready";
  }
}
