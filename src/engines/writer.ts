import type { Readable, Writable } from "node:stream";
import type { Write } from "../plan/write.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import type {
  AdvisoryKey,
  LockHolder,
  Rows,
  ScriptError,
  ServerFacts,
  SessionEnding,
  SessionMark,
} from "./server.ts";

/** What became of a transaction whose answer was lost. */
export type TransactionFate = "committed" | "aborted" | "in-progress" | "unknown";

/** The rows of one table, condensed: equal before and after means that nothing of them was lost or changed. */
export interface Contents {
  readonly rows: number;
  /** Of all rows, whatever their order, over the named columns. */
  readonly hash: string;
}

/** A table, and those of its columns that count. */
export interface TableColumns {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
}

/** What a transaction has done to a table so far. */
export interface Touched {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** Names the file in which the rows are. */
  readonly file: string;
}

/** A table or an index, as it is outside of what is going on. */
export interface Relation {
  /** By which the catalog knows it, whatever it is called. */
  readonly oid: string;
  /** As `dotted()` writes it. */
  readonly name: string;
  /** Of an index, its table. */
  readonly of?: string;
  /** Names the file in which it is: another one afterwards means that it was written anew. Absent where it has none. */
  readonly file?: string;
  /** Of a partition, the table of which it is one in the end. */
  readonly whole?: string;
  /** Bytes of its own file, or of its partitions': 0 is a table without rows. */
  readonly bytes: number;
  /** Rows that this session has inserted, changed or deleted, of its transaction and perhaps of some before. */
  readonly rows: number;
}

/** What a transaction holds and has done by now. */
export interface Look {
  /** In seconds, by the server's clock. */
  readonly at: number;
  readonly tables: readonly HeldTable[];
}

/** A table on which the transaction has a lock. */
export interface HeldTable {
  readonly oid: string;
  /** The strongest one, as `pg_locks` names it. */
  readonly lock: string;
  readonly file?: string;
  /** Bytes of its file. */
  readonly bytes: number;
  /** As {@link Relation} has them. */
  readonly rows: number;
  /** Where the lock keeps others from writing, the indexes that the table has now. */
  readonly indexes: readonly { readonly oid: string; readonly name: string; readonly file?: string }[];
}

/** A lock that keeps others from writing or reading, and whose it is. */
export interface StrongLock {
  readonly process: number;
  readonly oid: string;
  readonly lock: string;
}

/** A writing connection: the executor's, to a clone and to the real database alike. */
export interface Writer {
  readonly server: ServerFacts;
  /** The server's process, as `pg_stat_activity` shows it. */
  readonly processId: number;
  /** Sends a text as one message; inside an open transaction it is a part of that. */
  script(sql: string): Promise<ScriptError | undefined>;
  /** One statement with values. */
  write(write: Write): Promise<{ readonly rows: Rows; readonly count: number } | ScriptError>;
  /** One query, whose times can be read whatever the settings of the session are. */
  read(sql: string): Promise<{ readonly rows: Rows } | ScriptError>;
  /** Every object of the database, as this session sees it. An open transaction stays as it is. */
  snapshot(options: { inTransaction: boolean }): Promise<Snapshot>;
  /** The identity of the open transaction, by which its fate can be asked for after a lost connection. */
  transactionId(): Promise<string>;
  /** As {@link transactionId}; no other transaction gets this identity, even if the server crashes at once. */
  durableTransactionId(): Promise<string>;
  fateOf(transactionId: string): Promise<TransactionFate>;
  /** Outside of a transaction: what others have committed by now outlives a crash, whatever their settings are. */
  bringToDisk(): Promise<void>;
  /**
   * Takes a lock that ends with this session (or with the open transaction), by trying again and again.
   *
   * @param seconds how long it tries
   * @returns who holds it, where it could not be had
   */
  lock(key: AdvisoryKey, seconds: number): Promise<"locked" | LockHolder>;
  /**
   * What tables hold now.
   *
   * @param tables for each, the columns that count, as the catalog has their names
   */
  contents(tables: readonly TableColumns[], options: { inTransaction: boolean }): Promise<Contents[]>;
  /**
   * Sends statements as one message in the open transaction, and looks before the first and after each of them, within the
   * same message: what each of them does is told apart without a round trip more.
   *
   * @param around statements before and after all of them
   * @returns a look more than there are statements; the server's refusal, where it refused one
   */
  looking(
    statements: readonly string[],
    around: { readonly before: string; readonly after: string },
  ): Promise<ScriptError | readonly Look[]>;
  /** Tables and indexes that are there, by number. */
  relations(): Promise<ReadonlyMap<string, Relation>>;
  /** Sessions of this database other than this one, and what they keep each other from, in this moment. */
  others(): Promise<{ readonly processes: readonly number[]; readonly locks: readonly StrongLock[] }>;
  /**
   * What this session has done to rows since its transaction began, by `schema.table`: how many were inserted, changed or
   * deleted, and in which file they are.
   */
  touched(): Promise<ReadonlyMap<string, Touched>>;
  /** The rows of a table, as text of the server's own form (COPY), one line a row. */
  rowsOf(table: TableColumns): Readable;
  /** Takes what {@link rowsOf} gave. */
  rowsInto(table: TableColumns): Writable;
  /**
   * Tells the server to end one session, if in the very same moment it is still that one, and holds a lock on a table or one of
   * these keys. Never this session, a superuser's which is not this role's, or one that serves replication.
   *
   * @param session.working it may have gone on with its work since; else it must have done nothing
   */
  endSession(
    session: { readonly pid: number; readonly mark: SessionMark; readonly working: boolean },
    keys: readonly AdvisoryKey[],
  ): Promise<SessionEnding>;
  /** Says goodbye. Never throws. */
  close(): Promise<void>;
}
