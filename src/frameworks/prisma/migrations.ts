import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setImmediate as immediate } from "node:timers/promises";
import { KnownError } from "../../errors.ts";
import type { Migration } from "../../migration/migration.ts";
import { textOf } from "./schema-location.ts";

/** Since this version the order is that of `localeCompare`, before it that of the names' bytes. */
const ordersByLocale = { major: 6, minor: 6 };

/** How many files are read before it yields: about a millisecond's. */
const filesAtOnce = 25;

/**
 * Reads a directory of Prisma's migrations: each subdirectory is one, in Prisma's order. Other files do not count.
 *
 * The files are read one after another on this thread: 5,000 take 50 ms, a fifth of what reading them through the
 * thread pool takes. Now and then it yields, so that a connection can be opened meanwhile.
 *
 * @param migrationsDirectory absolute
 * @param projectDirectory absolute; `file` is relative to it
 * @throws KnownError NO_MIGRATIONS when there is no directory or nothing in it, MIGRATION_UNREADABLE
 * @see https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/migration-histories
 */
export async function readPrismaMigrations(
  migrationsDirectory: string,
  projectDirectory: string,
): Promise<Migration[]> {
  const place = path.relative(projectDirectory, migrationsDirectory).replaceAll(path.sep, "/");
  const names = directoriesIn(migrationsDirectory, place);
  if (names.length === 0) throw new KnownError("NO_MIGRATIONS", { directory: migrationsDirectory });
  const migrations: Migration[] = [];
  for (const [index, name] of inOrder(names, projectDirectory).entries()) {
    if (index % filesAtOnce === 0) await immediate();
    const file = `${place === "" ? "" : `${place}/`}${name}/migration.sql`;
    const bytes = readMigration(`${migrationsDirectory}${path.sep}${name}${path.sep}migration.sql`, file);
    migrations.push(migrationFrom(name, file, bytes));
  }
  return migrations;
}

/** A migration of Prisma's with this content. */
export function migrationFrom(name: string, file: string, bytes: Buffer): Migration {
  return {
    name,
    file,
    hasChecksum: (checksum) => isChecksumOf(bytes, checksum),
    // Asked for only where a row is written: thousands of files need not be hashed to be listed.
    get checksum() {
      return hash("sha256", bytes);
    },
    sql: bytes.toString("utf8"),
  };
}

/**
 * Reads for which database the migrations were written: `postgresql`, `mysql`, `sqlite` ...
 *
 * @returns undefined where the directory has no readable migration_lock.toml
 */
export function readMigrationLock(migrationsDirectory: string): string | undefined {
  const lock = textOf(path.join(migrationsDirectory, "migration_lock.toml"));
  return lock === undefined ? undefined : /^\uFEFF?provider\s*=\s*["']([^"'\r\n]*)["']/m.exec(lock)?.[1];
}

/** A link to a directory is none, as for Prisma. */
function directoriesIn(migrationsDirectory: string, file: string): string[] {
  let entries: Dirent<Buffer>[];
  try {
    entries = readdirSync(migrationsDirectory, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new KnownError("NO_MIGRATIONS", { directory: migrationsDirectory }, { cause: error });
    }
    throw unreadable(file, problems[code] ?? code, error);
  }
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      if (!isUtf8(name)) throw unreadable(`${file}/${name.toString("latin1")}`, "its name is not UTF-8");
      return name.toString("utf8");
    });
}

/** The two orders mostly agree, and only where they may not is Prisma's version looked for. */
function inOrder(names: readonly string[], projectDirectory: string): string[] {
  const byBytes = names
    .map((name) => ({ name, bytes: Buffer.from(name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ name }) => name);
  if (byBytes.every((name, index) => index === 0 || isPlainlyAfter(name, byBytes[index - 1] ?? "")))
    return byBytes;
  const version = installedVersion(projectDirectory);
  const isOlder =
    version !== undefined &&
    (version.major < ordersByLocale.major ||
      (version.major === ordersByLocale.major && version.minor < ordersByLocale.minor));
  return isOlder ? byBytes : byBytes.sort(new Intl.Collator("en").compare);
}

/**
 * In any order: the names part at digits or small letters. (`0_init` and `00_next` part at a digit and an underscore,
 * which is greater by its byte and less for people.) Asked first because making a collator takes 15 ms.
 */
function isPlainlyAfter(name: string, earlier: string): boolean {
  let at = 0;
  while (at < earlier.length && name[at] === earlier[at]) at += 1;
  const parts = [name.slice(0, at + 1), earlier.slice(0, at + 1)];
  return parts.every((part) => /^[\x20-\x7e]*[0-9a-z]$/.test(part));
}

function installedVersion(directory: string): { major: number; minor: number } | undefined {
  for (let place = directory; ; place = path.dirname(place)) {
    const found = /"version"\s*:\s*"(\d+)\.(\d+)\./.exec(
      textOf(path.join(place, "node_modules", "prisma", "package.json")) ?? "",
    );
    if (found !== null) return { major: Number(found[1]), minor: Number(found[2]) };
    if (place === path.dirname(place)) return undefined;
  }
}

function readMigration(place: string, file: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readRegular(place);
  } catch (error) {
    const code = codeOf(error);
    throw unreadable(file, problems[code] ?? code, error);
  }
  if (isUtf8(bytes)) return bytes;
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  throw unreadable(file, utf16 ? "it is UTF-16; save it as UTF-8" : "it is not UTF-8");
}

/** Does not wait at a named pipe. */
function readRegular(place: string): Buffer {
  const descriptor = openSync(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(descriptor).isFile()) throw Object.assign(new Error("not a file"), { code: "EISDIR" });
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: "the directory has no migration.sql (Prisma refuses it too, P3015)",
  ENOTDIR: "the directory has no migration.sql (Prisma refuses it too, P3015)",
  EISDIR: "it is not a regular file",
  ENXIO: "it is not a regular file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "it is a link that leads back to itself",
  ENAMETOOLONG: "its path is too long",
};

function unreadable(file: string, problem: string, cause?: unknown): KnownError {
  return new KnownError("MIGRATION_UNREADABLE", { file, problem }, { cause });
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  throw error;
}

/**
 * Prisma knows a text by its checksum, by those with the other line endings, and by each as early releases wrote it:
 * without the zeros which lead a byte.
 *
 * https://github.com/prisma/prisma-engines/issues/1887
 */
function isChecksumOf(bytes: Buffer, checksum: string): boolean {
  const isOf = (text: Buffer) => {
    const sum = hash("sha256", text);
    return sum === checksum || sum.replace(/0([\da-f])|([\da-f]{2})/g, "$1$2") === checksum;
  };
  return isOf(bytes) || (bytes.includes(10) && otherEndings(bytes).some(isOf));
}

/** Compared byte by byte: neither ending occurs within a character of UTF-8. */
function otherEndings(bytes: Buffer): Buffer[] {
  const unix = bytes.includes(13)
    ? bytes.toString("latin1").replaceAll("\r\n", "\n")
    : bytes.toString("latin1");
  return [Buffer.from(unix, "latin1"), Buffer.from(unix.replaceAll("\n", "\r\n"), "latin1")];
}
