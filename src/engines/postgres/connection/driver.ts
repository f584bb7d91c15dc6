import { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { type ClientConfig, Client as PgClient } from "pg";
import type { Target } from "../../engine.ts";
import type { ConnectionSettings, Host } from "./credentials.ts";
import { Greeting } from "./greeting.ts";

/** One way to one server. */
export interface Place {
  readonly host: Host;
  readonly settings: ConnectionSettings;
  readonly target: Target;
  readonly handshake: ConnectionOptions | undefined;
}

/** The driver, without its habit of completing a configuration from the environment (PGOPTIONS, PGREPLICATION, ...). */
export class Driver extends PgClient {
  declare readonly processID: number | null;
  readonly place: Place;
  readonly socket: Socket;
  readonly greeting = new Greeting();
  readonly #startup: Readonly<Record<string, string>>;

  constructor(config: ClientConfig, place: Place, startup: Readonly<Record<string, string>> | Buffer) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.place = place;
    this.socket = socket;
    this.#startup = Buffer.isBuffer(startup) ? {} : startup;
    if (Buffer.isBuffer(startup)) {
      Object.assign(this.connection, { startup: () => this.stream.write(startup) });
      this.connection.once(place.handshake ? "sslconnect" : "connect", () =>
        this.stream.on("data", (chunk: Buffer) => this.greeting.read(chunk)),
      );
    }
  }

  /** The encrypted one, once there is one. */
  get stream(): Socket {
    const { stream } = this.connection;
    return stream instanceof Socket ? stream : this.socket;
  }

  /** Called by the driver for the content of its first message. */
  getStartupConf(): Readonly<Record<string, string>> {
    return this.#startup;
  }
}
