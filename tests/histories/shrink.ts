import type { Log } from "./broken.ts";

/**
 * Takes away whatever a failing case does not need: migrations, statements, rows, what a hand did, lies of the history.
 *
 * @param fails whether what is left still fails in the same way; a database that cannot be so does not
 * @returns a case that no longer fails when any one thing is taken away
 */
export async function shrink(log: Log, fails: (smaller: Log) => Promise<boolean>): Promise<Log> {
  let smallest = log;
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const candidate of smaller(smallest)) {
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      shrunk = true;
      break;
    }
  }
  return smallest;
}

/** All that is smaller by one thing; the largest things first. */
function* smaller(log: Log): Generator<Log> {
  if (log.foreign !== undefined) yield { ...log, foreign: undefined };
  for (let i = 0; i < log.drift.length; i++) yield { ...log, drift: without(log.drift, i) };
  if (log.squashed !== undefined) {
    const { squashed: _, ...rest } = log;
    yield rest;
  }
  const first = log.squashed === undefined ? 0 : 1;
  for (let i = log.history.length - 1; i >= first; i--) yield withoutMigration(log, i);
  for (let i = log.history.length - 1; i >= 0; i--)
    for (let n = (log.history[i]?.statements.length ?? 0) - 1; n >= 0; n--) yield withoutStatement(log, i, n);
  for (const [i, { rows }] of log.history.entries())
    if (rows.length > 0) yield changed(log, i, (file) => ({ ...file, rows: [] }));
  for (const [i, file] of log.files.entries())
    if (file.name !== log.history[i]?.name || file.sql !== log.history[i]?.sql)
      yield { ...log, files: log.files.with(i, log.history[i] as (typeof log.files)[number]) };
  if (log.retried.some(Boolean)) yield { ...log, retried: log.retried.map(() => false) };
  if (log.gone.some(Boolean)) yield { ...log, gone: log.gone.map(() => false) };
  if (log.shuffled) yield { ...log, shuffled: false };
}

const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);

function withoutMigration(log: Log, at: number): Log {
  return {
    ...log,
    executed: without(log.executed, at),
    recorded: without(log.recorded, at),
    retried: without(log.retried, at),
    gone: without(log.gone, at),
    history: without(log.history, at),
    files: without(log.files, at),
  };
}

function withoutStatement(log: Log, at: number, number: number): Log {
  if (log.history[at]?.statements.length === 1)
    return at === 0 && log.squashed !== undefined ? log : withoutMigration(log, at);
  const executed = log.executed.with(at, without(log.executed[at] ?? [], number));
  return changed({ ...log, executed }, at, (file) => {
    const statements = without(file.statements, number);
    return { ...file, statements, sql: statements.map(({ sql }) => `${sql};\n`).join("\n") };
  });
}

function changed(log: Log, at: number, change: (file: Log["files"][number]) => Log["files"][number]): Log {
  const one = (files: Log["files"]) => files.map((file, i) => (i === at ? change(file) : file));
  return { ...log, history: one(log.history), files: one(log.files) };
}
