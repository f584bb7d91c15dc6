import type { Refusals } from "./refusals.ts";

/** A code of {@link KnownError}. */
export type Code = keyof Refusals;

/** 2: it failed. 3: refused until a person chooses. 64: the command line was wrong. */
export type FailureExit = 2 | 3 | 64;

type Words<C extends Code> = {
  message(details: Refusals[C]): string;
  hint: string | ((details: Refusals[C]) => string);
  exitCode: FailureExit;
};

/**
 * Every way in which Godwit refuses, in one place. The key is the code; it never changes once released.
 *
 * A refusal is an expected outcome: it has one sentence (what and where), a hint (what to do), and an exit code.
 * Everything else that is thrown is a bug, and is shown with its stack.
 */
const known: { readonly [C in Code]: Words<C> } = {
  USAGE: {
    message: (d) => d.problem,
    hint: (d) => d.hint ?? "`godwit --help` lists the commands and their options.",
    exitCode: 64,
  },
  NO_PROJECT: {
    message: (d) => `No project with migrations was found in ${d.directory}.`,
    hint: (d) =>
      d.nearby?.length
        ? `There ${d.nearby.length === 1 ? "is one" : "are some"} close by: --project ${d.nearby.join(", --project ")}.`
        : "Start godwit in the project's directory, or name it with --project DIR. With migrations alone: --framework prisma --migrations DIR --database URL.",
    exitCode: 64,
  },
  CONFIG_INVALID: {
    message: (d) => `${d.file} cannot be used: ${d.problem}.`,
    hint: "Correct the file, or give the value as an option: `godwit --help`.",
    exitCode: 64,
  },
  NO_MIGRATIONS: {
    message: (d) => `There are no migrations in ${d.directory}.`,
    hint: "Name the directory which holds them with --migrations DIR.",
    exitCode: 64,
  },
  MIGRATION_UNREADABLE: {
    message: (d) => `The migration ${d.file} cannot be read: ${d.problem}.`,
    hint: "Restore the file from version control, or make it readable, and run this again.",
    exitCode: 2,
  },
  ENGINE_UNSUPPORTED: {
    message: (d) => `Godwit does not yet know ${d.engine} databases.`,
    hint: "It knows PostgreSQL today: postgresql://user@host:5432/database.",
    exitCode: 64,
  },
  FRAMEWORK_UNSUPPORTED: {
    message: (d) => `Godwit does not know the framework "${d.framework}".`,
    hint: (d) => `Known today: ${d.supported.join(", ")}.`,
    exitCode: 64,
  },
  NO_DATABASE_URL: {
    message: (d) => `No database URL was found (looked at: ${d.looked.join("; ")}).`,
    hint: "Give it with --database URL, or set DATABASE_URL.",
    exitCode: 64,
  },
  DATABASE_URL_INVALID: {
    message: (d) => `The database URL cannot be used: ${d.problem}.`,
    hint: "Its form is postgresql://user:password@host:5432/database?schema=public; special characters in the password must be percent-encoded.",
    exitCode: 64,
  },
  SERVER_UNREACHABLE: {
    message: (d) => `The database server at ${d.address} cannot be reached: ${d.problem}.`,
    hint: "Is it running, and is the address right from here? Inside a container, localhost is the container itself.",
    exitCode: 2,
  },
  AUTHENTICATION_FAILED: {
    message: (d) => `The server at ${d.address} does not let in user "${d.user}": ${d.problem}.`,
    hint: "Check user and password in the URL; special characters in the password must be percent-encoded.",
    exitCode: 2,
  },
  DATABASE_MISSING: {
    message: (d) => `The server at ${d.address} has no database "${d.database}".`,
    hint: "Check the database's name in the URL, or create the database.",
    exitCode: 2,
  },
  TLS_FAILED: {
    message: (d) => `No encrypted connection to ${d.address}: ${d.problem}.`,
    hint: "Check sslmode and sslrootcert in the URL.",
    exitCode: 2,
  },
  SERVER_UNSUPPORTED: {
    message: (d) => `The server's version is ${d.version}; Godwit needs ${d.minimum} or newer.`,
    hint: "Run it against a server which is still maintained.",
    exitCode: 2,
  },
  SERVER_BUSY: {
    message: (d) => `The server at ${d.address} does not take the connection now: ${d.problem}.`,
    hint: "Wait until it has started, or until connections are free, and run this again.",
    exitCode: 2,
  },
  PERMISSION_DENIED: {
    message: (d) => `The role "${d.user}" may not read ${d.object}.`,
    hint: (d) =>
      `Connect as the owner of the application's tables, or let an administrator run: ${d.statement}`,
    exitCode: 2,
  },
  TIMED_OUT: {
    message: (d) => `The server did not answer within ${d.seconds} s while ${d.doing}.`,
    hint: "Another session may hold a lock on the catalog, or the server is overloaded; run this again.",
    exitCode: 2,
  },
  CONNECTION_LOST: {
    message: (d) => `The connection to ${d.address} was lost: ${d.problem}.`,
    hint: "Run this again when the server answers: it begins with what is there then.",
    exitCode: 2,
  },
  HISTORY_UNREADABLE: {
    message: (d) => `The history table ${d.table} cannot be read: ${d.problem}.`,
    hint: "Is this table really the migration history? Its columns are not those which the framework creates.",
    exitCode: 2,
  },
  HISTORY_LOCKED: {
    message: (d) => `The history table ${d.table} cannot be read now: ${d.holder} holds a lock on it.`,
    hint: "Wait until it is released, or see `godwit doctor` for who it is.",
    exitCode: 2,
  },
  SHADOW_NOT_EMPTY: {
    message: (d) =>
      `The shadow database "${d.database}" is not empty: it holds ${d.objects.slice(0, 3).join(", ")}${d.objects.length > 3 ? ` and ${d.objects.length - 3} more` : ""}.`,
    hint: "Point --shadow at an empty database; Godwit empties no database that it did not fill.",
    exitCode: 2,
  },
  SHADOW_IS_TARGET: {
    message: (d) => `--shadow names the very database that is examined ("${d.database}").`,
    hint: "Point --shadow at another, empty database.",
    exitCode: 64,
  },
  SHADOW_WRONG_MAJOR: {
    message: (d) => `The shadow server is PostgreSQL ${d.shadow}, the database's server is ${d.target}.`,
    hint: "The shadow must have the same major version; on another, equal schemas look different.",
    exitCode: 2,
  },
  SHADOW_FAILED: {
    message: (d) => `The shadow database could not be made: ${d.problem}.`,
    hint: (d) => d.remedy ?? "Give an empty database of the same major version with --shadow URL.",
    exitCode: 2,
  },
  CLONE_IS_TARGET: {
    message: (d) => `--clone names the very database that is to be repaired ("${d.database}").`,
    hint: "Point --clone at a copy of it, on which the repair can be rehearsed.",
    exitCode: 64,
  },
  UNKNOWN_CHECK: {
    message: (d) => `There is no check, and no failure, called "${d.check}".`,
    hint: (d) => `The checks are: ${d.known.join(", ")}.`,
    exitCode: 64,
  },
  UNKNOWN_REMEDY: {
    message: (d) => `"${d.remedy}" is no remedy for ${d.check}.`,
    hint: (d) => `The remedies are: ${d.known.join(", ")}.`,
    exitCode: 64,
  },
  SESSION_NOT_ENDED: {
    message: (d) => `Session ${d.pid} was not ended: ${d.problem}.`,
    hint: (d) => d.next,
    exitCode: 3,
  },
  STATE_DIRECTORY_UNUSABLE: {
    message: (d) => `The directory for journals and backups, ${d.directory}, cannot be used: ${d.problem}.`,
    hint: "Nothing was changed. Name a directory that can be written, on a disk that stays, with --state-dir DIR.",
    exitCode: 2,
  },
  PLAN_FILE_UNWRITABLE: {
    message: (d) => `The plan cannot be written to ${d.file}: ${d.problem}.`,
    hint: "Nothing was changed. Name a file in a directory that can be written, with --plan-out FILE.",
    exitCode: 2,
  },
  NOTHING_TO_UNDO: {
    message: (d) => `No repair of this database is recorded in ${d.directory}.`,
    hint: "Was it made with another --state-dir, on another machine, or in a container that is gone?",
    exitCode: 2,
  },
  UNKNOWN_BATCH: {
    message: (d) =>
      d.known.length === 0
        ? "No rows were ever set aside in this database."
        : `${d.id} names none of what was set aside, or several: ${d.known.join(", ")}.`,
    hint: "`godwit quarantine` lists what was set aside.",
    exitCode: 64,
  },
  QUARANTINE_UNREADABLE: {
    message: (d) => `What was set aside cannot be read: ${d.problem}.`,
    hint: "Ask as the role that set the rows aside, and once nobody holds a lock.",
    exitCode: 2,
  },
  LOG_UNREADABLE: {
    message: (d) => `There is nothing to explain: ${d.problem}.`,
    hint: "Pipe a log into it (docker compose logs app 2>&1 | godwit explain), or name a check (godwit explain failed-migration).",
    exitCode: 64,
  },
  BUNDLE_UNREADABLE: {
    message: (d) => `The bundle ${d.file} cannot be used: ${d.problem}.`,
    hint: "`godwit doctor --bundle FILE` writes one, where the database is. A file that was cut off has to be sent again.",
    exitCode: 2,
  },
  BUNDLE_UNWRITABLE: {
    message: (d) => `The bundle cannot be written to ${d.file}: ${d.problem}.`,
    hint: "Name a new file, in a directory that can be written, with --bundle FILE.",
    exitCode: 2,
  },
  SNAPSHOT_UNUSABLE: {
    message: (d) => `The snapshot file ${d.file} cannot be used: ${d.problem}.`,
    hint: "`godwit snapshot --out FILE` writes one; a database is named by its URL, the migrations by `files`.",
    exitCode: 2,
  },
  SNAPSHOT_OTHER_VERSION: {
    message: (d) =>
      `The snapshot file ${d.file} was written by another version of Godwit: its objects are of form ${d.version}, here of form ${d.known}.`,
    hint: "Take the snapshot again with this version, or compare it with the version which wrote it.",
    exitCode: 2,
  },
  SNAPSHOT_UNWRITABLE: {
    message: (d) => `The snapshot cannot be written to ${d.file}: ${d.problem}.`,
    hint: "Name another file with --out FILE, in a directory that can be written.",
    exitCode: 2,
  },
  UNKNOWN_MIGRATION: {
    message: (d) =>
      d.several
        ? `More than one migration is called like "${d.name}": ${d.near.join(", ")}.`
        : `There is no migration "${d.name}".`,
    hint: (d) =>
      d.several
        ? "Write more of the name: files@<migration>."
        : d.near.length > 0
          ? `Did you mean ${d.near.join(", or ")}?`
          : "`godwit status` counts them; their names are those of the project's files.",
    exitCode: 64,
  },
  REPLAY_FAILED: {
    message: (d) =>
      `The migrations cannot be replayed on an empty database: ${d.migration} is refused (${d.file}${d.line === undefined ? "" : `, line ${d.line}`}: ${d.code}, ${d.message}).`,
    hint: "`godwit doctor` says more of it. `files@<migration>` reaches any migration before this one.",
    exitCode: 2,
  },
};

/** A refusal whose reason is known. See the table in `errors.ts` for the codes. */
export class KnownError<C extends Code = Code> extends Error {
  override readonly name = "KnownError";
  readonly code: C;
  readonly details: Refusals[C];
  readonly hint: string;
  readonly exitCode: FailureExit;

  constructor(code: C, details: Refusals[C], options?: { cause?: unknown }) {
    const words: Words<C> = known[code];
    super(words.message(details), options);
    this.code = code;
    this.details = details;
    this.hint = typeof words.hint === "string" ? words.hint : words.hint(details);
    this.exitCode = words.exitCode;
  }
}

/**
 * Tells whether an error is the refusal with that code, and gives its details their type.
 *
 * @example
 * if (isKnownError(error, "DATABASE_MISSING")) createDatabase(error.details.database);
 */
export function isKnownError<C extends Code>(error: unknown, code: C): error is KnownError<C> {
  return error instanceof KnownError && error.code === code;
}
