import type { Failure } from "./failure.ts";
import type { Notes } from "./notes.ts";
import { Sighting } from "./sighting.ts";

type Seen = ReadonlyMap<Failure, Sighting>;

/**
 * Failures which no single line shows: they follow from listings, from repetition, from two findings together.
 *
 * @returns failures to add to those which were seen
 */
export function conclude(
  failures: readonly Failure[],
  seen: Seen,
  notes: Notes,
): readonly (readonly [Failure, Sighting])[] {
  const rules: Readonly<Record<string, (seen: Seen, notes: Notes) => Sighting | undefined>> = {
    "renamed-migration": renamed,
    "skipped-migration": skipped,
    "foreign-history": foreign,
    "missing-file": withoutFile,
    "database-ahead": ahead,
    "boot-loop": loop,
  };
  return failures.flatMap((failure) => {
    const sighting = seen.has(failure) ? undefined : rules[failure.id]?.(seen, notes);
    return sighting === undefined ? [] : [[failure, sighting] as const];
  });
}

/** One migration of the history has no file, one file is not in the history, and but for the time their names are one. */
function renamed(seen: Seen, notes: Notes): Sighting | undefined {
  const missing = new Set([...notes.names("no-file"), ...factsOf(seen, "missing-file")]);
  const pending = new Set([...notes.names("pending"), ...factsOf(seen, "already-exists")]);
  for (const old of missing) {
    const name = [...pending].find(
      (other) => other !== old && stem(other) !== "" && stem(other) === stem(old),
    );
    if (name === undefined) continue;
    return shown(notes, [old, name], { migration: [name], recordedAs: [old] }, seen);
  }
  return undefined;
}

/** A pending migration is older than one which was applied. */
function skipped(_seen: Seen, notes: Notes): Sighting | undefined {
  const newest = notes.names("applied").map(version).sort(compareVersions).at(-1);
  if (newest === undefined) return undefined;
  const names = notes.names("pending").filter((name) => compareVersions(version(name), newest) < 0);
  return names.length === 0 ? undefined : shown(notes, names, { migration: names });
}

/** One edited file may be a correction; several are another release's. */
function foreign(seen: Seen): Sighting | undefined {
  const edited = [...seen].find(([{ id }]) => id === "edited-migration")?.[1];
  const names = edited?.facts["migration"] ?? [];
  if (edited === undefined || names.length < 2) return undefined;
  const sighting = new Sighting();
  for (const { line, text } of edited.evidence) sighting.see({ line, service: "", at: line }, text, true);
  sighting.times = 1;
  for (const name of names) sighting.learn("edited", name);
  return sighting;
}

function withoutFile(_seen: Seen, notes: Notes): Sighting | undefined {
  const names = notes.names("no-file");
  return names.length === 0 ? undefined : shown(notes, names, { migration: names });
}

/** All that has no file is newer than all that has one. */
function ahead(_seen: Seen, notes: Notes): Sighting | undefined {
  const gone = notes.names("no-file").sort((a, b) => compareVersions(version(a), version(b)));
  const newest = [...notes.names("applied"), ...notes.names("pending")]
    .map(version)
    .sort(compareVersions)
    .at(-1);
  const oldestGone = gone[0];
  if (oldestGone === undefined || newest === undefined) return undefined;
  return compareVersions(version(oldestGone), newest) > 0
    ? shown(notes, gone, { migration: gone })
    : undefined;
}

const loopTimes = 3;

/** The same failure at one boot after another. While an application serves, the same error again and again is no loop. */
function loop(seen: Seen, notes: Notes): Sighting | undefined {
  const restarts = notes.restarts.length;
  const again = [...seen].find(
    ([failure, { times, facts }]) =>
      times >= loopTimes &&
      (restarts > 0 || !failure.anytime || facts["migration"] !== undefined || facts["seeder"] !== undefined),
  );
  if (again === undefined && restarts < loopTimes) return undefined;
  const sighting = new Sighting();
  const [failure, cause] = again ?? [];
  for (const { line, text } of [...(cause?.evidence.slice(0, 2) ?? []), ...notes.restarts]) {
    sighting.see({ line, service: "", at: line }, text, false);
  }
  if (failure !== undefined && cause !== undefined) {
    sighting.learn("failure", failure.id);
    sighting.first = cause.first;
    sighting.last = cause.last;
  }
  sighting.times = cause?.times ?? restarts;
  for (const service of cause?.services ?? []) sighting.learn("service", service);
  return sighting;
}

function factsOf(seen: Seen, id: string): readonly string[] {
  const found = [...seen].find(([failure]) => failure.id === id);
  return found?.[1].facts["migration"] ?? [];
}

function shown(
  notes: Notes,
  names: readonly string[],
  facts: Readonly<Record<string, readonly string[]>>,
  seen?: Seen,
): Sighting {
  const sighting = new Sighting();
  const lines = names.flatMap((name) => notes.listed.get(name) ?? []).sort((a, b) => a.line - b.line);
  for (const { line, text } of lines) sighting.see({ line, service: "", at: line }, text, true);
  if (lines.length === 0) {
    for (const [{ id }, { evidence }] of seen ?? []) {
      if (id !== "missing-file" && id !== "already-exists") continue;
      for (const { line, text } of evidence) sighting.see({ line, service: "", at: line }, text, true);
    }
  }
  sighting.times = 1;
  for (const [name, values] of Object.entries(facts)) for (const value of values) sighting.learn(name, value);
  return sighting;
}

/** What is left of a name without its time or number: `create_users_table`. */
function stem(name: string): string {
  return name.replace(/^[\d_-]{1,40}|\d{10,17}$/g, "");
}

/** The digits by which migrations are ordered: at the beginning of the name, or (TypeORM) at its end. */
function version(name: string): string {
  const leading = /^[\d_]{1,40}/.exec(name)?.[0].replaceAll("_", "");
  return leading || (/\d{10,17}$/.exec(name)?.[0] ?? "");
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
