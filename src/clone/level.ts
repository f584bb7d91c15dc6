import { statfs } from "node:fs/promises";
import type { CopyLevel, Sizes } from "../engines/copying.ts";
import type { CloneWishes } from "./wishes.ts";

/** Bytes that are copied unasked, at most: a person waits for it. */
const most = 20 * 2 ** 30;

/** Indexes are made anew, sorted in files beside them. */
const room = 1.5;

/** How much is copied, and why, for people: `with all rows`. */
export interface ChosenLevel {
  readonly level: CopyLevel;
  readonly why: string;
}

/**
 * Chooses how much is copied: what the user wants, else as much as there is room for.
 *
 * @param directory where the clone's server has its files
 */
export async function chooseLevel(
  { engine, target, level, tables, always, onProgress }: CloneWishes,
  directory: string,
): Promise<ChosenLevel> {
  if (level !== "auto") return { level, why: "as chosen" };
  const [sizes, free] = await Promise.all([engine.sizes(target), freeBytes(directory)]);
  const chosen = fitting(sizes, free, [...tables, ...always]);
  onProgress?.(`The clone is made with ${rowsAt[chosen.level]}: ${chosen.why}`);
  return chosen;
}

/** For people. */
export const rowsAt: Readonly<Record<CopyLevel, string>> = {
  full: "all rows",
  affected: "the rows of the tables which the plan touches, and of what they reference",
  schema: "no rows but the migration history",
};

/** @param wanted the tables of level `affected` */
export function fitting(sizes: Sizes, free: number, wanted: readonly string[]): ChosenLevel {
  const fits = (bytes: number) => bytes <= most && bytes * room <= free;
  const { total } = sizes;
  if (fits(total))
    return { level: "full", why: `the database has ${inWords(total)}, ${inWords(free)} are free` };
  const reached = new Set(wanted);
  for (const name of reached) for (const needed of sizes.needs.get(name) ?? []) reached.add(needed);
  const affected = [...reached].reduce((sum, name) => sum + (sizes.tables.get(name) ?? 0), 0);
  const but = total > most ? `no more than ${inWords(most)} are copied unasked` : `${inWords(free)} are free`;
  return fits(affected)
    ? {
        level: "affected",
        why: `the database has ${inWords(total)}, and ${but}; these tables have ${inWords(affected)}`,
      }
    : { level: "schema", why: `even these tables have ${inWords(affected)}, and ${but}` };
}

/** A server whose log of changes has no room for its next file ends without a word to its clients. */
const logFile = 16 * 1024 * 1024;

/**
 * After a copy has failed: whether that may be for want of space.
 *
 * @returns the words for it
 */
export async function fullDisk(directory: string): Promise<string | undefined> {
  const free = await freeBytes(directory).catch(() => undefined);
  if (free === undefined || free >= logFile) return undefined;
  return `there is no space left for it: the disk of ${directory} has ${inWords(free)} free`;
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

function inWords(bytes: number): string {
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
