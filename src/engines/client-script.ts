import type { Write } from "../plan/write.ts";
import type { ObjectKind } from "../schema/object.ts";
import type { AdvisoryKey } from "./server.ts";

/** An object by its kind and identity, as a snapshot names it. */
export interface ObjectName {
  readonly kind: ObjectKind;
  readonly identity: string;
}

/** Something that must hold, and its name in the refusal. */
export interface Claim {
  readonly name: string;
  /** A boolean expression, in which every name is qualified. */
  readonly holds: string;
}

/**
 * The parts of a script for the database's own command-line client, which runs it without Godwit. What the server is to
 * get reaches it byte for byte, whatever the client would make of it.
 */
export interface ClientScript {
  /** How a person runs a file: `psql "postgresql://..." -X -v ON_ERROR_STOP=1 -f repair.sql`. */
  command(file: string): string;
  /** The client stops at the first error, and the session is as the framework's driver has it. */
  opening(options: { readonly schema: string }): string;
  /** Locks until the transaction ends, or else until the session ends, for a script of several transactions. */
  lock(keys: readonly AdvisoryKey[], until: "transaction" | "session"): string;
  unlock(keys: readonly AdvisoryKey[]): string;
  readonly begin: string;
  readonly commit: string;
  /** One statement, exactly as it is written. */
  statement(sql: string): string;
  /** One statement outside of a transaction, which may wait for others longer. */
  alone(sql: string): string;
  /** A statement with its values in its text. */
  write(write: Write): string;
  /**
   * An expression which is true while an object is there.
   *
   * @param whole and is finished: an index which the server gave up is there, and is not whole
   */
  exists(object: ObjectName, options?: { readonly whole?: boolean }): string;
  /** An expression which is true on a server of this major version. */
  isMajor(major: number): string;
  /**
   * Raises an error which ends the script, unless all claims hold.
   *
   * @param otherwise what is said then; the names of the claims that do not hold are put between its two parts
   */
  assert(claims: readonly Claim[], otherwise: readonly [string, string]): string;
}
