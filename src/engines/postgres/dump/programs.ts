import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Target } from "../../engine.ts";
import { type ConnectionSettings, Credentials } from "../connection/credentials.ts";
import { majorOf, usualDirectories } from "../local-server/binaries.ts";
import type { Source } from "./source.ts";

/** Starts a program and gives what it wrote. Never throws; standard output only where it succeeded. */
export type Start = (
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Promise<{ readonly succeeded: boolean; readonly output: string; readonly words: string }>;

/** A pg_dump which can dump the server. */
export interface PgDump {
  readonly program: string;
  readonly major: number;
}

/** Newest major version that is looked for beside those on PATH. */
const newestMajor = 20;

/**
 * Looks for a pg_dump that is not older than the server: of the server's own major version if there is one, since a
 * newer one may write what an older server does not read.
 *
 * @param environment `PATH`; with `GODWIT_PG_BINARIES=none`, no program is used that was not made by us
 */
export async function findPgDump(
  major: number,
  environment: Readonly<Record<string, string | undefined>>,
  start: Start,
): Promise<PgDump | undefined> {
  if (environment["GODWIT_PG_BINARIES"] === "none") return undefined;
  const path = environment["PATH"] ?? "";
  const majors = Array.from({ length: Math.max(newestMajor - major, 0) + 1 }, (_, i) => major + i);
  const directories = [
    ...majors.flatMap((each) => usualDirectories(each, "")),
    ...path.split(delimiter).filter((entry) => isAbsolute(entry)),
  ];
  const found: PgDump[] = [];
  for (const directory of new Set(directories)) {
    const program = join(directory, "pg_dump");
    if (!(await isProgram(program))) continue;
    const { succeeded, output } = await start(program, ["--version"], {});
    const version = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
    if (!succeeded || version === undefined || majorOf(version) < major) continue;
    if (majorOf(version) === major) return { program, major };
    found.push({ program, major: majorOf(version) });
  }
  return found.sort((a, b) => a.major - b.major)[0];
}

function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Writes the definitions of one section, without rows.
 *
 * Subscriptions come with the publisher's address, and its password. Rows and large objects are copied from connection to connection.
 */
export function sectionArguments(section: "pre-data" | "post-data", { snapshotName }: Source): string[] {
  return [
    `--snapshot=${snapshotName}`,
    `--section=${section}`,
    "--encoding=UTF8",
    "--lock-wait-timeout=2000",
    "--no-blobs",
    "--no-subscriptions",
    "--no-security-labels",
    "--no-tablespaces",
    "--no-password",
  ];
}

/**
 * What libpq is to know of a connection, as variables: arguments can be seen by everybody on the machine.
 *
 * https://www.postgresql.org/docs/current/libpq-envars.html
 *
 * @param major of the libpq
 * @returns undefined where it has no way to say the same
 */
export function libpqEnvironment(target: Target, major: number): Record<string, string> | undefined {
  const settings = Credentials.of(target);
  const encryption = encryptionEnvironment(settings, major);
  if (encryption === undefined) return undefined;
  const { hosts, user, database, password, channelBinding, connectSeconds, sessionKind, options } = settings;
  const addresses = hosts.map(({ address }) => address ?? "");
  return {
    PGHOST: hosts.map(({ name }) => name).join(","),
    PGPORT: hosts.map(({ port }) => String(port)).join(","),
    ...(addresses.some(Boolean) && { PGHOSTADDR: addresses.join(",") }),
    PGUSER: user,
    PGDATABASE: database,
    ...(password !== undefined && { PGPASSWORD: password }),
    // Neither is anything else of the user's to be looked up.
    PGPASSFILE: "/dev/null",
    PGAPPNAME: settings.applicationName ?? "godwit",
    PGCONNECT_TIMEOUT: String(connectSeconds),
    PGTARGETSESSIONATTRS: sessionKind,
    ...(channelBinding && { PGCHANNELBINDING: "require" }),
    ...(options !== undefined && { PGOPTIONS: options }),
    ...encryption,
  };
}

function encryptionEnvironment(
  { encryption }: ConnectionSettings,
  major: number,
): Record<string, string> | undefined {
  const { use, verify, rootFile, certificateFile, keyFile, identityFile, keyPassword } = encryption;
  if (use === "disable") return { PGSSLMODE: "disable" };
  if (identityFile !== undefined || keyPassword !== undefined) return undefined;
  if (verify !== "nothing") {
    if (use !== "require") return undefined;
    // Without a file, the authorities which the system trusts: libpq has learnt that in version 16, for hosts alone.
    if (rootFile === undefined && !(major >= 16 && verify === "host")) return undefined;
  }
  const mode = verify === "host" ? "verify-full" : verify === "issuer" ? "verify-ca" : use;
  return {
    PGSSLMODE: mode,
    // An empty name would be the usual place, below the home directory.
    PGSSLROOTCERT: verify === "nothing" ? "/nonexistent" : (rootFile ?? "system"),
    PGSSLCERT: certificateFile ?? "/nonexistent",
    PGSSLKEY: keyFile ?? "/nonexistent",
    PGSSLCRL: "/nonexistent",
  };
}

/**
 * The SQL of a dump, without the two lines which are orders to psql: `\restrict` and `\unrestrict`, with a random word
 * that no other line of the dump has.
 */
export function withoutOrders(dump: string): string {
  const word = /^\\restrict (\S+)$/m.exec(dump)?.[1];
  if (word === undefined) return dump;
  return dump.replace(`\n\\restrict ${word}\n`, "\n").replace(`\n\\unrestrict ${word}\n`, "\n");
}
