import type { ScratchSession, ScriptError } from "../engines/engine.ts";
import type { Migration } from "../migration/migration.ts";
import type { SchemaObject } from "../schema/object.ts";
import type { Snapshot } from "../schema/snapshot.ts";
import { hideSecrets } from "../sql/mask-secrets.ts";
import type { Statement } from "../sql/statement.ts";
import { applyChanges, factKey, factParts, factsOf } from "./facts.ts";
import { Follower } from "./follow.ts";
import { send } from "./send.ts";
import {
  excerpt,
  type ReplayFailure,
  reprintKey,
  type Step,
  type Timeline,
  type TimelineMigration,
} from "./timeline.ts";

/** What a replay needs: an empty database of the right version, and the migrations with their statements. */
export interface ReplayWishes {
  readonly fresh: () => Promise<ScratchSession>;
  readonly migrations: readonly Migration[];
  readonly split: (script: string) => Statement[];
  readonly leaveOut: (object: SchemaObject) => boolean;
}

/**
 * Runs the migrations on an empty database, each file as its framework would send it, and records what each changes.
 *
 * A migration that is refused ends the replay: what follows might do something else than it did where it worked.
 */
export async function replay(wishes: ReplayWishes): Promise<Timeline> {
  return (
    (await replayFollowing(wishes)) ?? (await replayFollowing(wishes, { bySnapshots: true })) ?? disagreeing()
  );
}

/** A follower by snapshots agrees with itself. */
function disagreeing(): never {
  throw new RangeError("a replay by snapshots disagrees with a snapshot");
}

/** @returns undefined where what was followed is not what is there at the end */
async function replayFollowing(
  { fresh, migrations, split, leaveOut }: ReplayWishes,
  options: { readonly bySnapshots?: boolean } = {},
): Promise<Timeline | undefined> {
  const session = await fresh();
  try {
    const follower = new Follower(session, leaveOut, options);
    await follower.look({ inTransaction: false });
    const base = new Set(follower.facts.keys());
    const done: TimelineMigration[] = [];
    let failure: ReplayFailure | undefined;
    for (const migration of migrations) {
      const statements = split(migration.sql ?? "");
      const told = { name: migration.name, statements: statements.map(factsOfStatement), refined: false };
      if (failure !== undefined) {
        done.push({ ...told, steps: [], replayed: false });
        continue;
      }
      const single: Step[] = [];
      const looking = async (statement: number) => {
        single.push({ statement, changes: await follower.look({ inTransaction: false }) });
      };
      const { error, apart, statement } = await send(session, migration.sql ?? "", statements, looking);
      if (error !== undefined) {
        failure = failureOf(migration, statements, error, statement);
        const before =
          apart === undefined
            ? await beforeRefusal(session, statements, follower)
            : { steps: stepsOf(single), passed: statement ?? 0 };
        done.push({ ...told, refined: true, replayed: false, ...before });
        continue;
      }
      if (apart !== undefined) {
        const { code, message } = apart;
        done.push({
          ...told,
          refined: true,
          steps: stepsOf(single),
          replayed: true,
          apart: { code, message: hideSecrets(message) },
        });
        continue;
      }
      const touches = statements.some(({ kind }) => kind === "schema" || kind === "untraced");
      const changes = touches ? await follower.look({ inTransaction: false }) : [];
      done.push({ ...told, steps: stepsOf([{ changes }]), replayed: true });
    }
    if (!(await follower.agrees())) return undefined;
    const nothing = { volatile: new Set<string>(), reprints: new Map<string, string>() };
    return { migrations: done, base, ...nothing, ...(failure && { failure }) };
  } finally {
    await session.close();
  }
}

/** What a second replay is to look at more closely. */
export interface Closer {
  /** Migrations to be taken apart into statements. */
  readonly refine: ReadonlySet<string>;
  /** Facts whose text may have been printed in another way: by the migration after which they can be looked at. */
  readonly reprint: ReadonlyMap<string, readonly string[]>;
}

/**
 * Replays once more, and looks closely where the first replay was too coarse to tell. What differs from the first
 * replay without a reason is volatile.
 */
export async function lookCloser(
  timeline: Timeline,
  closer: Closer,
  wishes: ReplayWishes,
): Promise<Timeline> {
  return (
    (await lookCloserFollowing(timeline, closer, wishes)) ??
    (await lookCloserFollowing(timeline, closer, wishes, { bySnapshots: true })) ??
    timeline
  );
}

