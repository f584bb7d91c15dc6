import { isAbsolute, resolve } from "node:path";
import type { ServerFacts, Session, Target } from "../engines/engine.ts";
import { engineOf } from "../engines/registry.ts";
import { KnownError } from "../errors.ts";
import type { Migration } from "../migration/migration.ts";
import { readSnapshotFile } from "../project/snapshot-files.ts";
import { environmentFingerprint, fingerprint } from "../schema/snapshot.ts";
import type { SnapshotFile } from "../schema/snapshot-file.ts";

/** Where a snapshot comes from, as it is typed: a database's URL, a file, `files`, `files@<migration>`. */
export type Side =
  /** `source`: where the URL was found, if it was not typed. */
  | { readonly kind: "database"; readonly url: string; readonly source?: string }
  | { readonly kind: "snapshot-file"; readonly path: string; readonly shown: string }
  /** `upTo`: the migration after which to look, as it was typed; absent: the last. */
  | { readonly kind: "files"; readonly upTo?: string };

/** What is told of one side; no password is in it. */
export interface SideFacts {
  readonly kind: Side["kind"];
  /** For people: `database "shop" at db:5432`, `snapshot file before.json`. */
  readonly title: string;
  readonly engine: string;
  readonly serverVersion: string;
  /** How many objects. */
  readonly objects: number;
  readonly fingerprint: string;
  readonly environmentFingerprint: string;
  /** Relations behind another session's lock: what is said of them is incomplete. */
  readonly unreadable: readonly string[];
}

/** A side with its snapshot. */
export interface OpenedSide extends SnapshotFile {
  readonly kind: Side["kind"];
  readonly title: string;
  /** Of a database. */
  readonly database?: OpenedDatabase;
  /** Of the files. */
  readonly replayed?: Replayed;
}

/** What was replayed, and where: to replay it again. */
export interface Replayed {
  readonly migrations: readonly Migration[];
  readonly schema: string;
  readonly roles: readonly string[];
  readonly encoding: string;
}

/** What a replay for the other side must know of this one. */
export interface OpenedDatabase {
  readonly url: string;
  readonly target: Target;
  readonly server: ServerFacts;
  readonly roles: readonly string[];
  /** See `Session.identity`. */
  readonly identity: string;
}

/**
 * Tells what a word on the command line names.
 *
 * @param cwd what a file's path is relative to
 * @throws KnownError USAGE
 */
export function sideOf(word: string, cwd: string): Side {
  if (word === "")
    throw new KnownError("USAGE", {
      problem: "One side of the comparison is empty.",
      hint: "Is a variable in it not set?",
    });
  if (word.includes("://")) return { kind: "database", url: word };
  if (word === "files") return { kind: "files" };
  if (word.startsWith("files@")) {
    const upTo = word.slice("files@".length);
    if (upTo === "")
      throw new KnownError("USAGE", {
        problem: "files@ names no migration.",
        hint: "files@<migration> is the state after it; `files` alone, after the last.",
      });
    return { kind: "files", upTo };
  }
  // A URL, or settings of a connection, that were mistyped may hold a password.
  const shown = /:.*@|\bpass\w*\s*=|\b(?:host|user|dbname)\s*=/is.test(word)
    ? "(its name is not repeated: it may hold a password)"
    : word;
  return { kind: "snapshot-file", path: isAbsolute(word) ? word : resolve(cwd, word), shown };
}

/** @throws KnownError SNAPSHOT_UNUSABLE, SNAPSHOT_OTHER_VERSION */
export async function openSnapshotFile({
  path,
  shown,
}: Extract<Side, { kind: "snapshot-file" }>): Promise<OpenedSide> {
  const file = await readSnapshotFile(path, shown);
  return { kind: "snapshot-file", title: `snapshot file ${shown}`, ...file };
}

/**
 * @param options.dependencies whether its objects are to know what they depend on
 * @throws KnownError those of connecting and of reading the schema
 */
export async function openDatabase(
  { url, source }: Extract<Side, { kind: "database" }>,
  { dependencies }: { readonly dependencies: boolean },
): Promise<OpenedSide> {
  const engine = await engineOf(url);
  const target = engine.parse(url);
  const session: Session = await engine.connect(target);
  try {
    const { server } = session;
    const snapshot = await session.snapshot({ dependencies });
    const { roles } = await session.surroundings([]);
    const identity = await session.identity();
    return {
      kind: "database",
      title: `database "${server.database}" at ${target.address}${source === undefined ? "" : ` (URL from ${source})`}`,
      engine: engine.name,
      serverVersion: server.version,
      snapshot,
      database: { url, target, server, roles, identity },
    };
  } finally {
    await session.close();
  }
}

/** What is told of a side in a result. */
export function factsOfSide({ kind, title, engine, serverVersion, snapshot }: OpenedSide): SideFacts {
  return {
    kind,
    title,
    engine,
    serverVersion,
    objects: snapshot.objects.size,
    fingerprint: fingerprint(snapshot),
    environmentFingerprint: environmentFingerprint(snapshot),
    unreadable: snapshot.unreadable,
  };
}

/** `15` of `15.18`. */
export function majorOf({ serverVersion }: Pick<SnapshotFile, "serverVersion">): number {
  return Number.parseInt(serverVersion, 10);
}
