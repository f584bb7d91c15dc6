import { KnownError } from "../errors.ts";
import type { ProjectFlags, ProjectSurroundings } from "../project/open.ts";
import { type ChangedObject, type Comparison, compareSnapshots, type OnlyObject } from "../schema/compare.ts";
import type { SchemaObject } from "../schema/object.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { plainObject } from "../schema/snapshot-file.ts";
import { dotted } from "../sql/identifier.ts";
import { isBookkeeping } from "../timeline/locate/locate.ts";
import { openFiles, type ReplayOptions } from "./files-side.ts";
import type { Proposal } from "./proposal.ts";
import {
  factsOfSide,
  majorOf,
  type OpenedSide,
  openDatabase,
  openSnapshotFile,
  type Side,
  type SideFacts,
  sideOf,
} from "./side.ts";
import { projectDatabase } from "./snapshot.ts";

/** An object that both sides have, and not alike. */
export type ObjectDifference = Omit<ChangedObject, "object"> &
  Pick<SchemaObject, "kind" | "identity" | "schema" | "relation" | "name">;

/** The answer of `godwit diff`. */
export interface DiffResult {
  readonly godwit: 1;
  /**
   * `equal`: in everything; `environmental`: but for owners, grants, comments and the like; `cannot-tell`: nothing that
   * could be read differs, but a lock kept something from being read.
   */
  readonly outcome: "equal" | "environmental" | "differ" | "cannot-tell";
  readonly a: SideFacts;
  readonly b: SideFacts;
  /** What else is to be known of the comparison, for people. */
  readonly notes: readonly string[];
  /** How many objects differ so. One that differs in both ways counts in both. */
  readonly counts: { readonly semantic: number; readonly environmental: number };
  readonly onlyInA: readonly OnlyObject[];
  readonly onlyInB: readonly OnlyObject[];
  readonly changed: readonly ObjectDifference[];
  /** Suggestions; both objects are in the lists above. */
  readonly renames: Comparison["renames"];
  /** Keys of objects behind a lock on a side. */
  readonly undecided: readonly string[];
  /** Where it was asked for, and the sides differ. */
  readonly proposal?: Proposal;
}

/** What else may be wanted of a comparison. */
export interface DiffOptions extends ReplayOptions {
  /** Statements which bring side a to side b, proven on a scratch server. */
  readonly sql?: boolean;
}

/**
 * Compares any two of: a database, a snapshot file, the migrations, the migrations up to one of them. Reads only; the
 * migrations are replayed on a scratch database of the version which the other side has.
 *
 * @param a a URL, a file's path, `files`, or `files@<migration>`
 * @param b the same; absent: the project's database. A project is needed for that, and for `files`
 * @throws KnownError when a side cannot be read
 * @example
 * const { outcome } = await diff(staging, production, {}, { cwd: "/", environment: {}, home: "/root" });
 */
export async function diff(
  a: string,
  b: string | undefined,
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
  options: DiffOptions = {},
): Promise<DiffResult> {
  const left = sideOf(a, surroundings.cwd);
  const right = b === undefined ? await projectDatabase(flags, surroundings) : sideOf(b, surroundings.cwd);
  const opened = await openBoth(left, right, flags, surroundings, options);
  const result = resultOf(opened);
  if (options.sql !== true || result.outcome !== "differ") return result;
  const { propose } = await import("./proposal.ts");
  const proposal = await propose(opened.a, opened.b, { ...options, surroundings, leaveOut: opened.leaveOut });
  return { ...result, proposal };
}

/** A result as its JSON document has it. */
export function diffDocument(result: DiffResult): object {
  const plain = (all: readonly OnlyObject[]) =>
    all.map(({ object, within }) => {
      // They are not read for a comparison.
      const { dependsOn: _, ...plain } = plainObject(object);
      return { object: plain, ...(within !== undefined && { within }) };
    });
  return { ...result, onlyInA: plain(result.onlyInA), onlyInB: plain(result.onlyInB) };
}

interface Both {
  readonly a: OpenedSide;
  readonly b: OpenedSide;
  readonly notes: readonly string[];
  /** The framework's own table. */
  readonly leaveOut: (object: SchemaObject) => boolean;
}

