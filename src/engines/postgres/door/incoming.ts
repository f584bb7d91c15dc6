import type { Socket } from "node:net";

/** Takes what comes by a socket piece by piece, until it is left to somebody else. */
export class Incoming {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #over = false;
  #wake: () => void = () => undefined;
  readonly #onData = (chunk: Buffer) => {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#wake();
  };
  readonly #onEnd = () => {
    this.#over = true;
    this.#wake();
  };

  constructor(socket: Socket) {
    this.#socket = socket.on("data", this.#onData).on("end", this.#onEnd).on("close", this.#onEnd);
  }

  /** @returns exactly so many bytes; undefined where the end comes before */
  async take(count: number): Promise<Buffer | undefined> {
    while (this.#bytes.length < count) {
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  /** What was not taken is there for whoever reads next. */
  leave(): void {
    const socket = this.#socket.pause();
    socket.removeListener("data", this.#onData).removeListener("end", this.#onEnd);
    socket.removeListener("close", this.#onEnd);
    if (this.#bytes.length > 0 && !this.#over) socket.unshift(this.#bytes);
  }
}
