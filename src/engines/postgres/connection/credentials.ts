import type { Target } from "../../engine.ts";
import type { Encryption } from "./encryption.ts";

/** One of the places where the server may be. They are tried in order. */
export interface Host {
  /** A host name, an address, or the directory of a socket. A certificate must be for this name. */
  readonly name: string;
  readonly port: number;
  /** Where to connect instead of looking the name up. */
  readonly address?: string;
}

/** What `target_session_attrs` may ask of a server. */
export const sessionKinds = [
  "any",
  "read-write",
  "read-only",
  "primary",
  "standby",
  "prefer-standby",
] as const;

/** All that it takes to open a connection. */
export interface ConnectionSettings {
  readonly hosts: readonly Host[];
  readonly user: string;
  readonly database: string;
  readonly password?: string;
  readonly encryption: Encryption;
  /** The password exchange must be bound to the certificate (`channel_binding=require`). */
  readonly channelBinding: boolean;
  /** Per host; 0 is without limit. */
  readonly connectSeconds: number;
  readonly sessionKind: (typeof sessionKinds)[number];
  readonly applicationName?: string;
  /** Command-line options for the server: `-c search_path=shop`. */
  readonly options?: string;
}

/** Connection settings which do not show when they are printed, logged, thrown or serialised by mistake. */
export class Credentials {
  readonly #settings: ConnectionSettings;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /** The settings of a target that this engine has parsed. */
  static of(target: Target): ConnectionSettings {
    if (!(target.secret instanceof Credentials))
      throw new TypeError("This target was parsed by another engine.");
    return target.secret.#settings;
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[redacted]";
  }
}
