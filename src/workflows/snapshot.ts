import { openProject, type ProjectFlags, type ProjectSurroundings } from "../project/open.ts";
import { writeSnapshotFile } from "../project/snapshot-files.ts";
import { type SnapshotFile, snapshotDocument } from "../schema/snapshot-file.ts";
import { openFiles, type ReplayOptions } from "./files-side.ts";
import {
  factsOfSide,
  type OpenedSide,
  openDatabase,
  openSnapshotFile,
  type SideFacts,
  sideOf,
} from "./side.ts";

/** Everything that DDL can change in one place, and which place that is. */
export interface SnapshotResult {
  readonly of: SideFacts;
  readonly file: SnapshotFile;
}

/**
 * Takes a snapshot. Reads only; for `files`, the migrations are replayed on a scratch database.
 *
 * @param place a database's URL, a snapshot file, `files`, or `files@<migration>`; absent: the project's database.
 *   A project is needed for the latter three alone
 * @throws KnownError when the place cannot be read
 * @example
 * const { file } = await takeSnapshot("postgresql://me@db/shop", {}, { cwd: "/", environment: {}, home: "/root" });
 */
export async function takeSnapshot(
  place: string | undefined,
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
  options: ReplayOptions = {},
): Promise<SnapshotResult> {
  const side =
    place === undefined ? await projectDatabase(flags, surroundings) : sideOf(place, surroundings.cwd);
  const opened: OpenedSide | undefined =
    side.kind === "database"
      ? await openDatabase(side, { dependencies: true })
      : side.kind === "snapshot-file"
        ? await openSnapshotFile(side)
        : (await openFiles([side], undefined, flags, surroundings, options))[0];
  if (opened === undefined) throw new Error("a side was opened as nothing");
  const { engine, serverVersion, snapshot } = opened;
  return { of: factsOfSide(opened), file: { engine, serverVersion, snapshot } };
}

/**
 * The database that is meant where none is named: `--database` needs no project.
 *
 * @throws KnownError as `openProject`
 */
export async function projectDatabase(flags: ProjectFlags, surroundings: ProjectSurroundings) {
  if (flags.database) return { kind: "database", url: flags.database } as const;
  const { databaseUrl: url, databaseSource: source } = await openProject(flags, surroundings);
  return { kind: "database", url, source } as const;
}

/**
 * Writes a snapshot to a file that only this account can read: whole, or not at all.
 *
 * @throws KnownError SNAPSHOT_UNWRITABLE: also where something is that is no snapshot
 */
export function saveSnapshot(file: SnapshotFile, path: string): Promise<void> {
  return writeSnapshotFile(path, snapshotDocument(file));
}
