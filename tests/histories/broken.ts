import type pg from "pg";
import { neighbour } from "../scenarios/application.ts";
import type { Database } from "../scenarios/database.ts";
import { PrismaHistory } from "../scenarios/prisma-history.ts";
import type { Random } from "../scenarios/random.ts";
import { readCatalog } from "./catalog.ts";
import type { HistoryFile } from "./draw.ts";
import { HistoryNames } from "./names.ts";
import { drawChange } from "./operations.ts";

/** What was really done to a database: the log of whoever did it. */
export interface Log {
  /** For each migration, which of its statements were executed. */
  readonly executed: readonly (readonly boolean[])[];
  /** For each migration, what its row says; `none`: there is none. */
  readonly recorded: readonly Recorded[];
  /** Statements of a hand. */
  readonly drift: readonly string[];
  /** Statements of another application. */
  readonly foreign: string | undefined;
  /** The files as they were when they were executed. */
  readonly history: readonly HistoryFile[];
  /** The project's files as they are now, in the same order; with those that are gone. */
  readonly files: readonly HistoryFile[];
  /** Files that somebody has deleted. */
  readonly gone: readonly boolean[];
  /** Attempts before those that are recorded were rolled back; rows bear surprising times. */
  readonly retried: readonly boolean[];
  readonly shuffled: boolean;
  /** What the first file was made of; the history knows these. */
  readonly squashed?: Squashed;
}

/** Files that somebody has put together. */
interface Squashed {
  readonly files: readonly HistoryFile[];
  readonly recorded: readonly Recorded[];
  readonly retried: readonly boolean[];
}

export type Recorded = "applied" | "asserted" | "failed" | "killed" | "rolled-back" | "none";

/** How far a migration is executed. */
type Extent = "all" | "some" | "none";

/** Breaks an empty database in a way that is drawn by lot. */
export async function breakDatabase(
  db: Database,
  history: readonly HistoryFile[],
  random: Random,
): Promise<Log> {
  const foreign = random.chance(0.15) ? neighbour(random) : undefined;
  if (foreign !== undefined) await db.script(foreign);
  const extents = drawExtents(history.length, random);
  const executed = await db.connected((client) => execute(client, history, extents, random));
  const recorded = executed.map((flags, i) => drawRecord(flags, extents[i] ?? "none", random));
  const retried = recorded.map((one) => one !== "none" && random.chance(0.05));
  const shuffled = random.chance(0.05) && recorded.some((one) => one !== "none");
  const ran = { executed, recorded, retried, shuffled, history };
  await record(db, ran);
  const drift = random.chance(0.25) ? await db.connected((client) => byHand(client, random)) : [];
  const files = history.map((file, i) => changedLater(file, recorded[i] ?? "none", random));
  const gone = recorded.map((one) => one === "applied" && random.chance(0.015));
  const log = { ...ran, drift, foreign, files, gone };
  return random.chance(0.04) && !gone.some(Boolean) && history.length > 1 ? squash(db, log, random) : log;
}

/** Puts the first files together, mostly those that ran; whoever does it may record the one that is made of them. */
async function squash(db: Database, log: Log, random: Random): Promise<Log> {
  const { history, executed, recorded, retried } = log;
  const open = recorded.findIndex((one) => one !== "applied");
  const ran = open < 0 ? history.length : open;
  const count = ran > 1 && random.chance(0.7) ? ran : random.integer(2, history.length);
  const files = history.slice(0, count);
  const whole: HistoryFile = {
    name: "0000_squashed",
    sql: files.map(({ sql }) => sql).join("\n"),
    statements: files.flatMap(({ statements }) => statements),
    rows: [],
  };
  const says = random.pick(["asserted", "none"] as const);
  if (says === "asserted") await new PrismaHistory(db).resolveApplied(whole);
  const one = <T>(list: readonly T[], first: T): T[] => [first, ...list.slice(count)];
  return {
    ...log,
    history: one(history, whole),
    files: one(log.files, whole),
    executed: one(executed, executed.slice(0, count).flat()),
    recorded: one(recorded, says),
    retried: one(retried, false),
    gone: one(log.gone, false),
    squashed: { files, recorded: recorded.slice(0, count), retried: retried.slice(0, count) },
  };
}

/**
 * Does the same once more, from the log.
 *
 * @returns false where the server refuses what the log says was executed: there is no such database
 */
export async function breakAgain(db: Database, log: Log): Promise<boolean> {
  if (log.foreign !== undefined) await db.script(log.foreign);
  const isSo = await db.connected(async (client) => {
    await client.query('SET search_path TO "public"');
    for (const [i, { statements, rows }] of log.history.entries()) {
      for (const [number, { sql }] of statements.entries())
        if (log.executed[i]?.[number] && !(await isAccepted(client, sql))) return false;
      if (log.executed[i]?.some(Boolean)) for (const sql of rows) await isAccepted(client, sql);
    }
    return true;
  });
  if (!isSo) return false;
  await record(db, withoutSquash(log));
  const [first] = log.history;
  if (log.squashed && first && log.recorded[0] === "asserted")
    await new PrismaHistory(db).resolveApplied(first);
  return db.connected(async (client) => {
    for (const sql of log.drift) if (!(await isAccepted(client, sql))) return false;
    return true;
  });
}

