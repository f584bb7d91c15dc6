import type { Major } from "../../servers/majors.ts";

/** One change of a database, and what it is known to be by whoever wrote it down, or by `pg_dump`; never by Godwit. */
export interface Mutation {
  readonly name: string;
  /** The versions which have it; all, unless given. */
  readonly since?: Major;
  readonly until?: Major;
  /** Made before the first look. */
  readonly setup?: string;
  readonly change: string;
  /** Which fingerprint becomes another. */
  readonly changes: "semantic" | "environmental" | "both" | "nothing";
  /** From this version on it changes the environment too: the name of a NOT NULL constraint comes or goes with it. */
  readonly bothSince?: Major;
  /** The objects which differ, or are only there before or after. */
  readonly keys: readonly string[];
  /** It cannot be in a transaction. */
  readonly alone?: true;
  /** The SQLSTATE with which it ends. */
  readonly fails?: string;
  /** Why `pg_dump -s` shows nothing of it. */
  readonly notInDump?: string;
  /** Why `pg_dump -s` shows it, and a snapshot does not. */
  readonly onlyInDump?: string;
}

type More = Partial<Omit<Mutation, "change" | "changes" | "keys">>;

const mutation = (
  changes: Mutation["changes"],
  key: string | readonly string[],
  change: string,
  more: More,
): Mutation => ({ name: change, change, changes, keys: [key].flat(), ...more });

/** By which the database behaves in another way. */
export const semantic = (key: string | readonly string[], change: string, more: More = {}) =>
  mutation("semantic", key, change, more);

/** By which it does not. */
export const environmental = (key: string | readonly string[], change: string, more: More = {}) =>
  mutation("environmental", key, change, more);

/** Two changes in one. */
export const both = (key: string | readonly string[], change: string, more: More = {}) =>
  mutation("both", key, change, more);

/** After which all is as it was. */
export const nothing = (change: string, more: More = {}) => mutation("nothing", [], change, more);
