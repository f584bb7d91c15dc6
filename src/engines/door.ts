/**
 * A way into a database for a program that is not to be given the password: Godwit logs in itself, and the program is
 * handed the open connection. Nobody but this account can use it.
 */
export interface Door {
  /** Holds no password. */
  readonly url: string;
  /** Ends what goes through it. Never throws. */
  close(): Promise<void>;
}

/** Why there can be no door. */
export interface NoDoor {
  readonly reason: string;
}
