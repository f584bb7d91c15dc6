import { isKnownError, KnownError } from "../../errors.ts";
import { quoteIdentifier } from "../../sql/identifier.ts";
import type { Target } from "../engine.ts";

/** What is being done while a connection is opened, for {@link translate}. */
export const connecting = "connecting";

/** How long a statement and its wait for a lock may take, in seconds, for the words of a refusal. */
export interface Limits {
  readonly statement: number;
  readonly lock: number;
}

/**
 * The server's SQLSTATE; undefined where the error is not the server's.
 *
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function sqlState(error: unknown): string | undefined {
  // The codes of Node.js have five letters too (EPIPE); only the server speaks of a severity.
  if (!(error instanceof Error) || !("severity" in error)) return undefined;
  return codeOf(error);
}

/**
 * Translates an error of the server, of the network or of the driver into a refusal whose reason is known. What it is
 * follows from codes; the server's message, which may be in any language, is at most quoted.
 *
 * @param target its `address` is named
 * @param doing completes "while ...": `reading the schema`, {@link connecting}
 * @param limits what had been set when the error came
 * @returns undefined for everything else: a bug, or an outcome for the caller to tell
 */
export function translate(
  error: unknown,
  target: Target,
  doing: string,
  limits: Limits = { statement: 5, lock: 0.5 },
): KnownError | undefined {
  if (error instanceof KnownError) return error;
  if (!(error instanceof Error)) return undefined;
  const state = sqlState(error);
  if (state !== undefined) return fromServer(state, error, { target, doing, limits });
  const code = codeOf(error);
  return code === undefined ? fromDriver(error, target) : fromSystem(code, error, target);
}

/** An error while connecting. Nothing was lost yet: a connection that breaks so early was never there. */
export function refusalOf(error: unknown, target: Target): KnownError | undefined {
  const known = translate(error, target, connecting);
  if (!isKnownError(known, "CONNECTION_LOST")) return known;
  const { address } = target;
  const problem =
    sqlState(error) === undefined ? "it closed the connection before it answered" : known.details.problem;
  return new KnownError("SERVER_UNREACHABLE", { address, problem }, { cause: error });
}

/** The network's word that the other side is gone. */
export function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function fromServer(
  state: string,
  cause: Error,
  { target, doing, limits }: { target: Target; doing: string; limits: Limits },
): KnownError | undefined {
  const { address, user, database } = target;
  const options = { cause };
  // Class 08: the connection itself. PgBouncer gives all its own refusals 08P01, so the reason is in the message alone.
  if (state.startsWith("08"))
    return new KnownError("CONNECTION_LOST", { address, problem: cause.message }, options);
  switch (state) {
    case "28P01":
      return new KnownError(
        "AUTHENTICATION_FAILED",
        { address, user, problem: "the password is wrong" },
        options,
      );
    case "28000": {
      const problem = "there is no such role, or pg_hba.conf does not let it in from here";
      return new KnownError("AUTHENTICATION_FAILED", { address, user, problem }, options);
    }
    case "3D000":
      return new KnownError("DATABASE_MISSING", { address, database }, options);
    case "57P03":
      return new KnownError(
        "SERVER_BUSY",
        { address, problem: "it is starting up, shutting down or recovering" },
        options,
      );
    case "53300":
      return new KnownError("SERVER_BUSY", { address, problem: "all its connections are taken" }, options);
    case "57014":
      return new KnownError("TIMED_OUT", { doing, seconds: limits.statement }, options);
    case "55P03":
      return new KnownError("TIMED_OUT", { doing, seconds: limits.lock }, options);
    case "42501":
      return new KnownError("PERMISSION_DENIED", denied(target, doing), options);
    case "57P01": // an administrator ended the session
    case "57P02": // the server crashed
    case "57P04": // the database was dropped
    case "57P05": // idle for too long
    case "25P03": // idle in a transaction for too long
    case "25P04": // a transaction for too long
      return new KnownError("CONNECTION_LOST", { address, problem: cause.message }, options);
    default:
      return undefined;
  }
}

