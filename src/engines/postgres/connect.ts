import type { Socket } from "node:net";
import type { ClientConfig } from "pg";
import { isKnownError, KnownError } from "../../errors.ts";
import type { Target } from "../engine.ts";
import type { Client } from "./client.ts";
import { type ConnectionSettings, Credentials, type Host } from "./connection/credentials.ts";
import { Driver, type Place } from "./connection/driver.ts";
import { clientOf, end } from "./connection/driver-client.ts";
import { handshakeOptions } from "./connection/encryption.ts";
import { isOfKind, type SessionFacts, sessionFacts } from "./connection/session-kind.ts";
import { addressOf } from "./connection/url.ts";
import { isClosed, isUnencrypted, refusalOf, sqlState } from "./errors.ts";

export type { Client };

/** The oldest major version that Godwit reads. */
const minimumMajor = 13;

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
  const driver = await openFirst(target, { applicationName: options.applicationName ?? "godwit" });
  return clientOf(driver, driver.place.target);
}

/** A connection that is ready for queries, and that nobody reads from or writes to but whoever asked for it. */
export interface RawConnection {
  /** Paused. */
  readonly stream: Socket;
  /** What the server said when the user was in, from AuthenticationOk to ReadyForQuery, as it came. */
  readonly greeting: Buffer;
  /** The number and the secret by which the connection's statement is cancelled; undefined where the server gave none. */
  readonly key: string | undefined;
  /** Sends this CancelRequest to the same server, in the same way. Never throws: it is never answered either. */
  cancel(message: Buffer): Promise<void>;
}

/**
 * Logs in as {@link openClient} does, and hands the connection over as it is.
 *
 * @param startup the whole StartupMessage: what it asks for is the caller's, user and password are the target's
 * @throws KnownError as {@link openClient}; the server's refusal of what the message asks for as it is
 */
export async function openRaw(target: Target, startup: Buffer): Promise<RawConnection> {
  const driver = await openFirst(target, { message: startup });
  const { stream } = driver;
  // The driver no longer listens, and nothing that comes until somebody else does is lost.
  stream.pause().removeAllListeners("data");
  const { place, greeting } = driver;
  return {
    stream,
    greeting: greeting.bytes(),
    key: greeting.key,
    cancel: (message) =>
      openDriver(place, { message }).then(
        (open) => void open.socket.destroy(),
        () => undefined,
      ),
  };
}

/** What is said first: whose name the connection has, or a message of somebody else's. */
type Opening = { readonly applicationName: string } | { readonly message: Buffer };

/** To the first of the target's hosts that takes it. */
async function openFirst(target: Target, opening: Opening): Promise<Driver> {
  const settings = Credentials.of(target);
  const problems: KnownError[] = [];
  for (const kind of settings.sessionKind === "prefer-standby"
    ? (["standby", "any"] as const)
    : [settings.sessionKind]) {
    for (const host of settings.hosts) {
      const here = { ...target, address: addressOf(host) };
      try {
        const driver = await openHost(host, settings, here, opening);
        if (await isWanted(driver, kind)) return driver;
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

/**
 * Servers which answered that they offer no encryption, by {@link addressOf}: with `sslmode=prefer` each further connection
 * would be two, as this driver has to open another one after that answer.
 */
const unencrypted = new Set<string>();

/** Connects encrypted or not, in the order which `sslmode` asks for. */
async function openHost(
  host: Host,
  settings: ConnectionSettings,
  target: Target,
  opening: Opening,
): Promise<Driver> {
  const { use } = settings.encryption;
  // libpq ignores sslmode on a socket: nobody can listen between.
  const plain = use === "disable" || host.name.startsWith("/");
  const handshake = plain ? undefined : await handshakeOptions(settings.encryption, target.address);
  const open = (encrypted: boolean) =>
    openDriver({ host, settings, target, handshake: encrypted ? handshake : undefined }, opening);
  if (plain || use === "require") return open(!plain);
  const encryptedFirst = use === "prefer" && !unencrypted.has(target.address);
  try {
    return await open(encryptedFirst);
  } catch (first) {
    // 28000: pg_hba.conf has no line for this user with (or without) encryption. A wrong password is 28P01, and is not
    // tried again, least of all in the clear.
    const refused = sqlState(first) === "28000";
    const known = refusalOf(first, target);
    const noHandshake = isKnownError(known, "TLS_FAILED") || isClosed(first);
    if (!refused && !(encryptedFirst && noHandshake)) throw first;
    if (isUnencrypted(first)) unencrypted.add(target.address);
    return await open(!encryptedFirst).catch((second: unknown) => {
      throw sqlState(second) === "28000" ? first : second;
    });
  }
}

async function openDriver(place: Place, opening: Opening): Promise<Driver> {
  const { host, settings, target, handshake } = place;
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
  const startup =
    "message" in opening
      ? opening.message
      : {
          user,
          database,
          application_name: settings.applicationName ?? opening.applicationName,
          ...(options !== undefined && { options }),
        };
  const driver = new Driver(config, place, startup);
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

async function isWanted(driver: Driver, kind: ConnectionSettings["sessionKind"]): Promise<boolean> {
  if (kind === "any") return true;
  const { rows } = await driver.query<SessionFacts>(sessionFacts);
  return rows[0] !== undefined && isOfKind(rows[0], kind);
}
