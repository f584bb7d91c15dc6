import type { Target } from "../../engine.ts";
import { Credentials } from "./credentials.ts";
import type { Encryption } from "./encryption.ts";

/**
 * The URL of a target, as `parsePostgresUrl` reads it and as other programs do. It holds the password, where there is one.
 *
 * @param instead what is to be different
 */
export function postgresUrl(
  target: Target,
  instead: { readonly user?: string; readonly database?: string; readonly schema?: string } = {},
): string {
  const settings = Credentials.of(target);
  const { hosts, password, encryption, channelBinding, connectSeconds, sessionKind } = settings;
  const user = encodeURIComponent(instead.user ?? settings.user);
  const secret = password === undefined ? "" : `:${encodeURIComponent(password)}`;
  const database = encodeURIComponent(instead.database ?? settings.database);
  const socket = hosts.some(({ name }) => name.startsWith("/"));
  const ports = hosts.map(({ port }) => String(port)).join(",");
  const parameters: Record<string, string | undefined> = {
    schema: instead.schema ?? target.schema,
    // Some programs demand a host where one stands; they too take the parameter's.
    ...(socket && {
      host: hosts.map(({ name }) => name).join(","),
      port: ports === "5432" ? undefined : ports,
    }),
    hostaddr: hosts.some(({ address }) => address)
      ? hosts.map(({ address }) => address ?? "").join(",")
      : undefined,
    ...encryptionParameters(encryption),
    channel_binding: channelBinding ? "require" : undefined,
    connect_timeout: connectSeconds === 5 ? undefined : String(connectSeconds),
    target_session_attrs: sessionKind === "any" ? undefined : sessionKind,
    application_name: settings.applicationName,
    options: settings.options,
  };
  const authority = socket
    ? "localhost"
    : hosts
        .map(({ name, port }) => `${name.includes(":") ? `[${name}]` : encodeURIComponent(name)}:${port}`)
        .join(",");
  const query = Object.entries(parameters)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  return `postgresql://${user}${secret}@${authority}/${database}${query && `?${query}`}`;
}

function encryptionParameters(encryption: Encryption): Record<string, string | undefined> {
  const { use, verify, rootFile, certificateFile, keyFile, identityFile, keyPassword } = encryption;
  const mode =
    use !== "require" ? use : verify === "host" ? "verify-full" : verify === "issuer" ? "verify-ca" : use;
  return {
    sslmode: mode === "prefer" ? undefined : mode,
    // Prisma's: what a certificate says is checked where there is one.
    sslaccept: use !== "require" && verify === "host" ? "strict" : undefined,
    sslrootcert: verify === "nothing" ? undefined : rootFile,
    sslcert: certificateFile,
    sslkey: keyFile,
    sslidentity: identityFile,
    sslpassword: keyPassword,
  };
}
