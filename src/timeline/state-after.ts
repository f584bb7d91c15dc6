import type { ScratchSession } from "../engines/engine.ts";
import type { Migration } from "../migration/migration.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import type { Statement } from "../sql/statement.ts";
import { failureOf, type ReplayWishes } from "./replay.ts";
import { send } from "./send.ts";
import type { ReplayFailure, Timeline } from "./timeline.ts";

/** What migrations make of an empty database, as a whole; a timeline holds only what each changes. */
export type StateAfter =
  | { readonly outcome: "reached"; readonly snapshot: Snapshot }
  | { readonly outcome: "refused"; readonly failure: ReplayFailure };

/** Runs the migrations on an empty database, each file as its framework would send it, and looks at what is there then. */
export async function stateAfter({
  fresh,
  migrations,
  split,
}: Pick<ReplayWishes, "fresh" | "migrations" | "split">): Promise<StateAfter> {
  const session = await fresh();
  try {
    for (const migration of migrations) {
      const sql = migration.sql ?? "";
      const statements = split(sql);
      const { error, statement } = await send(session, sql, statements);
      if (error !== undefined)
        return { outcome: "refused", failure: failureOf(migration, statements, error, statement) };
    }
    return { outcome: "reached", snapshot: await session.snapshot({ inTransaction: false }) };
  } finally {
    await session.close();
  }
}

/**
 * Runs exactly those steps of a timeline on an empty database which an explanation takes as executed: whole files where
 * all of their steps are, else their statements.
 *
 * @param executed for each step of the timeline, whether it was executed
 * @returns what was refused, in words; what is there then is in the session
 */
export async function runExecuted(
  session: ScratchSession,
  { migrations, split }: Pick<ReplayWishes, "migrations" | "split">,
  timeline: Timeline,
  executed: ArrayLike<number>,
): Promise<string | undefined> {
  let first = 0;
  for (const [index, { steps }] of timeline.migrations.entries()) {
    const migration = migrations[index];
    const flags = steps.map((_, i) => executed[first + i] === 1);
    first += steps.length;
    if (migration === undefined || (steps.length > 0 && !flags.includes(true))) continue;
    const isWhole = !flags.includes(false);
    const sql = migration.sql ?? "";
    const chosen = () => new Set(steps.filter((_, i) => flags[i]).map(({ statement }) => statement));
    const error = isWhole
      ? (await send(session, sql, split(sql))).error
      : await runInPart(session, split(sql), chosen());
    // What leaves no trace in the schema may need what was never made here; then it does nothing of what is looked at.
    if (error === undefined) continue;
    if (steps.length > 0) return `${migration.name}: ${error.code}, ${error.message}`;
    // It may have begun a transaction itself, which is aborted now.
    await session.script("ROLLBACK");
  }
  return undefined;
}

async function runInPart(
  session: ScratchSession,
  statements: readonly Statement[],
  chosen: ReadonlySet<number | undefined>,
): ReturnType<ScratchSession["script"]> {
  for (const [number, { text, kind }] of statements.entries()) {
    if (kind !== "session" && !chosen.has(number)) continue;
    const error = await session.script(text);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** Runs a migration on what others have made, as one message. */
export async function runOne(session: ScratchSession, { sql = "" }: Migration): Promise<string | undefined> {
  const error = await session.script(sql);
  return error && `${error.code}, ${error.message}`;
}
