import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { ConnectionOptions } from "node:tls";
import { type ClientConfig, Client as PgClient } from "pg";
import { from, to } from "pg-copy-streams";
import { isKnownError, KnownError } from "../../errors.ts";
import type { Rows, Target } from "../engine.ts";
import { type ConnectionSettings, Credentials, type Host } from "./connection/credentials.ts";
import { handshakeOptions } from "./connection/encryption.ts";
import { addressOf } from "./connection/url.ts";
import { connecting, sqlState, translate } from "./errors.ts";

/** The oldest major version that Godwit reads. */
const minimumMajor = 13;

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
  /**
   * Sends a text as one message of the simple protocol; with values, one statement by the extended protocol.
   *
   * @returns a result for each statement of the text
   * @throws KnownError CONNECTION_LOST; the server's other refusals as they are (see `sqlState` and `translate`)
   */
  query(text: string, values?: readonly unknown[]): Promise<readonly Result[]>;
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

/**
 * Opens a connection to the first of the target's hosts that takes it.
 *
 * Nothing but user, database, name and the URL's own `options` goes into the startup message: poolers refuse the rest.
 *
 * @param options.applicationName as `pg_stat_activity` shows it, unless the URL names another
 * @throws KnownError SERVER_UNREACHABLE, AUTHENTICATION_FAILED, DATABASE_MISSING, TLS_FAILED, SERVER_BUSY,
 *   PERMISSION_DENIED, SERVER_UNSUPPORTED
 */
export async function openClient(
  target: Target,
  options: { readonly applicationName?: string } = {},
): Promise<Client> {
  const settings = Credentials.of(target);
  const problems: KnownError[] = [];
  for (const kind of settings.sessionKind === "prefer-standby"
    ? (["standby", "any"] as const)
    : [settings.sessionKind]) {
    for (const host of settings.hosts) {
      const here = { ...target, address: addressOf(host) };
      try {
        const driver = await openHost(host, settings, here, options.applicationName ?? "godwit");
        if (await isOfKind(driver, kind)) return clientOf(driver, here);
        await end(driver);
        problems.push(
          new KnownError("SERVER_UNREACHABLE", { address: here.address, problem: `it is not ${kind}` }),
        );
      } catch (error) {
        const known = refusalOf(error, here);
        // As libpq: another host is tried where this one does not answer, not where it refuses.
        if (!isKnownError(known, "SERVER_UNREACHABLE") && !isKnownError(known, "SERVER_BUSY"))
          throw known ?? error;
        problems.push(known);
      }
    }
  }
  const [first, ...others] = problems;
  if (first !== undefined && others.length === 0) throw first;
  const problem = problems
    .map((known) => ("problem" in known.details ? known.details.problem : known.message))
    .join("; ");
  throw new KnownError("SERVER_UNREACHABLE", { address: target.address, problem });
}

/** An error while connecting. Nothing was lost yet: a connection that breaks so early was never there. */
function refusalOf(error: unknown, target: Target): KnownError | undefined {
  const known = translate(error, target, connecting);
  if (!isKnownError(known, "CONNECTION_LOST")) return known;
  const { address } = target;
  const problem =
    sqlState(error) === undefined ? "it closed the connection before it answered" : known.details.problem;
  return new KnownError("SERVER_UNREACHABLE", { address, problem }, { cause: error });
}