/** @returns undefined where the statements of a migration do not touch what the whole of it did */
async function lookCloserFollowing(
  timeline: Timeline,
  closer: Closer,
  wishes: ReplayWishes,
  options: { readonly bySnapshots?: boolean } = {},
): Promise<Timeline | undefined> {
  const { migrations, split, leaveOut } = wishes;
  const session = await wishes.fresh();
  try {
    const follower = new Follower(session, leaveOut, options);
    const expected = new Map<string, string>();
    const volatile = new Set(timeline.volatile);
    const reprints = new Map(timeline.reprints);
    const refined: TimelineMigration[] = [];
    for (const [index, known] of timeline.migrations.entries()) {
      const migration = migrations[index];
      if (migration === undefined || !known.replayed) {
        refined.push(known);
        continue;
      }
      const statements = split(migration.sql ?? "");
      // A file that opens or ends transactions itself cannot be taken apart within one.
      const apart = statements.length > 1 && statements.every(({ kind }) => kind !== "transaction");
      const steps =
        closer.refine.has(known.name) && apart && !known.refined
          ? await byStatement(session, statements, follower)
          : undefined;
      if (steps !== undefined) {
        if (!options.bySnapshots && !touchSame(known.steps, steps)) return undefined;
        refined.push({ ...known, refined: true, steps });
      } else {
        const { error } = await send(session, migration.sql ?? "", statements);
        // What it leaves on the server beyond its database (a role) refuses it the second time: then the first look stands.
        if (error !== undefined) return timeline;
        refined.push({ ...known, refined: known.refined || closer.refine.has(known.name) });
      }
      for (const { changes } of known.steps) applyChanges(changes, expected);
      const wanted = closer.reprint.get(known.name) ?? [];
      if (wanted.length === 0) continue;
      const snapshot = await session.snapshot({ inTransaction: false });
      const facts = factsOf(snapshot, leaveOut);
      for (const key of wanted) {
        const value = facts.get(key);
        if (value !== expected.get(key)) volatile.add(key);
        // Asked once, it need not be asked again: without another text it stands for itself.
        else if (value !== undefined) reprints.set(reprintKey(key, value), value);
      }
      for (const [key, value] of await reprinted(session, snapshot, wanted)) reprints.set(key, value);
    }
    return { ...timeline, migrations: refined, volatile, reprints };
  } finally {
    await session.close();
  }
}

/**
 * Runs statements one by one in the transaction which the server would make of the file.
 *
 * @returns undefined when a statement was refused that had passed within its file; nothing is left behind then
 */
async function byStatement(
  session: ScratchSession,
  statements: readonly Statement[],
  follower: Follower,
): Promise<Step[] | undefined> {
  await session.script("BEGIN");
  const { steps, refused } = await stepThrough(session, statements, follower);
  const error = await session.script(refused ? "ROLLBACK" : "COMMIT");
  return refused || error !== undefined ? undefined : steps;
}

/** What the statements before the refused one do: that much of the file may have been executed, one by one. */
async function beforeRefusal(
  session: ScratchSession,
  statements: readonly Statement[],
  follower: Follower,
): Promise<Pick<TimelineMigration, "steps" | "passed">> {
  // A file that opens or ends transactions itself cannot be undone.
  if (statements.some(({ kind }) => kind === "transaction")) return { steps: [] };
  await session.script("BEGIN");
  const { steps, passed } = await stepThrough(session, statements, follower);
  await session.script("ROLLBACK");
  return { steps, passed };
}

/** Runs statements in the open transaction until one is refused, and records what each changes. */
async function stepThrough(
  session: ScratchSession,
  statements: readonly Statement[],
  follower: Follower,
): Promise<{ steps: Step[]; refused: boolean; passed: number }> {
  await follower.look({ inTransaction: true });
  const steps: Step[] = [];
  for (const [index, statement] of statements.entries()) {
    if ((await session.script(statement.text)) !== undefined)
      return { steps: stepsOf(steps), refused: true, passed: index };
    if (statement.kind !== "schema" && statement.kind !== "untraced") continue;
    steps.push({ statement: index, changes: await follower.look({ inTransaction: true }) });
  }
  return { steps: stepsOf(steps), refused: false, passed: statements.length };
}

async function reprinted(
  session: ScratchSession,
  snapshot: Snapshot,
  keys: readonly string[],
): Promise<[string, string][]> {
  const objects = new Set(keys.map((key) => factParts(key)[0]));
  const asked = [...objects].flatMap((key) => snapshot.objects.get(key) ?? []);
  const answers = await session.reprint(asked);
  return [...answers].flatMap(([key, attributes]) =>
    Object.entries(attributes).map(([attribute, text]): [string, string] => {
      const fact = factKey(key, attribute);
      return [reprintKey(fact, String(snapshot.objects.get(key)?.attributes[attribute])), String(text)];
    }),
  );
}

/**
 * Whether two ways of looking at a migration saw the same facts change. What is made and taken away again within a file is
 * seen by statements alone.
 */
function touchSame(whole: readonly Step[], apart: readonly Step[]): boolean {
  const [a, b] = [netKeys(whole), netKeys(apart)];
  return [...a].every((key) => b.has(key));
}

function netKeys(steps: readonly Step[]): Set<string> {
  return new Set(steps.flatMap(({ changes }) => changes.map(([key]) => key)));
}

function stepsOf(steps: readonly Step[]): Step[] {
  return steps.filter(({ changes }) => changes.length > 0);
}

function factsOfStatement({ kind, line, text }: Statement) {
  return { kind, line, text: excerpt(text, kind) };
}

/**
 * Where in its file a migration was refused.
 *
 * @param known zero-based, where the statement was sent by itself
 */
export function failureOf(
  migration: Migration,
  statements: readonly Statement[],
  error: ScriptError,
  known?: number,
): ReplayFailure {
  const at = statements.findLastIndex(({ start }) => error.offset !== undefined && start <= error.offset);
  // Without a position only a file of one statement leaves no doubt.
  const statement = known ?? (at >= 0 ? at : statements.length === 1 ? 0 : undefined);
  const line = statements[statement ?? -1]?.line;
  return {
    migration: migration.name,
    file: migration.file,
    code: error.code,
    // It is kept: the server may have quoted a password.
    message: hideSecrets(error.message),
    ...(statement !== undefined && { statement }),
    ...(line !== undefined && { line }),
  };
}
