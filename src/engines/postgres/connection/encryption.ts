import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import { KnownError } from "../../../errors.ts";

/** Whether and how a connection is encrypted. */
export interface Encryption {
  /** `prefer` goes on without encryption where the server offers none; `allow` begins without. */
  readonly use: "disable" | "allow" | "prefer" | "require";
  /** What is checked of the server's certificate: nothing, its issuer, or its issuer and the host's name. */
  readonly verify: "nothing" | "issuer" | "host";
  /** File with the certificates to trust; without it, those which Node.js trusts (and NODE_EXTRA_CA_CERTS). */
  readonly rootFile?: string;
  /** Files with the client's own certificate and key. */
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** The client's certificate and key in one PKCS #12 file (Prisma's `sslidentity`). */
  readonly identityFile?: string;
  readonly keyPassword?: string;
}

const modes: Readonly<Record<string, Pick<Encryption, "use" | "verify">>> = {
  disable: { use: "disable", verify: "nothing" },
  allow: { use: "allow", verify: "nothing" },
  prefer: { use: "prefer", verify: "nothing" },
  require: { use: "require", verify: "nothing" },
  "verify-ca": { use: "require", verify: "issuer" },
  "verify-full": { use: "require", verify: "host" },
  // Of the driver for Node.js.
  "no-verify": { use: "require", verify: "nothing" },
};

/**
 * Reads the `ssl...` parameters of a URL.
 *
 * libpq and Prisma use `sslcert` for different things: the client's certificate there, which goes with `sslkey`; the
 * server's root certificate here, which is used only with `sslaccept=strict`.
 *
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 *
 * @param refuse called with what is wrong
 */
export function encryptionOf(
  parameters: ReadonlyMap<string, string>,
  refuse: (problem: string) => never,
): Encryption {
  const value = (name: string) => parameters.get(name) || undefined;
  const system = value("sslrootcert") === "system";
  const name = value("sslmode") ?? synonyms[value("ssl") ?? ""] ?? (system ? "verify-full" : "prefer");
  const mode = modes[name] ?? refuse(`sslmode is none of ${Object.keys(modes).join(", ")}`);
  if (system && name !== "verify-full") refuse("sslrootcert=system goes with sslmode=verify-full alone");

  const rootOfPrisma =
    value("sslkey") === undefined && value("sslrootcert") === undefined ? value("sslcert") : undefined;
  const rootFile = system ? undefined : (value("sslrootcert") ?? rootOfPrisma);
  const certificateFile = rootOfPrisma === undefined ? value("sslcert") : undefined;
  // One file may hold both.
  const keyFile = value("sslkey") ?? certificateFile;
  const strict = parameters.has("sslaccept") && value("sslaccept") !== "accept_invalid_certs";
  // A root certificate that is given is checked even where the mode does not ask for it, as libpq does.
  const issuer = mode.verify === "issuer" || (value("sslrootcert") !== undefined && name !== "no-verify");
  const identityFile = value("sslidentity");
  const keyPassword = value("sslpassword");
  return {
    use: mode.use,
    verify: mode.verify === "host" || strict ? "host" : issuer ? "issuer" : "nothing",
    ...(rootFile && { rootFile }),
    ...(certificateFile && keyFile && { certificateFile, keyFile }),
    ...(identityFile && { identityFile }),
    ...(keyPassword && { keyPassword }),
  };
}

/** `ssl=true` of JDBC and of the driver for Node.js. */
const synonyms: Readonly<Record<string, string>> = {
  true: "require",
  1: "require",
  false: "disable",
  0: "disable",
};

/**
 * Reads the files and gives the options for a TLS handshake.
 *
 * @param address for people, for the refusal
 * @throws KnownError TLS_FAILED when a file cannot be read
 */
export async function handshakeOptions(encryption: Encryption, address: string): Promise<ConnectionOptions> {
  const read = (file: string) =>
    readFile(file).catch((cause: NodeJS.ErrnoException) => {
      throw new KnownError(
        "TLS_FAILED",
        { address, problem: `${file} cannot be read (${cause.code})` },
        { cause },
      );
    });
  const { verify, rootFile, certificateFile, keyFile, identityFile, keyPassword } = encryption;
  return {
    rejectUnauthorized: verify !== "nothing",
    ...(verify === "issuer" && { checkServerIdentity: () => undefined }),
    ...(rootFile && verify !== "nothing" && { ca: await read(rootFile) }),
    ...(certificateFile && { cert: await read(certificateFile) }),
    ...(keyFile && { key: await read(keyFile) }),
    ...(identityFile && { pfx: await read(identityFile) }),
    ...(keyPassword && { passphrase: keyPassword }),
  };
}