/** As the history knows it. */
function withoutSquash({ squashed, ...log }: Log): Recordable {
  if (squashed === undefined) return log;
  return {
    history: [...squashed.files, ...log.history.slice(1)],
    recorded: [...squashed.recorded, ...log.recorded.slice(1)],
    retried: [...squashed.retried, ...log.retried.slice(1)],
    shuffled: log.shuffled,
  };
}

type Recordable = Pick<Log, "history" | "recorded" | "retried" | "shuffled">;

/** Somebody comments, or gives a file another name, after it was run. */
function changedLater(file: HistoryFile, recorded: Recorded, random: Random): HistoryFile {
  if (random.chance(0.03)) return { ...file, sql: `-- Ticket ${random.integer(1, 99)}\n${file.sql}` };
  if (recorded === "applied" && random.chance(0.02)) return { ...file, name: `${file.name}_renamed` };
  return file;
}

/** Mostly a prefix, whose last migration may have stopped anywhere; sometimes with gaps. */
function drawExtents(count: number, random: Random): Extent[] {
  const end = random.integer(0, count);
  const extents = Array.from({ length: count }, (_, i): Extent => (i < end ? "all" : "none"));
  if (end < count && random.chance(0.5)) extents[end] = "some";
  if (random.chance(0.25)) extents[random.integer(0, count - 1)] = random.pick(["none", "some"]);
  return extents;
}

async function execute(
  client: pg.Client,
  history: readonly HistoryFile[],
  extents: readonly Extent[],
  random: Random,
): Promise<boolean[][]> {
  await client.query('SET search_path TO "public"');
  const executed: boolean[][] = [];
  for (const [i, { statements, rows }] of history.entries()) {
    const extent = extents[i];
    const cut = extent === "all" ? statements.length : random.integer(1, Math.max(1, statements.length - 1));
    const scattered = extent === "some" && random.chance(0.2);
    const flags: boolean[] = [];
    for (const [number, { sql }] of statements.entries()) {
      const wanted = extent !== "none" && (scattered ? random.chance(0.5) : number < cut);
      flags.push(wanted && (await isAccepted(client, sql)));
    }
    executed.push(flags);
    if (flags.some(Boolean)) for (const sql of rows) await isAccepted(client, sql);
  }
  return executed;
}

async function isAccepted(client: pg.Client, sql: string): Promise<boolean> {
  try {
    await client.query(sql);
    return true;
  } catch {
    return false;
  }
}

/** Mostly the truth. */
function drawRecord(flags: readonly boolean[], extent: Extent, random: Random): Recorded {
  const lie = random.chance(0.12);
  if (flags.every(Boolean)) return lie ? random.pick(["none", "failed", "killed", "asserted"]) : "applied";
  // What the server refused halfway, or somebody tried by hand.
  if (flags.some(Boolean))
    return lie ? random.pick(["none", "rolled-back", "asserted"]) : random.pick(["failed", "killed"]);
  if (extent === "all") return "failed";
  return lie ? random.pick(["asserted", "failed", "rolled-back"]) : "none";
}

async function record(db: Database, { history, recorded, retried, shuffled }: Recordable): Promise<void> {
  const prisma = new PrismaHistory(db);
  const cancelled = { code: "57014", message: "canceling statement due to user request" };
  for (const [i, migration] of history.entries()) {
    const one = recorded[i];
    if (retried[i]) {
      await prisma.recordFailure(migration, cancelled);
      await prisma.resolveRolledBack(migration.name);
    }
    if (one === "applied") await prisma.recordApplied(migration);
    if (one === "asserted") await prisma.resolveApplied(migration);
    if (one === "killed") await prisma.recordKilled(migration);
    if (one === "failed" || one === "rolled-back") await prisma.recordFailure(migration, cancelled);
    if (one === "rolled-back") await prisma.resolveRolledBack(migration.name);
  }
  if (shuffled)
    await db.script(
      `UPDATE "_prisma_migrations" SET "started_at" = now() - length("id" || "migration_name") * ascii("id") * interval '1 day'`,
    );
}

/** One or two changes that no file knows of. */
async function byHand(client: pg.Client, random: Random): Promise<string[]> {
  const names = new HistoryNames(random);
  const done: string[] = [];
  for (let i = 0; i < 12 && done.length < random.integer(1, 2); i++) {
    const drawn = drawChange({ random, names, catalog: await readCatalog(client) });
    if (typeof drawn === "string" && (await isAccepted(client, drawn))) done.push(drawn);
  }
  return done;
}

/** What is in the project's directory. */
export function filesThere({ files, gone }: Log): HistoryFile[] {
  return files.filter((_, i) => gone[i] !== true);
}

/** What was really done, to be read by somebody who looks for a defect. */
export function told({ files, gone, recorded, executed, drift, foreign, squashed }: Log): string {
  const lines = files.flatMap(({ name, statements }, i) => [
    `${name}, recorded: ${recorded[i]}${gone[i] ? ", and its file is gone" : ""}`,
    ...statements.map(
      ({ sql }, number) => `  ${executed[i]?.[number] ? "executed" : "        "} ${number + 1}. ${sql}`,
    ),
  ]);
  const others = foreign === undefined ? [] : ["another application is there, too"];
  const former = (squashed?.files ?? []).map(
    ({ name, statements }, i) =>
      `${name}, recorded: ${squashed?.recorded[i]}, is part of the first file now (${statements.length})`,
  );
  return [...former, ...lines, ...drift.map((sql) => `by hand: ${sql}`), ...others].join("\n");
}
