import type { CommandLineWorld, CommonOptions, ExitCode } from "./surroundings.ts";

/** What can be typed after a command. The name of an option is its key. */
export interface Option {
  /** What it takes, as the help shows it: `<dir>`. Absent: it takes nothing. */
  readonly value?: string;
  readonly help: string;
  /** It may be given more than once, and all count. */
  readonly repeated?: true;
  /** Its value names objects, whose names may hold line feeds. */
  readonly lines?: true;
}

/** Something that the program can be asked to do. */
export interface Command {
  readonly help: string;
  /** Words that may follow, in their order. */
  readonly arguments?: readonly Argument[];
  readonly options: Readonly<Record<string, Option>>;
  /** Loads what it needs when it is called. */
  run(options: CommonOptions, world: CommandLineWorld, ...words: readonly string[]): Promise<ExitCode>;
}

/** A word that is no option. */
export interface Argument {
  readonly name: string;
  readonly help: string;
  /** Without it, nothing can be done. Those which may be left out come last. */
  readonly required?: true;
}

const noColor = { "no-color": { help: "no colours" } };

const projectOptions = {
  project: { value: "<dir>", help: "the project's directory (default: the current one)" },
  database: { value: "<url>", help: "the database (default: what the project itself uses)" },
  shadow: {
    value: "<url>",
    help: "an empty database of the same major version to replay on, or: same-server",
  },
  framework: { value: "<name>", help: "without a project: whose migrations these are (prisma)" },
  migrations: { value: "<dir>", help: "where the migrations are" },
  "state-dir": {
    value: "<dir>",
    help: "where journals and backups go (for commands that change something)",
  },
  json: { help: "print one JSON document on standard output, all else on standard error" },
  quiet: { help: "say nothing on standard error while it works" },
  ...noColor,
};

const { "state-dir": _stateDir, ...placeOptions } = projectOptions;

/** What `repair` and `migrate` share. */
const changingOptions = {
  ...projectOptions,
  clone: {
    value: "<url>",
    help: "a copy of the database to rehearse on (a restored backup, a branch), or: same-server",
  },
  level: {
    value: "<level>",
    help: "rows on the copy: full, affected or schema (default: as much as there is room for)",
  },
  choose: {
    value: "<check=remedy>",
    help: "answers what only you can know; for one of several, check:migration=remedy or check:object=remedy; doctor and the question print it",
    lines: true,
    repeated: true,
  },
  "plan-out": {
    value: "<file>",
    help: "write the plan to a file: .json, or .sql, a script for psql alone",
    repeated: true,
  },
  "rehearse-only": { help: "prove the plan on a copy, and change nothing" },
  "without-rehearsal": { help: "apply a plan that was not proven (this is recorded)" },
  native: { help: "run migrations by Godwit itself, never by the framework's own runner" },
  wait: { value: "<seconds>", help: "how long to wait for locks (default: 10)" },
  yes: { help: "apply without asking" },
} as const;

const {
  native: _native,
  "plan-out": _planOut,
  ...undoOptions
} = { ...changingOptions, yes: { help: "take it back without asking" } };

/** The commands by name, in the order in which the help shows them. */
export const commands: Readonly<Record<string, Command>> = {
  doctor: {
    help: "find out what is really in the database, why, and what to do (reads only)",
    options: {
      ...projectOptions,
      bundle: {
        value: "<file>",
        help: "also write what the diagnosis rests on to a file (.json, .json.gz), without rows and credentials, for a bug report",
      },
      from: { value: "<file>", help: "diagnose such a file, without any project or database" },
    },
    run: async (options, world) => (await import("./commands/doctor.ts")).doctor(options, world),
  },
  repair: {
    help: "plan what doctor found, prove the plan on a copy, ask, apply it, verify",
    options: changingOptions,
    run: async (options, world) => (await import("./commands/repair.ts")).repair("repair", options, world),
  },
  migrate: {
    help: "run what is pending with the same care: rehearsed, journalled, verified",
    options: changingOptions,
    run: async (options, world) => (await import("./commands/repair.ts")).repair("migrate", options, world),
  },
  undo: {
    help: "take back the last repair or migrate as far as possible, and say how far",
    options: undoOptions,
    run: async (options, world) => (await import("./commands/undo.ts")).undo(options, world),
  },
  quarantine: {
    help: "list the rows that a repair set aside; with restore <id>, put them back into their table",
    arguments: [
      { name: "restore", help: "puts rows back; without it, what was set aside is listed" },
      { name: "id", help: "of what was set aside, as the list shows it, or how it begins" },
    ],
    options: {
      ...placeOptions,
      partly: { help: "put back the rows that the table takes, and keep the others" },
      wait: { value: "<seconds>", help: "how long to wait for locks (default: 10)" },
    },
    run: async (options, world, action, id) =>
      (await import("./commands/quarantine.ts")).quarantine(action, id, options, world),
  },
  status: {
    help: "what is applied, pending, failed, by files and history alone (fast)",
    options: projectOptions,
    run: async (options, world) => (await import("./commands/status.ts")).status(options, world),
  },
  snapshot: {
    help: "everything that DDL can change, as objects, with the fingerprint (reads only; a URL needs no project)",
    arguments: [
      {
        name: "place",
        help: "a database's URL, files (the migrations' end), or files@<migration>; without it, the project's database",
      },
    ],
    options: {
      ...placeOptions,
      out: { value: "<file>", help: "write it to a file, which `godwit diff` reads" },
    },
    run: async (options, world, place) =>
      (await import("./commands/snapshot.ts")).snapshot(place, options, world),
  },
  diff: {
    help: "how two databases, snapshot files or states of the migrations differ (reads only; URLs and snapshot files need no project)",
    arguments: [
      {
        name: "a",
        help: "a database's URL, a snapshot file, files (the migrations' end), or files@<migration>",
        required: true,
      },
      { name: "b", help: "the same; without it, the project's database" },
    ],
    options: {
      ...placeOptions,
      sql: { help: "print statements which bring a to b, proven on a copy of a without rows" },
      strict: { help: "owners, grants, comments and the like count as differences" },
    },
    run: async (options, world, a, b) =>
      (await import("./commands/diff.ts")).diff([a as string, b], options, world),
  },
  explain: {
    help: "which failure a log shows, what its causes are, which command tells them apart (needs no project)",
    arguments: [
      {
        name: "name",
        help: "a check or a failure, as the doctor names it; without it, a log is read from standard input",
      },
    ],
    options: { json: { help: "print one JSON document" }, ...noColor },
    run: async (options, world, name) =>
      (await import("./commands/explain.ts")).explain(name, options, world),
  },
};
