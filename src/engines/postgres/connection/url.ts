import { userInfo } from "node:os";
import { KnownError } from "../../../errors.ts";
import type { Target } from "../../engine.ts";
import { type ConnectionSettings, Credentials, type Host, sessionKinds } from "./credentials.ts";
import { encryptionOf } from "./encryption.ts";

/**
 * Reads a database URL as libpq does, with Prisma's own parameters beside it. What libpq would look up in files or in
 * the environment (`~/.pgpass`, `PGPASSWORD`, `~/.postgresql/`) is not looked up. No refusal repeats a part of the
 * URL: what stands in the wrong place may be the password.
 *
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 * https://www.prisma.io/docs/orm/overview/databases/postgresql
 *
 * @param defaults.user who connects where the URL names nobody; the user of the operating system unless given
 * @throws KnownError DATABASE_URL_INVALID
 * @example
 * parsePostgresUrl("postgresql://ann:s%23cret@localhost/shop?schema=public").address; // localhost:5432
 */
export function parsePostgresUrl(url: string, defaults: { readonly user?: string } = {}): Target {
  const { userInfo: account, hosts: authority, path, query } = cut(url.trim());
  const parameters = parametersOf(query);
  if (parameters.has("service"))
    refuse("it names a service file, which is not read; write host and database into it");

  const colon = account.indexOf(":");
  const user =
    parameters.get("user") ||
    decode(colon < 0 ? account : account.slice(0, colon)) ||
    (defaults.user ?? systemUser());
  const password = parameters.get("password") || (colon < 0 ? "" : decode(account.slice(colon + 1)));
  const database = parameters.get("dbname") || decode(path) || user;
  const schema = parameters.get("schema");
  const hosts = hostsOf(authority, parameters);
  const applicationName = parameters.get("application_name");
  const options = parameters.get("options");
  const settings: ConnectionSettings = {
    hosts,
    user,
    database,
    ...(password !== "" && { password }),
    encryption: encryptionOf(parameters, refuse),
    channelBinding: parameters.get("channel_binding") === "require",
    connectSeconds: secondsOf(parameters.get("connect_timeout")),
    sessionKind: sessionKindOf(parameters.get("target_session_attrs")),
    ...(applicationName && { applicationName }),
    ...(options && { options }),
  };
  return {
    engine: "postgres",
    address: hosts.map(addressOf).join(", "),
    database,
    user,
    ...(schema && { schema }),
    secret: new Credentials(settings),
  };
}

/** The same server and user, another database. */
export function withDatabase(target: Target, database: string): Target {
  return { ...target, database, secret: new Credentials({ ...Credentials.of(target), database }) };
}

/** For people: `localhost:5432`, `[::1]:5432`, `/var/run/postgresql`. */
export function addressOf({ name, port }: Host): string {
  if (name.startsWith("/")) return port === 5432 ? name : `${name}:${port}`;
  return name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`;
}

function refuse(problem: string): never {
  throw new KnownError("DATABASE_URL_INVALID", { problem });
}

/** Cuts the URL without decoding it. Where two readings are possible there is a refusal, not a guess. */
function cut(url: string): { userInfo: string; hosts: string; path: string; query: string } {
  if (/^prisma(?:\+postgres)?:/i.test(url)) {
    refuse(
      "it leads to a proxy (Prisma Accelerate, `prisma dev`), not to a database; give the direct URL, postgresql://",
    );
  }
  const rest = /^postgres(?:ql)?:\/\/(.*)$/is.exec(url)?.[1];
  if (rest === undefined) refuse("it does not begin with postgresql://");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f]/.test(rest)) refuse("it contains a line break or another control character");
  // libpq would take it as it is, every other parser as the beginning of a fragment.
  if (rest.includes("#")) refuse("it contains an unescaped #, which is written %23");
  const [, authority = "", path = "", query = ""] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(rest) ?? [];
  const ats = rest.split("@").length - 1;
  if (ats > 1) refuse("it contains more than one @; within user, password and parameters it is written %40");
  if (ats === 1 && !authority.includes("@")) {
    refuse("a / or ? stands before the @; within user and password they are written %2F and %3F");
  }
  if (path.includes("/"))
    refuse("its path has more than one part; a / within the database's name is written %2F");
  const at = authority.indexOf("@");
  return { userInfo: authority.slice(0, Math.max(at, 0)), hosts: authority.slice(at + 1), path, query };
}

function decode(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text))
    refuse("it contains a % without two hexadecimal digits; a % itself is written %25");
  if (/%00/.test(text)) refuse("it contains %00, which no name and no password can have");
  try {
    return decodeURIComponent(text);
  } catch {
    refuse("what is percent-encoded in it is not UTF-8");
  }
}

/** The last of several with one name counts. */
function parametersOf(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    if (equals > 0) parameters.set(decode(pair.slice(0, equals)), decode(pair.slice(equals + 1)));
  }
  return parameters;
}

function hostsOf(authority: string, parameters: ReadonlyMap<string, string>): Host[] {
  const written = authority.split(",").map((part) => {
    const match = /^(?:\[([^[\]]+)\]|([^:[\]]*))(?::([^:]*))?$/.exec(part);
    if (match === null)
      refuse("host and port cannot be told apart; an IPv6 address stands in brackets, [::1]");
    return { name: decode(match[1] ?? match[2] ?? ""), port: match[3] ?? "" };
  });
  const addresses = list(parameters.get("hostaddr"));
  const names =
    list(parameters.get("host")) ??
    (authority === "" && addresses ? addresses : written.map(({ name }) => name));
  const ports = list(parameters.get("port")) ?? written.map(({ port }) => port);
  if (ports.length !== 1 && ports.length !== names.length) refuse("it does not have as many ports as hosts");
  if (addresses && addresses.length !== names.length)
    refuse("it does not have as many values in hostaddr as hosts");
  return names.flatMap((written, i) => {
    const port = portOf(ports[ports.length === 1 ? 0 : i] ?? "");
    const address = addresses?.[i];
    const name = written.startsWith("/") ? written.replace(/(?<=.)\/+$/, "") : written;
    if (name === "" && !address) return defaultHosts.map((host) => ({ name: host, port }));
    return [{ name: name || (address ?? ""), port, ...(address && { address }) }];
  });
}

/** libpq goes to the socket, other drivers to localhost: whichever is there. */
const defaultHosts = process.platform === "win32" ? ["localhost"] : ["/var/run/postgresql", "localhost"];

function list(value: string | undefined): string[] | undefined {
  return value ? value.split(",") : undefined;
}

function portOf(text: string): number {
  if (text === "") return 5432;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    refuse(
      "its port is not a number from 1 to 65535 (special characters before it, in the password, are percent-encoded)",
    );
  }
  return port;
}

function secondsOf(text: string | undefined): number {
  if (!text) return 5;
  if (!/^-?\d{1,6}$/.test(text)) refuse("connect_timeout is not a whole number of seconds");
  return Math.max(0, Number(text));
}

function sessionKindOf(text: string | undefined): ConnectionSettings["sessionKind"] {
  if (!text) return "any";
  return (
    sessionKinds.find((kind) => kind === text) ??
    refuse(`target_session_attrs is none of ${sessionKinds.join(", ")}`)
  );
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number which has no name.
    refuse("it names no user, and this process runs under a user without a name");
  }
}