async function openBoth(
  left: Side,
  right: Side,
  flags: ProjectFlags,
  surroundings: ProjectSurroundings,
  options: DiffOptions,
): Promise<Both> {
  // A file that cannot be used is told before any database is asked.
  const readA = await openFile(left);
  const readB = await openFile(right);
  // What fails first is told, the same each time; the other side is waited for, so that nothing stays open.
  const [leftRead, rightRead] = await Promise.allSettled([reach(left, options), reach(right, options)]);
  if (leftRead.status === "rejected") throw leftRead.reason;
  if (rightRead.status === "rejected") throw rightRead.reason;
  const [a, b] = [readA ?? leftRead.value, readB ?? rightRead.value];
  const files = [left, right].filter((side) => side.kind === "files");
  const replayed = files.length === 0 ? [] : await openFiles(files, a ?? b, flags, surroundings, options);
  const table = replayed[0]?.historyTable;
  const [one = replayed[0], two = replayed.at(-1)] = [a, b];
  if (one === undefined || two === undefined) throw new Error("a side was opened as nothing");
  if (one.engine !== two.engine)
    throw new KnownError("USAGE", {
      problem: `${one.engine} and ${two.engine} databases have nothing in common to compare.`,
    });
  if (table === undefined) return { a: one, b: two, notes: [], leaveOut: () => false };
  const trimmed = (side: OpenedSide) => ({ ...side, snapshot: withoutTable(side.snapshot, table) });
  const notes = [`The history table ${table.schema}.${table.name} is the framework's own, and not compared.`];
  if (left.kind !== right.kind)
    notes.push("Owners and grants of what the migrations make are those of the scratch database.");
  return { a: trimmed(one), b: trimmed(two), notes, leaveOut: isBookkeeping(table) };
}

function withoutTable(snapshot: Snapshot, table: { schema: string; name: string }): Snapshot {
  const leaveOut = isBookkeeping(table);
  const whole = dotted(table.schema, table.name);
  return {
    objects: new Map([...snapshot.objects].filter(([, object]) => !leaveOut(object))),
    unreadable: snapshot.unreadable.filter((relation) => relation !== whole),
  };
}

async function openFile(side: Side): Promise<OpenedSide | undefined> {
  return side.kind === "snapshot-file" ? openSnapshotFile(side) : undefined;
}

async function reach(side: Side, { sql = false }: DiffOptions): Promise<OpenedSide | undefined> {
  // Only statements have to come in an order.
  return side.kind === "database" ? openDatabase(side, { dependencies: sql }) : undefined;
}

function resultOf({ a, b, notes }: Both): DiffResult {
  const comparison = compareSnapshots(a.snapshot, b.snapshot);
  const { onlyInA, onlyInB, changed, renames, undecided } = comparison;
  const only = [...onlyInA, ...onlyInB];
  const environmentalOnly = only.filter(({ object }) => object.environmental).length;
  const counts = {
    semantic: only.length - environmentalOnly + changed.filter(({ semantic }) => semantic.length > 0).length,
    environmental: environmentalOnly + changed.filter(({ environmental }) => environmental.length > 0).length,
  };
  const isIncomplete = undecided.length + a.snapshot.unreadable.length + b.snapshot.unreadable.length > 0;
  return {
    godwit: 1,
    outcome:
      counts.semantic > 0
        ? "differ"
        : isIncomplete
          ? "cannot-tell"
          : counts.environmental > 0
            ? "environmental"
            : "equal",
    a: factsOfSide(a),
    b: factsOfSide(b),
    notes: [...notes, ...notesOn(a, b)],
    counts,
    onlyInA,
    onlyInB,
    changed: changed.map(({ key, object, semantic, environmental }) => {
      const { kind, identity, schema, relation, name } = object;
      const place = { kind, identity, schema, ...(relation !== undefined && { relation }), name };
      return { key, ...place, semantic, environmental };
    }),
    renames,
    undecided,
  };
}

function notesOn(a: OpenedSide, b: OpenedSide): string[] {
  const notes: string[] = [];
  if (a.database && b.database && a.database.identity === b.database.identity)
    notes.push("Both sides are one and the same database.");
  if (majorOf(a) !== majorOf(b))
    notes.push(
      `Version ${majorOf(a)} and version ${majorOf(b)} of a server may print the same definition differently: what is said to differ in its text alone may be equal.`,
    );
  return notes;
}