function denied(
  { user, database }: Target,
  doing: string,
): { user: string; object: string; statement: string } {
  const role = quoteIdentifier(user);
  return doing === connecting
    ? {
        user,
        object: `the database "${database}"`,
        statement: `GRANT CONNECT ON DATABASE ${quoteIdentifier(database)} TO ${role};`,
      }
    : { user, object: `what is needed for ${doing}`, statement: `GRANT pg_read_all_data TO ${role};` };
}

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name could not be looked up now",
  ETIMEDOUT: "no answer came",
  EHOSTUNREACH: "there is no way to it from here",
  ENETUNREACH: "there is no way to it from here",
  EADDRNOTAVAIL: "there is no way to it from here",
  ENOENT: "there is no such socket",
  ENOTDIR: "there is no such socket",
  EACCES: "this user may not open the socket",
};

const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate was made by itself, and is not among those to trust",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate was issued by an authority that is not among those to trust",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its certificate was issued by an authority that is not among those to trust",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate was issued by an authority that is not among those to trust",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "its certificate was issued by an authority that is not among those to trust",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
};

/** Codes of Node.js: https://nodejs.org/api/errors.html, https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function fromSystem(code: string, cause: Error, { address }: Target): KnownError | undefined {
  const problem = unreachable[code] ?? refusedByTheSystem(code, cause);
  if (problem !== undefined) return new KnownError("SERVER_UNREACHABLE", { address, problem }, { cause });
  if (code === "ECONNRESET" || code === "EPIPE") {
    return new KnownError("CONNECTION_LOST", { address, problem: "the other side closed it" }, { cause });
  }
  const distrust = untrusted[code];
  if (
    distrust !== undefined ||
    /^(?:EPROTO$|ERR_TLS_|ERR_SSL_|ERR_OSSL_|ERR_CRYPTO_|CERT_|CRL_|UNABLE_TO_|INVALID_)/.test(code)
  ) {
    return new KnownError(
      "TLS_FAILED",
      { address, problem: distrust ?? `the handshake failed (${code})` },
      { cause },
    );
  }
  return undefined;
}

/** A name that is too long, a path that no socket can have: nobody was reached, whatever the code. */
function refusedByTheSystem(code: string, cause: Error): string | undefined {
  const isOnTheWay = "syscall" in cause && /^(?:connect|getaddrinfo|lookup)$/.test(String(cause.syscall));
  // A connection that was there and broke off is told as that.
  return isOnTheWay && !/^(?:ECONNRESET|EPIPE)$/.test(code) ? `the system refuses it (${code})` : undefined;
}

/** The server says that it offers no encryption. */
export function isUnencrypted(error: unknown): boolean {
  return error instanceof Error && error.message === noEncryption;
}

const noEncryption = "The server does not support SSL connections";

/** The driver's own errors have no code. Their texts are fixed ones of the pinned version; the tests provoke them. */
function fromDriver(cause: Error, { address, user }: Target): KnownError | undefined {
  const options = { cause };
  switch (cause.message) {
    case "timeout expired":
      return new KnownError("SERVER_UNREACHABLE", { address, problem: "no answer came in time" }, options);
    case noEncryption:
      return new KnownError("TLS_FAILED", { address, problem: "the server offers none" }, options);
    case "There was an error establishing an SSL connection":
      return new KnownError(
        "SERVER_UNREACHABLE",
        { address, problem: "what listens there is not PostgreSQL" },
        options,
      );
    case "Connection terminated":
    case "Connection terminated unexpectedly":
    case "Client has encountered a connection error and is not queryable":
    case "Client was closed and is not queryable":
      return new KnownError("CONNECTION_LOST", { address, problem: "the other side closed it" }, options);
  }
  if (cause.message.startsWith("received invalid response: ")) {
    return new KnownError(
      "SERVER_UNREACHABLE",
      { address, problem: "what listens there is not PostgreSQL" },
      options,
    );
  }
  if (cause.message.startsWith("SASL: "))
    return new KnownError(
      "AUTHENTICATION_FAILED",
      { address, user, problem: "the exchange of the password failed" },
      options,
    );
  return undefined;
}
