/** Where a database is. Everything but `secret` may be printed. */
export interface Target {
  readonly engine: string;
  /** For people: `localhost:5432`, `[::1]:5432`, `/var/run/postgresql`. */
  readonly address: string;
  readonly database: string;
  readonly user: string;
  /** The schema named in the URL (Prisma's `?schema=`), where there is one. */
  readonly schema?: string;
  /** Parsed connection parameters, for the engine alone. Never printed, cached, or passed to a child process. */
  readonly secret: unknown;
}

/** What a server says of itself. */
export interface ServerFacts {
  /** `15.18`. */
  readonly version: string;
  /** `15`. */
  readonly major: number;
  readonly database: string;
  readonly user: string;
  /** The schema in which unqualified names are created; absent when the search path names none that exists. */
  readonly currentSchema?: string;
  readonly superuser: boolean;
  readonly readOnlyServer: boolean;
  /** Differs between servers, equal for two databases of one: to refuse a shadow that is the target. */
  readonly serverIdentity: string;
  readonly encoding: string;
  readonly collation: string;
}

/** Why nothing can be written by way of a session. */
export type ReadOnlyReason =
  | {
      /** The server follows another one, and has what that has with a delay. */
      readonly kind: "standby";
      /** The server which it follows, as it reaches that: `db1.internal:5432`. Absent where this role may not see it. */
      readonly primary?: string;
      /** When what it did last was committed there. */
      readonly replayedUntil?: Date;
    }
  /** `default_transaction_read_only` is on, and where that was set: `for this database`. */
  | { readonly kind: "setting"; readonly where: string };

/** How a database is reached. */
export interface Access {
  /** Something between gives this connection's server process to others too. */
  readonly shared: boolean;
  readonly readOnly?: ReadOnlyReason;
}

/** A lock that another session holds and that stands in the way. */
export interface LockHolder {
  readonly pid: number;
  readonly user?: string;
  readonly application?: string;
  readonly client?: string;
  /** `active`, `idle in transaction`, ... as the server calls it. */
  readonly state?: string;
  readonly since?: Date;
  /** How long it has been in this state, by the server's own clock. */
  readonly quietSeconds?: number;
  /** Literals are replaced by `?`. */
  readonly query?: string;
  /** The tables that nobody can read meanwhile (or, of whom a plan waited for, those it uses), or the framework's own lock. */
  readonly holds: Held;
  /** By which it is known again; absent where the server does not show it to this role. Never told outside. */
  readonly mark?: SessionMark;
}

type Held =
  | { readonly kind: "relations"; readonly relations: readonly string[] }
  | { readonly kind: "framework-lock" };

/** What tells a session from a later one that has its number, as the server wrote it. */
export interface SessionMark {
  /** When the session and its transaction began. */
  readonly life: string;
  /** Its state, and since when: another one as soon as it has done anything. */
  readonly state: string;
}

/** A transaction which is prepared for a commit in two phases: it holds locks, and no session does. */
export interface PreparedTransaction {
  readonly gid: string;
  readonly owner: string;
  readonly since: Date;
  readonly holds: Held;
}

/** What came of the wish to end one session. */
export type SessionEnding =
  /** The server was told to end it. */
  | { readonly outcome: "told" }
  /** It is another one now, has done something since it was shown, or holds nothing any more: it was left alone. */
  | { readonly outcome: "not-the-same" }
  | { readonly outcome: "denied"; readonly problem: string };

/** Rows of one result, by column name. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

/** The key of an engine-level advisory lock, as a decimal string (it may need 64 bits). */
export type AdvisoryKey = string;

/** One statement or file which the scratch database refused. */
export interface ScriptError {
  /** SQLSTATE or errno. */
  readonly code: string;
  readonly message: string;
  /** Offset in the script (UTF-16 units), where the server told it. */
  readonly offset?: number;
}