/** Connects encrypted or not, in the order which `sslmode` asks for. */
async function openHost(
  host: Host,
  settings: ConnectionSettings,
  target: Target,
  name: string,
): Promise<Driver> {
  const { use } = settings.encryption;
  // libpq ignores sslmode on a socket: nobody can listen between.
  const plain = use === "disable" || host.name.startsWith("/");
  const handshake = plain ? undefined : await handshakeOptions(settings.encryption, target.address);
  const open = (encrypted: boolean) =>
    openDriver(host, settings, target, name, encrypted ? handshake : undefined);
  if (plain || use === "require") return open(!plain);
  const encryptedFirst = use === "prefer";
  try {
    return await open(encryptedFirst);
  } catch (first) {
    // 28000: pg_hba.conf has no line for this user with (or without) encryption. A wrong password is 28P01, and is not
    // tried again, least of all in the clear.
    const refused = sqlState(first) === "28000";
    const known = refusalOf(first, target);
    const noHandshake = isKnownError(known, "TLS_FAILED") || isClosed(first);
    if (!refused && !(encryptedFirst && noHandshake)) throw first;
    return await open(!encryptedFirst).catch((second: unknown) => {
      throw sqlState(second) === "28000" ? first : second;
    });
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

/** The driver, without its habit of completing a configuration from the environment (PGOPTIONS, PGREPLICATION, ...). */
class Driver extends PgClient {
  declare readonly processID: number | null;
  readonly socket: Socket;
  readonly #startup: Readonly<Record<string, string>>;

  constructor(config: ClientConfig, startup: Readonly<Record<string, string>>) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.socket = socket;
    this.#startup = startup;
  }

  /** Called by the driver for the content of its first message. */
  getStartupConf(): Readonly<Record<string, string>> {
    return this.#startup;
  }
}

async function openDriver(
  host: Host,
  settings: ConnectionSettings,
  target: Target,
  applicationName: string,
  handshake: ConnectionOptions | undefined,
): Promise<Driver> {
  const { user, database, password, options, channelBinding } = settings;
  let mechanisms: readonly string[] = [];
  const demandBinding = () => {
    if (!channelBinding || mechanisms.includes("SCRAM-SHA-256-PLUS")) return;
    const problem =
      "the server does not bind the password to its certificate, as channel_binding=require asks";
    throw new KnownError("TLS_FAILED", { address: target.address, problem });
  };
  const config: ClientConfig = {
    host: host.address ?? host.name,
    port: host.port,
    user,
    database,
    // A function, because the driver would look for a missing password in PGPASSWORD and ~/.pgpass.
    password: () => {
      demandBinding();
      if (password !== undefined) return password;
      throw new KnownError("AUTHENTICATION_FAILED", {
        address: target.address,
        user,
        problem: "it asks for a password, and the URL has none",
      });
    },
    ssl: handshake ? { ...handshake, ...(host.address && { servername: host.name }) } : false,
    sslnegotiation: "postgres",
    enableChannelBinding: channelBinding,
    connectionTimeoutMillis: settings.connectSeconds * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  const startup = { user, database, application_name: settings.applicationName ?? applicationName };
  const driver = new Driver(config, options === undefined ? startup : { ...startup, options });
  // An error after the first has no other listener yet, and would end the process.
  driver.on("error", () => undefined);
  driver.connection.on("authenticationSASL", (message: { mechanisms: readonly string[] }) => {
    mechanisms = message.mechanisms;
  });
  let version: string | undefined;
  driver.connection.on("parameterStatus", (message: { parameterName: string; parameterValue: string }) => {
    if (message.parameterName === "server_version") version = message.parameterValue;
  });
  try {
    await driver.connect();
    demandBinding();
    if (version !== undefined && Number.parseInt(version, 10) < minimumMajor) {
      throw new KnownError("SERVER_UNSUPPORTED", { version, minimum: String(minimumMajor) });
    }
    return driver;
  } catch (error) {
    driver.socket.destroy();
    throw error;
  }
}

/** https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS */
async function isOfKind(driver: Driver, kind: ConnectionSettings["sessionKind"]): Promise<boolean> {
  if (kind === "any") return true;
  const { rows } = await driver.query<{ standby: boolean; readonly: boolean }>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS readonly`,
  );
  const { standby, readonly } = rows[0] ?? { standby: false, readonly: false };
  const answers = {
    "read-write": !readonly,
    "read-only": readonly,
    primary: !standby,
    standby,
    "prefer-standby": standby,
  };
  return answers[kind];
}

function clientOf(driver: Driver, target: Target): Client {
  const listeners: ((error: KnownError) => void)[] = [];
  let lost: KnownError | undefined;
  let ended: Promise<void> | undefined;
  const lose = (error: unknown): KnownError => {
    if (lost !== undefined) return lost;
    const known = translate(error, target, "waiting for an answer");
    lost = isKnownError(known, "CONNECTION_LOST")
      ? known
      : new KnownError(
          "CONNECTION_LOST",
          { address: target.address, problem: known?.message ?? "it broke" },
          { cause: error },
        );
    if (ended === undefined) for (const listener of listeners) listener(lost);
    return lost;
  };
  driver.on("error", lose);
  return {
    processId: driver.processID ?? 0,
    async query(text, values) {
      if (lost !== undefined) throw lost;
      try {
        const answer: Result | Result[] = await driver.query(text, values && [...values]);
        return Array.isArray(answer) ? answer : [answer];
      } catch (error) {
        throw isKnownError(translate(error, target, "waiting for an answer"), "CONNECTION_LOST")
          ? lose(error)
          : error;
      }
    },
    copyOut: (sql) => driver.query(to(sql)),
    copyIn: (sql) => driver.query(from(sql)),
    end() {
      ended ??= end(driver);
      return ended;
    },
    leave() {
      ended ??= end(driver);
      driver.socket.unref();
    },
    onLost(listener) {
      if (lost === undefined) listeners.push(listener);
      else if (ended === undefined) listener(lost);
    },
  };
}

async function end(driver: Driver): Promise<void> {
  const late = setTimeout(() => driver.socket.destroy(), 1000).unref();
  await driver.end().catch(() => undefined);
  clearTimeout(late);
}
